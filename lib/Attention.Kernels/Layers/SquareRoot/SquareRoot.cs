namespace Attention.Kernels;

/// <summary>The square root of every element.</summary>
/// <remarks>
/// <c>y = √x</c>, correctly rounded. A negative number gives NaN, −0 stays −0, and NaN stays NaN. The gradient needs the result only, and is infinite at 0.
/// </remarks>
public static partial class SquareRoot
{
    private const double Cost = 16; // multiply–adds that take as long

    /// <summary>yᵢ = √xᵢ.</summary>
    /// <param name="x">[n]</param>
    /// <param name="y">[n]; overwritten. May be <paramref name="x"/> itself; must not overlap it otherwise.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; y is half written.</exception>
    public static void Forward(ReadOnlySpan<float> x, Span<float> y, KernelOptions options = default) =>
        Elementwise.Forward<Function>(x, y, Cost, options);

    /// <summary>A new array with yᵢ = √xᵢ.</summary>
    /// <param name="x">[n]</param>
    /// <returns>[n]</returns>
    public static float[] Of(float[] x)
    {
        ArgumentNullException.ThrowIfNull(x);
        var y = new float[x.Length];
        Forward(x, y);
        return y;
    }

    /// <summary>The gradient of <see cref="Forward"/>: dxᵢ = dyᵢ / (2 yᵢ).</summary>
    /// <param name="y">[n]; what Forward wrote.</param>
    /// <param name="yGradient">[n]; dL/dy.</param>
    /// <param name="xGradient">[n]; dL/dx, overwritten. May be either input itself; must not overlap one otherwise.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the result overlaps an input without being the same.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradient is half written.</exception>
    public static void Backward(ReadOnlySpan<float> y, ReadOnlySpan<float> yGradient, Span<float> xGradient, KernelOptions options = default) =>
        Elementwise.Backward<Function>(nameof(y), y, yGradient, xGradient, Cost, options);
}
