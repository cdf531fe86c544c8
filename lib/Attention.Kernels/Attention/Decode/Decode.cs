namespace Attention.Kernels;

/// <summary>Attention of one or a few new tokens to a cache of keys and values: each sees itself and what came before it.</summary>
/// <remarks>
/// The result is that of <see cref="ScaledDotProduct"/> under a causal mask over the whole text, of which only the last rows are computed; where the cache has a window, under a
/// window mask too. What limits it is the memory: every key and value is read once. The keys are split into pieces of <see cref="PieceTokens"/>, by position and not by the number of
/// threads, whose results are then brought together (Dao et al. 2023, "Flash-Decoding"); so a sequence has the same bits in every batch, on any number of threads, contiguous or paged.
/// NaN and ∞ do what they do there, and what a token does not see is not looked at.
/// </remarks>
public static partial class Decode
{
    /// <summary>Attends the newest tokens of each sequence to its cache.</summary>
    /// <param name="shape">The sizes that the cache does not know.</param>
    /// <param name="cache">Keys and values, those of the new tokens already appended.</param>
    /// <param name="query">[S, H, N, D], or [S, N, H, D] by the options' layout; S: how many sequences attend.</param>
    /// <param name="output">[S, H, N, Dv], laid out as the queries; overwritten, must not overlap an input.</param>
    /// <param name="logSumExp">[S, H, N]; ln Σ e^score of each row. Empty: not wanted.</param>
    /// <param name="sequences">[S]; which sequences of the cache attend, in this order. Empty: all of them.</param>
    /// <param name="options">Scale, layout, threads, cancellation.</param>
    /// <exception cref="ArgumentException">
    /// A buffer's length differs from its shape, buffers overlap, a sequence is shorter than the new tokens, or one of them would see what the window has forgotten; the message does the arithmetic.
    /// </exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the outputs are half written.</exception>
    public static unsafe void Forward(
        DecodeShape shape,
        KeyValueCache cache,
        ReadOnlySpan<float> query,
        Span<float> output,
        Span<float> logSumExp = default,
        ReadOnlySpan<int> sequences = default,
        AttentionOptions options = default)
    {
        int count = Check(shape, cache, query, output, logSumExp, sequences, options);
        if (output.IsEmpty)
        {
            return;
        }

        fixed (float* q = query, o = output, l = logSumExp)
        fixed (int* chosen = sequences)
        {
            var queries = new StridedRows(q, RowStrides.Of(options.Layout, shape.Heads, shape.Queries, cache.Shape.Width));
            var outputs = new StridedRows(o, RowStrides.Of(options.Layout, shape.Heads, shape.Queries, cache.Shape.ValueWidth));
            Run(new DecodeProblem<CachedRows>(new(cache, chosen), count, shape, cache.Shape, queries, outputs, l, options.ScaleFor(cache.Shape.Width)), options);
        }
    }

    private static int Check(
        DecodeShape shape,
        KeyValueCache cache,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> output,
        ReadOnlySpan<float> logSumExp,
        ReadOnlySpan<int> sequences,
        AttentionOptions options)
    {
        ArgumentNullException.ThrowIfNull(cache);
        options.Check();
        options.CheckUncapped("decoding");
        shape.Check(cache.Shape);
        int count = sequences.IsEmpty ? cache.Shape.Sequences : sequences.Length;
        Guard.Length(nameof(query), query.Length, count, shape.Heads, shape.Queries, cache.Shape.Width);
        Guard.Length(nameof(output), output.Length, count, shape.Heads, shape.Queries, cache.Shape.ValueWidth);
        Guard.Apart(nameof(output), output, nameof(query), query);
        if (!logSumExp.IsEmpty)
        {
            Guard.Length(nameof(logSumExp), logSumExp.Length, count, shape.Heads, shape.Queries);
            Guard.Apart(nameof(logSumExp), logSumExp, nameof(query), query);
            Guard.Apart(nameof(logSumExp), logSumExp, nameof(output), output);
        }

        for (int s = 0; s < count && shape.Queries > 0; s++)
        {
            int sequence = sequences.IsEmpty ? s : sequences[s];
            if ((uint)sequence >= (uint)cache.Shape.Sequences)
            {
                throw new ArgumentException($"sequences: expected 0 to {cache.Shape.Sequences - 1}, got {sequence}");
            }

            cache.CheckQueries(sequence, shape.Queries);
        }

        return count;
    }
}
