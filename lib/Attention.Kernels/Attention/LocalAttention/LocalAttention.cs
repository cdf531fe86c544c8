namespace Attention.Kernels;

/// <summary>Attention to a window of keys around one position: where the query itself stands (local-m), or where a predictor puts it (local-p).</summary>
/// <remarks>
/// <para>
/// <c>output = Σ_s softmax(q·k_s / √D) e^(−(s − p)² / 2σ²) v_s</c> over the s with |s − p| ≤ R, where the last factor is left out unless the window asks for it (Luong et al. 2015, § 3.2,
/// eq. 10; R is the paper's D, which here is the width, and σ = R/2). As in the paper the weights are not made to sum to one again. Only the window is computed: N · (2R + 1) scores.
/// </para>
/// <para>
/// A window that lies outside of the sequence yields zeros, and −∞ in logSumExp; one at the border is cut off. A centre that is NaN makes its row NaN. What lies outside of a window is not
/// looked at.
/// </para>
/// <para>
/// There is no mask beside the window: without centres, and without the Gaussian, <see cref="Mask.Window"/> says the same to <see cref="ScaledDotProduct"/> (where N = M) and combines with every other
/// mask. Buffers are heads first; another scale than 1/√D is a factor on the queries.
/// </para>
/// </remarks>
public static partial class LocalAttention
{
    private const int RowsPerTile = 32;

    /// <summary>Attends every query row to the keys around its centre.</summary>
    /// <param name="shape">The sizes that all buffers follow.</param>
    /// <param name="window">How far a query sees, and whether weights fall towards the edges.</param>
    /// <param name="query">[B, H, N, D]</param>
    /// <param name="key">[B, G, M, D]; one key head serves H/G query heads.</param>
    /// <param name="value">[B, G, M, Dv]</param>
    /// <param name="centre">[B, H, N]; p, in keys, such as <see cref="PositionPredictor"/> gives. Empty: query i has its centre at key i.</param>
    /// <param name="output">[B, H, N, Dv]; overwritten, must not overlap another buffer.</param>
    /// <param name="logSumExp">[B, H, N]; ln Σ e^score of each window, which the backward pass needs. Empty: not wanted.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, or a result overlaps another buffer; the message does the arithmetic.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the outputs are half written.</exception>
    public static unsafe void Forward(
        AttentionShape shape,
        LocalWindow window,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> value,
        ReadOnlySpan<float> centre,
        Span<float> output,
        Span<float> logSumExp = default,
        KernelOptions options = default)
    {
        options.Check();
        Check(shape, window, query, key, value, centre, output, logSumExp);
        if (output.IsEmpty)
        {
            return;
        }

        fixed (float* q = query, k = key, v = value, c = centre, o = output, l = logSumExp)
        {
            Tiled.Run(new ForwardTiles(shape, window, new(q, k, v, c, o, l)), options.ThreadsFor(Cost(shape, window)), options);
        }
    }

    /// <summary>The gradient of <see cref="Forward"/>.</summary>
    /// <param name="shape">The sizes that all buffers follow.</param>
    /// <param name="window">The window that Forward had.</param>
    /// <param name="query">[B, H, N, D]</param>
    /// <param name="key">[B, G, M, D]</param>
    /// <param name="value">[B, G, M, Dv]</param>
    /// <param name="centre">[B, H, N]; p. Empty: query i has its centre at key i.</param>
    /// <param name="logSumExp">[B, H, N]; what Forward wrote.</param>
    /// <param name="outputGradient">[B, H, N, Dv]; dL/doutput.</param>
    /// <param name="queryGradient">[B, H, N, D]; overwritten.</param>
    /// <param name="keyGradient">[B, G, M, D]; overwritten.</param>
    /// <param name="valueGradient">[B, G, M, Dv]; overwritten.</param>
    /// <param name="centreGradient">[B, H, N]; overwritten. Empty: not wanted.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, or a result overlaps another buffer; the message does the arithmetic.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradients are half written.</exception>
    /// <remarks>
    /// A centre has its gradient through the Gaussian alone, <c>dp = Σ_s weight_s dweight_s (s − p) / σ²</c>; that a key enters or leaves the window as p moves is a step and has none (as in the
    /// paper, which makes p learnable by the Gaussian). A key head with all that it serves is one thread's.
    /// </remarks>
    public static unsafe void Backward(
        AttentionShape shape,
        LocalWindow window,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> value,
        ReadOnlySpan<float> centre,
        ReadOnlySpan<float> logSumExp,
        ReadOnlySpan<float> outputGradient,
        Span<float> queryGradient,
        Span<float> keyGradient,
        Span<float> valueGradient,
        Span<float> centreGradient = default,
        KernelOptions options = default)
    {
        options.Check();
        CheckBackward(shape, window, query, key, value, centre, logSumExp, outputGradient, queryGradient, keyGradient, valueGradient, centreGradient);
        keyGradient.Clear();
        valueGradient.Clear();
        if (queryGradient.IsEmpty)
        {
            return;
        }

        fixed (float* q = query, k = key, v = value, c = centre, l = logSumExp, dout = outputGradient)
        fixed (float* dq = queryGradient, dk = keyGradient, dv = valueGradient, dc = centreGradient)
        {
            Tiled.Run(new BackwardTiles(shape, window, new(q, k, v, c, null, l), new(dq, dk, dv, dc, dout, null)), options.ThreadsFor(3 * Cost(shape, window)), options);
        }
    }

    private static double Cost(AttentionShape shape, LocalWindow window) =>
        2.0 * shape.Batch * shape.Heads * shape.Queries * window.MostKeys(shape.Keys) * (shape.Width + shape.ValueWidth);

    private static float Scale(AttentionShape shape) => 1 / MathF.Sqrt(shape.Width);

    private static void Check(
        AttentionShape shape,
        LocalWindow window,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> value,
        ReadOnlySpan<float> centre,
        ReadOnlySpan<float> output,
        ReadOnlySpan<float> logSumExp)
    {
        CheckInputs(shape, window, query, key, value, centre);
        Guard.Length(nameof(output), output.Length, shape.Batch, shape.Heads, shape.Queries, shape.ValueWidth);
        CheckApart(nameof(output), output, query, key, value, centre);
        if (!logSumExp.IsEmpty)
        {
            Guard.Length(nameof(logSumExp), logSumExp.Length, shape.Batch, shape.Heads, shape.Queries);
            CheckApart(nameof(logSumExp), logSumExp, query, key, value, centre);
            Guard.Apart(nameof(logSumExp), logSumExp, nameof(output), output);
        }
    }

    private static void CheckInputs(
        AttentionShape shape, LocalWindow window, ReadOnlySpan<float> query, ReadOnlySpan<float> key, ReadOnlySpan<float> value, ReadOnlySpan<float> centre)
    {
        shape.Check();
        window.Check();
        Guard.Length(nameof(query), query.Length, shape.Batch, shape.Heads, shape.Queries, shape.Width);
        Guard.Length(nameof(key), key.Length, shape.Batch, shape.KeyHeads, shape.Keys, shape.Width);
        Guard.Length(nameof(value), value.Length, shape.Batch, shape.KeyHeads, shape.Keys, shape.ValueWidth);
        if (!centre.IsEmpty)
        {
            Guard.Length(nameof(centre), centre.Length, shape.Batch, shape.Heads, shape.Queries);
        }
    }

    private static void CheckBackward(
        AttentionShape shape,
        LocalWindow window,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> value,
        ReadOnlySpan<float> centre,
        ReadOnlySpan<float> logSumExp,
        ReadOnlySpan<float> outputGradient,
        ReadOnlySpan<float> queryGradient,
        ReadOnlySpan<float> keyGradient,
        ReadOnlySpan<float> valueGradient,
        ReadOnlySpan<float> centreGradient)
    {
        CheckInputs(shape, window, query, key, value, centre);
        Guard.Length(nameof(logSumExp), logSumExp.Length, shape.Batch, shape.Heads, shape.Queries);
        Guard.Length(nameof(outputGradient), outputGradient.Length, shape.Batch, shape.Heads, shape.Queries, shape.ValueWidth);
        Guard.Length(nameof(queryGradient), queryGradient.Length, shape.Batch, shape.Heads, shape.Queries, shape.Width);
        Guard.Length(nameof(keyGradient), keyGradient.Length, shape.Batch, shape.KeyHeads, shape.Keys, shape.Width);
        Guard.Length(nameof(valueGradient), valueGradient.Length, shape.Batch, shape.KeyHeads, shape.Keys, shape.ValueWidth);
        if (!centreGradient.IsEmpty)
        {
            Guard.Length(nameof(centreGradient), centreGradient.Length, shape.Batch, shape.Heads, shape.Queries);
        }

        CheckApart(nameof(queryGradient), queryGradient, query, key, value, centre, logSumExp, outputGradient);
        CheckApart(nameof(keyGradient), keyGradient, query, key, value, centre, logSumExp, outputGradient);
        CheckApart(nameof(valueGradient), valueGradient, query, key, value, centre, logSumExp, outputGradient);
        CheckApart(nameof(centreGradient), centreGradient, query, key, value, centre, logSumExp, outputGradient);
        Guard.Apart(nameof(keyGradient), keyGradient, nameof(queryGradient), queryGradient);
        Guard.Apart(nameof(valueGradient), valueGradient, nameof(queryGradient), queryGradient);
        Guard.Apart(nameof(valueGradient), valueGradient, nameof(keyGradient), keyGradient);
        Guard.Apart(nameof(centreGradient), centreGradient, nameof(queryGradient), queryGradient);
        Guard.Apart(nameof(centreGradient), centreGradient, nameof(keyGradient), keyGradient);
        Guard.Apart(nameof(centreGradient), centreGradient, nameof(valueGradient), valueGradient);
    }

    private static void CheckApart(
        string name,
        ReadOnlySpan<float> result,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> value,
        ReadOnlySpan<float> centre,
        ReadOnlySpan<float> logSumExp = default,
        ReadOnlySpan<float> outputGradient = default)
    {
        Guard.Apart(name, result, nameof(query), query);
        Guard.Apart(name, result, nameof(key), key);
        Guard.Apart(name, result, nameof(value), value);
        Guard.Apart(name, result, nameof(centre), centre);
        Guard.Apart(name, result, nameof(logSumExp), logSumExp);
        Guard.Apart(name, result, nameof(outputGradient), outputGradient);
    }
}
