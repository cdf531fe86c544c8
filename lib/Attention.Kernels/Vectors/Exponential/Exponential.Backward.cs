namespace Attention.Kernels;

public static partial class Exponential
{
    /// <summary>The gradient of <see cref="Forward"/>: dxᵢ = dyᵢ · yᵢ, since e^x is its own derivative.</summary>
    /// <param name="y">[n]; what Forward wrote.</param>
    /// <param name="yGradient">[n]; dL/dy.</param>
    /// <param name="xGradient">[n]; dL/dx, overwritten. May be either input itself; must not overlap one otherwise.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the result overlaps an input without being the same.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradient is half written.</exception>
    public static void Backward(ReadOnlySpan<float> y, ReadOnlySpan<float> yGradient, Span<float> xGradient, KernelOptions options = default) =>
        Elementwise.Backward<Function>(nameof(y), y, yGradient, xGradient, CostPerElement, options);

    /// <summary>dxᵢ = dyᵢ · yᵢ, one at a time.</summary>
    /// <inheritdoc cref="Backward"/>
    public static void BackwardNaive(ReadOnlySpan<float> y, ReadOnlySpan<float> yGradient, Span<float> xGradient)
    {
        Elementwise.CheckBackward(nameof(y), y, yGradient, xGradient);
        for (int i = 0; i < y.Length; i++)
        {
            xGradient[i] = yGradient[i] * y[i];
        }
    }
}
