namespace Attention.Kernels;

/// <summary>How surprised a row of logits is by its target: the loss of a classifier and of a language model, fused with the log-softmax.</summary>
/// <remarks>
/// <para>
/// <c>loss = −Σₖ qₖ log pₖ</c> with p = softmax(logits) and q = (1 − ε) onehot(target) + ε / Columns; without smoothing it is −log p of the target. It is computed as
/// log Σ e^(zₖ − max) − (1 − ε) (z_target − max) − ε · mean(z − max), so that logits of any size lose nothing: Goodfellow, Bengio and Courville 2016, § 6.2.2.3; label smoothing after
/// Szegedy et al. 2016, § 7.
/// </para>
/// <para>A row that does not count has loss 0. A row whose logits are all −∞ has loss +∞ and no gradient. A row with NaN or +∞ has loss NaN and a gradient of NaN.</para>
/// </remarks>
public static partial class CrossEntropy
{
    private const double CostPerElement = 24; // multiply–adds that take as long

    /// <summary>The loss of every row, reduced.</summary>
    /// <param name="shape">Rows, and Columns: how many classes there are.</param>
    /// <param name="logits">[Rows, Columns]</param>
    /// <param name="targets">[Rows]; the class of every row, from 0 to Columns − 1, or the index to ignore.</param>
    /// <param name="losses">[Rows]; overwritten with the loss of every row; empty: not wanted.</param>
    /// <param name="loss">Smoothing, rows that do not count, mean or sum.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <returns>The mean over the rows that count, 0 when none does; or the sum.</returns>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, losses overlap the logits, or a target is no class; the message says where.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the losses are half written.</exception>
    public static unsafe float Forward(
        RowShape shape, ReadOnlySpan<float> logits, ReadOnlySpan<int> targets, Span<float> losses = default, CrossEntropyOptions loss = default, KernelOptions options = default)
    {
        Check(shape, logits, targets, losses, loss, options);
        if (losses.IsEmpty)
        {
            Scratch scratch = Scratch.Rent(shape.Rows);
            try
            {
                return ForwardSimd(shape, logits, targets, new Span<float>(scratch.Start, shape.Rows), loss, options);
            }
            finally
            {
                Scratch.Return(scratch);
            }
        }

        return ForwardSimd(shape, logits, targets, losses, loss, options);
    }

    /// <summary>The mean loss of a matrix of logits.</summary>
    /// <param name="logits">[Rows, Columns]</param>
    /// <param name="targets">[Rows]; the class of every row, from 0 to Columns − 1, or the index to ignore.</param>
    /// <param name="loss">Smoothing, rows that do not count, mean or sum.</param>
    /// <exception cref="ArgumentException">There are not as many targets as rows, a target is no column, or an option is out of range.</exception>
    public static float Of(float[,] logits, int[] targets, CrossEntropyOptions loss = default)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(targets);
        return Forward(new RowShape(logits.Rows(), logits.Columns()), logits.AsSpan(), targets, loss: loss);
    }

    private static unsafe float ForwardSimd(
        RowShape shape, ReadOnlySpan<float> logits, ReadOnlySpan<int> targets, Span<float> losses, CrossEntropyOptions loss, KernelOptions options)
    {
        losses.Clear(); // rows without a class have no tile
        fixed (float* z = logits, result = losses)
        fixed (int* target = targets)
        {
            Tiled.Run(new ForwardTiles(shape, z, target, result, loss), options.ThreadsFor(CostPerElement * shape.Rows * shape.Columns), options);
        }

        // In double precision and in order: the same on any number of threads.
        double sum = 0;
        foreach (float value in losses)
        {
            sum += value;
        }

        return (float)(sum * loss.Share(targets));
    }

    private static void Check(
        RowShape shape, ReadOnlySpan<float> logits, ReadOnlySpan<int> targets, ReadOnlySpan<float> losses, CrossEntropyOptions loss, KernelOptions options = default)
    {
        options.Check();
        shape.Check();
        loss.Check();
        Guard.Length(nameof(logits), logits.Length, shape.Rows, shape.Columns);
        Guard.Indices(nameof(targets), targets, shape.Rows, shape.Columns, loss.IgnoreIndex);
        Guard.LengthOrEmpty(nameof(losses), losses.Length, shape.Rows);
        Guard.Apart(nameof(losses), losses, nameof(logits), logits);
    }
}
