namespace Attention.Kernels;

public static partial class BroadcastMultiplication
{
    /// <summary>The gradient of <see cref="Forward"/>: dx[o, l, i] = dy[o, l, i] · factor[o, i] and dfactor[o, i] = Σₗ dy[o, l, i] · x[o, l, i].</summary>
    /// <param name="shape">The array, seen from the axis.</param>
    /// <param name="x">[Outer, Length, Inner]; what Forward read.</param>
    /// <param name="factor">[Outer, Inner]; what Forward read.</param>
    /// <param name="yGradient">[Outer, Length, Inner]; dL/dy.</param>
    /// <param name="xGradient">[Outer, Length, Inner]; dL/dx, overwritten, must not overlap an input. Empty: not wanted.</param>
    /// <param name="factorGradient">[Outer, Inner]; dL/dfactor, overwritten, must not overlap another buffer. Empty: not wanted.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, or buffers overlap that must not.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradients are half written.</exception>
    public static void Backward(
        AxisShape shape, ReadOnlySpan<float> x, ReadOnlySpan<float> factor, ReadOnlySpan<float> yGradient, Span<float> xGradient, Span<float> factorGradient, KernelOptions options = default)
    {
        CheckBackward(shape, x, factor, yGradient, xGradient, factorGradient, options);
        if (!factorGradient.IsEmpty)
        {
            AxisSums.Run<Maps.Product>(shape, yGradient, x, factorGradient, options);
        }

        Broadcast.Run<Maps.Product>(shape, factor, yGradient, 0, xGradient, Cost, options);
    }

    /// <summary>dx[o, l, i] = dy[o, l, i] · factor[o, i] and dfactor[o, i] = Σₗ dy[o, l, i] · x[o, l, i], added one by one: what <see cref="Backward"/> is held against.</summary>
    /// <inheritdoc cref="Backward"/>
    public static void BackwardNaive(
        AxisShape shape, ReadOnlySpan<float> x, ReadOnlySpan<float> factor, ReadOnlySpan<float> yGradient, Span<float> xGradient, Span<float> factorGradient)
    {
        CheckBackward(shape, x, factor, yGradient, xGradient, factorGradient);
        for (int at = 0; at < xGradient.Length; at++)
        {
            xGradient[at] = yGradient[at] * factor[shape.SliceIndex(at)];
        }

        factorGradient.Clear();
        for (int at = 0; at < x.Length && !factorGradient.IsEmpty; at++)
        {
            factorGradient[shape.SliceIndex(at)] += yGradient[at] * x[at];
        }
    }

    private static void CheckBackward(
        AxisShape shape,
        ReadOnlySpan<float> x,
        ReadOnlySpan<float> factor,
        ReadOnlySpan<float> yGradient,
        ReadOnlySpan<float> xGradient,
        ReadOnlySpan<float> factorGradient,
        KernelOptions options = default)
    {
        options.Check();
        shape.CheckBroadcast(nameof(x), x, nameof(factor), factor);
        Guard.Length(nameof(yGradient), yGradient.Length, shape.Outer, shape.Length, shape.Inner);
        Guard.LengthOrEmpty(nameof(xGradient), xGradient.Length, shape.Outer, shape.Length, shape.Inner);
        Guard.LengthOrEmpty(nameof(factorGradient), factorGradient.Length, shape.Outer, shape.Inner);
        Guard.Apart(nameof(xGradient), xGradient, nameof(x), x);
        Guard.Apart(nameof(xGradient), xGradient, nameof(factor), factor);
        Guard.Apart(nameof(xGradient), xGradient, nameof(yGradient), yGradient);
        Guard.Apart(nameof(factorGradient), factorGradient, nameof(x), x);
        Guard.Apart(nameof(factorGradient), factorGradient, nameof(factor), factor);
        Guard.Apart(nameof(factorGradient), factorGradient, nameof(yGradient), yGradient);
        Guard.Apart(nameof(factorGradient), factorGradient, nameof(xGradient), xGradient);
    }
}
