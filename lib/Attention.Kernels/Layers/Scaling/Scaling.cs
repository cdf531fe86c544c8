namespace Attention.Kernels;

/// <summary>Every element times one number.</summary>
/// <remarks><c>y = factor · x</c>, correctly rounded.</remarks>
public static class Scaling
{
    private const double Cost = 16; // multiply–adds that take as long: memory decides

    /// <summary>yᵢ = factor · xᵢ.</summary>
    /// <param name="x">[n]</param>
    /// <param name="factor">Any number.</param>
    /// <param name="y">[n]; overwritten. May be <paramref name="x"/> itself; must not overlap it otherwise.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; y is half written.</exception>
    public static void Forward(ReadOnlySpan<float> x, float factor, Span<float> y, KernelOptions options = default)
    {
        Elementwise.Check(x, y, options);
        Elementwise.Run<Maps.Scaled>(x, default, default, factor, y, Cost, options);
    }

    /// <summary>yᵢ = factor · xᵢ, one at a time: what <see cref="Forward"/> is held against.</summary>
    /// <inheritdoc cref="Forward"/>
    public static void ForwardNaive(ReadOnlySpan<float> x, float factor, Span<float> y)
    {
        Elementwise.Check(x, y);
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = factor * x[i];
        }
    }

    /// <summary>A new array with yᵢ = factor · xᵢ.</summary>
    /// <param name="x">[n]</param>
    /// <param name="factor">Any number.</param>
    /// <returns>[n]</returns>
    public static float[] Of(float[] x, float factor)
    {
        ArgumentNullException.ThrowIfNull(x);
        var y = new float[x.Length];
        Forward(x, factor, y);
        return y;
    }

    /// <summary>The gradient of <see cref="Forward"/>: dxᵢ = factor · dyᵢ.</summary>
    /// <param name="factor">What Forward was given.</param>
    /// <param name="yGradient">[n]; dL/dy.</param>
    /// <param name="xGradient">[n]; dL/dx, overwritten. May be <paramref name="yGradient"/> itself; must not overlap it otherwise.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradient is half written.</exception>
    public static void Backward(float factor, ReadOnlySpan<float> yGradient, Span<float> xGradient, KernelOptions options = default)
    {
        Elementwise.CheckBackward(nameof(yGradient), yGradient, yGradient, xGradient, options);
        Elementwise.Run<Maps.Scaled>(yGradient, default, default, factor, xGradient, Cost, options);
    }

    /// <summary>dxᵢ = factor · dyᵢ, one at a time: what <see cref="Backward"/> is held against.</summary>
    /// <inheritdoc cref="Backward"/>
    public static void BackwardNaive(float factor, ReadOnlySpan<float> yGradient, Span<float> xGradient)
    {
        Elementwise.CheckBackward(nameof(yGradient), yGradient, yGradient, xGradient);
        for (int i = 0; i < yGradient.Length; i++)
        {
            xGradient[i] = factor * yGradient[i];
        }
    }
}
