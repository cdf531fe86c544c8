namespace Attention.Kernels;

public static partial class CrossEntropy
{
    /// <summary>The gradient of <see cref="Forward"/>: <c>dz = (softmax(z) − q) · dloss</c>, row by row.</summary>
    /// <param name="shape">Rows, and Columns: how many classes there are.</param>
    /// <param name="logits">[Rows, Columns]; what Forward read.</param>
    /// <param name="targets">[Rows]; what Forward read.</param>
    /// <param name="lossesGradient">[Rows]; dL/dlosses; empty: L is what Forward returned.</param>
    /// <param name="logitsGradient">[Rows, Columns]; dL/dlogits, overwritten. May be <paramref name="logits"/> itself; must not overlap it otherwise, nor the losses' gradient.</param>
    /// <param name="loss">What Forward was given.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, buffers overlap that must not, or a target is no class; the message says where.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradient is half written.</exception>
    /// <remarks>The softmax is computed again rather than from a saved log-sum-exp, which for logits of ±1000 has no digits left behind the point that matter.</remarks>
    public static unsafe void Backward(
        RowShape shape,
        ReadOnlySpan<float> logits,
        ReadOnlySpan<int> targets,
        ReadOnlySpan<float> lossesGradient,
        Span<float> logitsGradient,
        CrossEntropyOptions loss = default,
        KernelOptions options = default)
    {
        CheckBackward(shape, logits, targets, lossesGradient, logitsGradient, loss, options);
        fixed (float* z = logits, slopes = lossesGradient, dz = logitsGradient)
        fixed (int* target = targets)
        {
            BackwardTiles tiles = new(shape, z, target, slopes, dz, (float)loss.Share(targets), loss);
            Tiled.Run(tiles, options.ThreadsFor(2 * CostPerElement * shape.Rows * shape.Columns), options);
        }
    }

    /// <summary>The gradient, written as the formula reads: what <see cref="Backward"/> is held against.</summary>
    /// <inheritdoc cref="Backward"/>
    public static void BackwardNaive(
        RowShape shape,
        ReadOnlySpan<float> logits,
        ReadOnlySpan<int> targets,
        ReadOnlySpan<float> lossesGradient,
        Span<float> logitsGradient,
        CrossEntropyOptions loss = default)
    {
        CheckBackward(shape, logits, targets, lossesGradient, logitsGradient, loss);
        float smoothing = loss.LabelSmoothing;
        for (int row = 0; row < shape.Rows; row++)
        {
            ReadOnlySpan<float> z = logits.Slice(row * shape.Columns, shape.Columns);
            Span<float> dz = logitsGradient.Slice(row * shape.Columns, shape.Columns);
            float slope = lossesGradient.IsEmpty ? (float)loss.Share(targets) : lossesGradient[row];
            if (targets[row] == loss.IgnoreIndex || float.IsNegativeInfinity(Softmax.RowNaive(z, dz)))
            {
                dz.Clear();
                continue;
            }

            for (int k = 0; k < shape.Columns; k++)
            {
                float q = (k == targets[row] ? 1 - smoothing : 0) + (smoothing / shape.Columns);
                dz[k] = (dz[k] - q) * slope;
            }
        }
    }

    private static void CheckBackward(
        RowShape shape,
        ReadOnlySpan<float> logits,
        ReadOnlySpan<int> targets,
        ReadOnlySpan<float> lossesGradient,
        ReadOnlySpan<float> logitsGradient,
        CrossEntropyOptions loss,
        KernelOptions options = default)
    {
        Check(shape, logits, targets, default, loss, options);
        Guard.LengthOrEmpty(nameof(lossesGradient), lossesGradient.Length, shape.Rows);
        Guard.Length(nameof(logitsGradient), logitsGradient.Length, shape.Rows, shape.Columns);
        Guard.SameOrApart(nameof(logitsGradient), logitsGradient, nameof(logits), logits);
        Guard.Apart(nameof(logitsGradient), logitsGradient, nameof(lossesGradient), lossesGradient);
    }
}
