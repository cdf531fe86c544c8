namespace Attention.Kernels;

/// <summary>The sigmoid linear unit, also called swish: every element weighed by its own sigmoid.</summary>
/// <remarks>
/// <c>y = x σ(x) = x / (1 + e^−x)</c>: Hendrycks and Gimpel 2016, § 4; Ramachandran, Zoph and Le 2017. Computed as max(x, 0) − |x| σ(−|x|), so that nothing overflows and the
/// small results at negative x keep their digits. −∞ gives 0, its limit, and NaN stays NaN.
/// </remarks>
public static partial class Silu
{
    private const double Cost = 30; // multiply–adds that take as long

    /// <summary>yᵢ = xᵢ σ(xᵢ).</summary>
    /// <param name="x">[n]</param>
    /// <param name="y">[n]; overwritten. May be <paramref name="x"/> itself; must not overlap it otherwise.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the output is half written.</exception>
    public static void Forward(ReadOnlySpan<float> x, Span<float> y, KernelOptions options = default) =>
        Elementwise.Forward<Function>(x, y, Cost, options);

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
}
