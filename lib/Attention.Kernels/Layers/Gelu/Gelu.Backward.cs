namespace Attention.Kernels;

public static partial class Gelu
{
    /// <summary>The gradient of <see cref="Forward"/>: dxᵢ = dyᵢ (Φ(xᵢ) + xᵢ φ(xᵢ)), with φ(x) = e^(−x²/2) / √(2π).</summary>
    /// <param name="x">[n]; what Forward read.</param>
    /// <param name="yGradient">[n]; dL/dy.</param>
    /// <param name="xGradient">[n]; dL/dx, overwritten. May be either input itself; must not overlap one otherwise.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the result overlaps an input without being the same.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradient is half written.</exception>
    public static void Backward(ReadOnlySpan<float> x, ReadOnlySpan<float> yGradient, Span<float> xGradient, KernelOptions options = default) =>
        Elementwise.Backward<Exact>(nameof(x), x, yGradient, xGradient, Cost, options);

    /// <summary>The gradient of <see cref="ForwardTanh"/>: with s = σ(v), where v = 2 √(2/π) (x + 0.044715 x³), it is dyᵢ (s + xᵢ s (1 − s) dv/dx).</summary>
    /// <param name="x">[n]; what Forward read.</param>
    /// <param name="yGradient">[n]; dL/dy.</param>
    /// <param name="xGradient">[n]; dL/dx, overwritten. May be either input itself; must not overlap one otherwise.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the result overlaps an input without being the same.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradient is half written.</exception>
    public static void BackwardTanh(ReadOnlySpan<float> x, ReadOnlySpan<float> yGradient, Span<float> xGradient, KernelOptions options = default) =>
        Elementwise.Backward<Approximate>(nameof(x), x, yGradient, xGradient, Cost, options);
}
