using static System.FormattableString;

namespace Attention.Kernels;

/// <summary>Attention of one or a few new tokens to a cache of keys and values: each sees itself and what came before it.</summary>
/// <remarks>
/// The result is that of <see cref="ScaledDotProduct"/> under a causal mask over the whole text, of which only the last rows are computed; where the cache has a window, under
/// <see cref="Mask.Window"/>(W − 1, 0, S) too. What limits it is the memory: every key and value is read once. The keys are split into pieces of <see cref="PieceTokens"/>, by position and not by the number of
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
    /// <param name="mask">
    /// What else is hidden, and what is added to the scores: key starts [S], where a sequence begins with padding; a window, where the cache has none; ALiBi slopes; relative biases.
    /// The future is hidden always. Key lengths, patterns, block layouts and biases [N, M] are refused: the sequences of a cache differ in length, and it knows their ends.
    /// </param>
    /// <param name="options">Scale, layout, threads, cancellation. Dropout is refused: it is for training.</param>
    /// <exception cref="ArgumentException">
    /// A buffer's length differs from its shape, buffers overlap, a sequence is shorter than the new tokens, one of them would see what the window has forgotten, or the mask or the
    /// options ask for what a cache cannot give; the message does the arithmetic.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed of.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the outputs are half written.</exception>
    public static unsafe void Forward(
        DecodeShape shape,
        KeyValueCache cache,
        ReadOnlySpan<float> query,
        Span<float> output,
        Span<float> logSumExp = default,
        ReadOnlySpan<int> sequences = default,
        Mask mask = default,
        AttentionOptions options = default)
    {
        AttentionShape whole = Check(shape, cache, query, output, logSumExp, sequences, mask, options);
        if (output.IsEmpty)
        {
            return;
        }

        fixed (float* q = query, o = output, l = logSumExp)
        fixed (int* chosen = sequences)
        {
            var queries = new StridedRows(q, RowStrides.Of(options.Layout, shape.Heads, shape.Queries, cache.Shape.Width));
            var outputs = new StridedRows(o, RowStrides.Of(options.Layout, shape.Heads, shape.Queries, cache.Shape.ValueWidth));
            Run(new DecodeProblem<CachedRows>(new(cache, chosen), whole, queries, outputs, l, mask.ForCache(cache.Window), options.ScaleFor(cache.Shape.Width)), options);
        }
    }

    /// <returns>The sizes, but for the keys: each sequence has its own.</returns>
    private static AttentionShape Check(
        DecodeShape shape,
        KeyValueCache cache,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> output,
        ReadOnlySpan<float> logSumExp,
        ReadOnlySpan<int> sequences,
        Mask mask,
        AttentionOptions options)
    {
        ArgumentNullException.ThrowIfNull(cache);
        cache.CheckAlive();
        options.Check();
        options.CheckUncapped("decoding");
        if (options.Dropout.IsActive)
        {
            throw new ArgumentException(Invariant($"Dropout: expected a rate of 0, got {options.Dropout.Rate}; attention to a cache continues a text and drops nothing, ScaledDotProduct trains"));
        }

        shape.Check(cache.Shape);
        int count = sequences.IsEmpty ? cache.Shape.Sequences : sequences.Length;
        Guard.Length(nameof(query), query.Length, count, shape.Heads, shape.Queries, cache.Shape.Width);
        Guard.Length(nameof(output), output.Length, count, shape.Heads, shape.Queries, cache.Shape.ValueWidth);
        Guard.Apart(nameof(output), output, nameof(query), query);
        mask.CheckApart(nameof(output), output);
        if (!logSumExp.IsEmpty)
        {
            Guard.Length(nameof(logSumExp), logSumExp.Length, count, shape.Heads, shape.Queries);
            Guard.Apart(nameof(logSumExp), logSumExp, nameof(query), query);
            Guard.Apart(nameof(logSumExp), logSumExp, nameof(output), output);
            mask.CheckApart(nameof(logSumExp), logSumExp);
        }

        for (int s = 0; s < count && shape.Queries > 0; s++)
        {
            int sequence = sequences.IsEmpty ? s : sequences[s];
            if ((uint)sequence >= (uint)cache.Shape.Sequences)
            {
                throw new ArgumentException(Invariant($"sequences: expected 0 to {cache.Shape.Sequences - 1}, got {sequence}"));
            }

            cache.CheckQueries(sequence, shape.Queries);
        }

        var whole = new AttentionShape(count, shape.Heads, cache.Shape.KeyHeads, shape.Queries, 0, cache.Shape.Width, cache.Shape.ValueWidth);
        mask.CheckCached(whole, cache, sequences);
        return whole;
    }
}
