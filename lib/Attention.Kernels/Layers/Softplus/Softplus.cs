namespace Attention.Kernels;

/// <summary>A smooth ramp: the positive part of every element with its corner rounded off.</summary>
/// <remarks>
/// <c>y = ln(1 + e^x)</c> (Dugas et al. 2000), computed as max(x, 0) + ln(1 + e^−|x|): nothing overflows, and small results keep their digits. −∞ gives 0, +∞ gives +∞, and NaN stays NaN.
/// </remarks>
public static partial class Softplus
{
    private const double Cost = 30; // multiply–adds that take as long

    /// <summary>yᵢ = ln(1 + e^xᵢ).</summary>
    /// <param name="x">[n]</param>
    /// <param name="y">[n]; overwritten. May be <paramref name="x"/> itself; must not overlap it otherwise.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; y is half written.</exception>
    public static void Forward(ReadOnlySpan<float> x, Span<float> y, KernelOptions options = default) =>
        Elementwise.Forward<Function>(x, y, Cost, options);

    /// <summary>A new array with yᵢ = ln(1 + e^xᵢ).</summary>
    /// <param name="x">[n]</param>
    /// <returns>[n]</returns>
    public static float[] Of(float[] x)
    {
        ArgumentNullException.ThrowIfNull(x);
        var y = new float[x.Length];
        Forward(x, y);
        return y;
    }

    /// <summary>The gradient of <see cref="Forward"/>: dxᵢ = dyᵢ σ(xᵢ).</summary>
    /// <param name="x">[n]; what Forward read.</param>
    /// <param name="yGradient">[n]; dL/dy.</param>
    /// <param name="xGradient">[n]; dL/dx, overwritten. May be either input itself; must not overlap one otherwise.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the result overlaps an input without being the same.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradient is half written.</exception>
    public static void Backward(ReadOnlySpan<float> x, ReadOnlySpan<float> yGradient, Span<float> xGradient, KernelOptions options = default) =>
        Elementwise.Backward<Function>(nameof(x), x, yGradient, xGradient, Cost, options);
}
