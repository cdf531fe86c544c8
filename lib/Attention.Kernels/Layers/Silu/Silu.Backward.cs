namespace Attention.Kernels;

public static partial class Silu
{
    /// <summary>The gradient of <see cref="Forward"/>: dxᵢ = dyᵢ s (1 + xᵢ (1 − s)) with s = σ(xᵢ).</summary>
    /// <param name="x">[n]; what Forward read.</param>
    /// <param name="yGradient">[n]; dL/dy.</param>
    /// <param name="xGradient">[n]; dL/dx, overwritten. May be either input itself; must not overlap one otherwise.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the result overlaps an input without being the same.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradient is half written.</exception>
    public static void Backward(ReadOnlySpan<float> x, ReadOnlySpan<float> yGradient, Span<float> xGradient, KernelOptions options = default) =>
        Elementwise.Backward<Function>(nameof(x), x, yGradient, xGradient, Cost, options);
}
