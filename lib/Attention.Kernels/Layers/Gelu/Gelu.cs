namespace Attention.Kernels;

/// <summary>The Gaussian error linear unit: every element weighed by the share of a normal distribution below it.</summary>
/// <remarks>
/// <c>y = x Φ(x)</c>, where Φ(x) = ½ (1 + erf(x / √2)), and its approximation <c>½ x (1 + tanh(√(2/π) (x + 0.044715 x³)))</c>: Hendrycks and Gimpel 2016, § 2. Both are
/// computed as max(x, 0) − |x| Φ(−|x|), which keeps all digits of the small results at negative x, where 1 + erf and 1 + tanh cancel. −∞ gives 0, its limit, and NaN stays NaN.
/// </remarks>
public static partial class Gelu
{
    private const double Cost = 40; // multiply–adds that take as long

    /// <summary>yᵢ = xᵢ Φ(xᵢ).</summary>
    /// <param name="x">[n]</param>
    /// <param name="y">[n]; overwritten. May be <paramref name="x"/> itself; must not overlap it otherwise.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the output is half written.</exception>
    public static void Forward(ReadOnlySpan<float> x, Span<float> y, KernelOptions options = default) =>
        Elementwise.Forward<Exact>(x, y, Cost, options);

    /// <summary>A new array with the same of every element.</summary>
    /// <param name="x">[n]</param>
    /// <returns>[n]</returns>
    public static float[] Of(float[] x)
    {
        ArgumentNullException.ThrowIfNull(x);
        var y = new float[x.Length];
        Forward(x, y);
        return y;
    }

    /// <summary>yᵢ = ½ xᵢ (1 + tanh(√(2/π) (xᵢ + 0.044715 xᵢ³))): what models trained with the approximation need.</summary>
    /// <param name="x">[n]</param>
    /// <param name="y">[n]; overwritten. May be <paramref name="x"/> itself; must not overlap it otherwise.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the output is half written.</exception>
    public static void ForwardTanh(ReadOnlySpan<float> x, Span<float> y, KernelOptions options = default) =>
        Elementwise.Forward<Approximate>(x, y, Cost, options);

    /// <summary>A new array with the same of every element.</summary>
    /// <param name="x">[n]</param>
    /// <returns>[n]</returns>
    public static float[] OfTanh(float[] x)
    {
        ArgumentNullException.ThrowIfNull(x);
        var y = new float[x.Length];
        ForwardTanh(x, y);
        return y;
    }
}
