namespace Attention.Kernels;

public static partial class BroadcastAddition
{
    /// <summary>The gradient of <see cref="Forward"/>: dx = dy and daddend[o, i] = scale · Σₗ dy[o, l, i].</summary>
    /// <param name="shape">The array, seen from the axis.</param>
    /// <param name="scale">What Forward was given.</param>
    /// <param name="yGradient">[Outer, Length, Inner]; dL/dy.</param>
    /// <param name="xGradient">[Outer, Length, Inner]; dL/dx, overwritten. May be <paramref name="yGradient"/> itself; must not overlap it otherwise. Empty: not wanted.</param>
    /// <param name="addendGradient">[Outer, Inner]; dL/daddend, overwritten, must not overlap another buffer. Empty: not wanted.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, or buffers overlap that must not.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradients are half written.</exception>
    public static void Backward(
        AxisShape shape, float scale, ReadOnlySpan<float> yGradient, Span<float> xGradient, Span<float> addendGradient, KernelOptions options = default)
    {
        CheckBackward(shape, yGradient, xGradient, addendGradient, options);
        if (!addendGradient.IsEmpty)
        {
            AxisSums.Run<Maps.Scaled>(shape, yGradient, default, addendGradient, options);
            Elementwise.Run<Maps.Scaled>(addendGradient, default, default, scale, addendGradient, Cost, options);
        }

        if (!xGradient.IsEmpty && yGradient != xGradient)
        {
            Elementwise.Run<Maps.Scaled>(yGradient, default, default, 1, xGradient, Cost, options);
        }
    }

    /// <summary>dx = dy and daddend[o, i] = scale · Σₗ dy[o, l, i], added one by one: what <see cref="Backward"/> is held against.</summary>
    /// <inheritdoc cref="Backward"/>
    public static void BackwardNaive(
        AxisShape shape, float scale, ReadOnlySpan<float> yGradient, Span<float> xGradient, Span<float> addendGradient)
    {
        CheckBackward(shape, yGradient, xGradient, addendGradient);
        for (int at = 0; at < xGradient.Length; at++)
        {
            xGradient[at] = yGradient[at];
        }

        addendGradient.Clear();
        for (int at = 0; at < yGradient.Length && !addendGradient.IsEmpty; at++)
        {
            addendGradient[shape.SliceIndex(at)] += scale * yGradient[at];
        }
    }

    private static void CheckBackward(
        AxisShape shape,
        ReadOnlySpan<float> yGradient,
        ReadOnlySpan<float> xGradient,
        ReadOnlySpan<float> addendGradient,
        KernelOptions options = default)
    {
        options.Check();
        shape.Check();
        Guard.Length(nameof(yGradient), yGradient.Length, shape.Outer, shape.Length, shape.Inner);
        Guard.LengthOrEmpty(nameof(xGradient), xGradient.Length, shape.Outer, shape.Length, shape.Inner);
        Guard.LengthOrEmpty(nameof(addendGradient), addendGradient.Length, shape.Outer, shape.Inner);
        Guard.SameOrApart(nameof(xGradient), xGradient, nameof(yGradient), yGradient);
        Guard.Apart(nameof(addendGradient), addendGradient, nameof(yGradient), yGradient);
        Guard.Apart(nameof(addendGradient), addendGradient, nameof(xGradient), xGradient);
    }
}
