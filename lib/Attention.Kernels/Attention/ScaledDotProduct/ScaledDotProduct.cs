namespace Attention.Kernels;

/// <summary>Scaled dot-product attention, <c>softmax(Q Kᵀ / √D + mask) V</c>, over any number of heads and sequences.</summary>
/// <remarks>
/// Vaswani et al. 2017, eq. 1. A query that sees no key yields zeros, and −∞ in logSumExp. A NaN in a query or in a key that it sees makes that query's whole row NaN,
/// and so does a score of +∞; a NaN in a value makes its column NaN in every row that sees it. What a mask hides is not looked at.
/// Scores are kept as exponents of two: one beyond ±2.3e38 counts as infinite.
/// </remarks>
public static partial class ScaledDotProduct
{
    /// <summary>Attends every query row to the keys that its mask lets through.</summary>
    /// <param name="shape">The sizes that all buffers follow.</param>
    /// <param name="query">[B, H, N, D]; in the layout LengthFirst [B, N, H, D], and so on for keys, values and output.</param>
    /// <param name="key">[B, G, M, D]; one key head serves H/G query heads.</param>
    /// <param name="value">[B, G, M, Dv]</param>
    /// <param name="output">[B, H, N, Dv]; overwritten, must not overlap an input.</param>
    /// <param name="logSumExp">[B, H, N]; ln Σ e^score of each row, which the backward pass needs. Empty: not wanted.</param>
    /// <param name="mask">Which keys a query sees; nothing is hidden when omitted.</param>
    /// <param name="options">Scale, layout, dropout, threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, a result overlaps another buffer, or the mask does not fit; the message does the arithmetic.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the outputs are half written.</exception>
    public static unsafe void Forward(
        AttentionShape shape,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> value,
        Span<float> output,
        Span<float> logSumExp = default,
        Mask mask = default,
        AttentionOptions options = default)
    {
        Check(shape, query, key, value, output, logSumExp, mask, options);
        if (output.IsEmpty)
        {
            return;
        }

        fixed (float* q = query, k = key, v = value, o = output, l = logSumExp)
        {
            Run(shape, ForwardBuffers.Of(shape, options.Layout, q, k, v, o, l), mask, options);
        }
    }

    private static void Check(
        AttentionShape shape,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> value,
        ReadOnlySpan<float> output,
        ReadOnlySpan<float> logSumExp,
        Mask mask,
        AttentionOptions options)
    {
        shape.Check();
        options.Check();
        Guard.Length(nameof(query), query.Length, shape.Batch, shape.Heads, shape.Queries, shape.Width);
        Guard.Length(nameof(key), key.Length, shape.Batch, shape.KeyHeads, shape.Keys, shape.Width);
        Guard.Length(nameof(value), value.Length, shape.Batch, shape.KeyHeads, shape.Keys, shape.ValueWidth);
        Guard.Length(nameof(output), output.Length, shape.Batch, shape.Heads, shape.Queries, shape.ValueWidth);
        CheckApart(nameof(output), output, query, key, value, mask);
        if (!logSumExp.IsEmpty)
        {
            Guard.Length(nameof(logSumExp), logSumExp.Length, shape.Batch, shape.Heads, shape.Queries);
            CheckApart(nameof(logSumExp), logSumExp, query, key, value, mask);
            Guard.Apart(nameof(logSumExp), logSumExp, nameof(output), output);
        }

        mask.Check(shape);
    }

    private static void CheckApart(string name, ReadOnlySpan<float> result, ReadOnlySpan<float> query, ReadOnlySpan<float> key, ReadOnlySpan<float> value, Mask mask)
    {
        Guard.Apart(name, result, nameof(query), query);
        Guard.Apart(name, result, nameof(key), key);
        Guard.Apart(name, result, nameof(value), value);
        mask.CheckApart(name, result);
    }
}
