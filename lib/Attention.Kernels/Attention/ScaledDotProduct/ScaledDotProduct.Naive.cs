namespace Attention.Kernels;

public static partial class ScaledDotProduct
{
    /// <summary>The same as <see cref="Forward"/>, written as the formula reads, one row of weights at a time, on one thread: what Forward is held against.</summary>
    /// <param name="shape">The sizes that all buffers follow.</param>
    /// <param name="query">[B, H, N, D]; in the layout LengthFirst [B, N, H, D], and so on for keys, values and output.</param>
    /// <param name="key">[B, G, M, D]; one key head serves H/G query heads.</param>
    /// <param name="value">[B, G, M, Dv]</param>
    /// <param name="output">[B, H, N, Dv]; overwritten, must not overlap an input.</param>
    /// <param name="weights">[B, H, N, M]; how much each query takes from each key, after dropout. Empty: not wanted.</param>
    /// <param name="logSumExp">[B, H, N]; ln Σ e^score of each row. Empty: not wanted.</param>
    /// <param name="mask">Which keys a query sees; nothing is hidden when omitted.</param>
    /// <param name="options">Scale, layout, dropout and cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, a result overlaps another buffer, or the mask does not fit; the message does the arithmetic.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the outputs are half written.</exception>
    public static void ForwardNaive(
        AttentionShape shape,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> value,
        Span<float> output,
        Span<float> weights = default,
        Span<float> logSumExp = default,
        Mask mask = default,
        AttentionOptions options = default)
    {
        Check(shape, query, key, value, output, logSumExp, mask, options);
        CheckWeights(shape, query, key, value, output, weights, logSumExp, mask);
        (int n, int m, int d, int dv) = (shape.Queries, shape.Keys, shape.Width, shape.ValueWidth);
        RowStrides queryRows = RowStrides.Of(options.Layout, shape.Heads, n, d), keyRows = RowStrides.Of(options.Layout, shape.KeyHeads, m, d);
        RowStrides valueRows = RowStrides.Of(options.Layout, shape.KeyHeads, m, dv), outputRows = RowStrides.Of(options.Layout, shape.Heads, n, dv);
        Span<float> scratch = weights.IsEmpty ? new float[m] : default;
        for (int b = 0; b < shape.Batch && n > 0; b++)
        {
            for (int h = 0; h < shape.Heads; h++)
            {
                Mask.Head visible = mask.ForHead(shape, b, h);
                int g = h / (shape.Heads / shape.KeyHeads);
                HeadRows q = new(query, queryRows, b, h, d), k = new(key, keyRows, b, g, d), v = new(value, valueRows, b, g, dv);
                for (int i = 0; i < n; i++)
                {
                    options.Cancellation.ThrowIfCancellationRequested();
                    int row = (((b * shape.Heads) + h) * n) + i;
                    Span<float> w = weights.IsEmpty ? scratch : weights.Slice(row * m, m);
                    float rowLogSumExp = WeightsRow(q[i], k, options, visible, i, w);
                    Drop(options.Dropout, WeightDropout.IndexOf(shape, b, h, i, 0), w);
                    ContextRow(w, v, visible, i, output.Slice((int)outputRows.Of(b, h, i), dv));
                    if (!logSumExp.IsEmpty)
                    {
                        logSumExp[row] = rowLogSumExp;
                    }
                }
            }
        }
    }

    /// <summary>softmax(q Kᵀ · scale + mask), for one query; with a cap, softmax(cap(q Kᵀ · scale) + mask).</summary>
    /// <returns>ln Σ e^score, and −∞ when the query sees no key.</returns>
    private static float WeightsRow(ReadOnlySpan<float> query, HeadRows keys, AttentionOptions options, Mask.Head mask, int i, Span<float> weights)
    {
        float scale = options.ScaleFor(query.Length);
        for (int j = 0; j < weights.Length; j++)
        {
            float bias = mask.At(i, j);
            weights[j] = float.IsNegativeInfinity(bias) ? bias : Score(query, keys[j], scale, options.Cap) + bias;
        }

        return Softmax.RowNaive(weights, weights);
    }

    private static float Score(ReadOnlySpan<float> query, ReadOnlySpan<float> key, float scale, float cap)
    {
        float score = Dot(query, key) * scale;
        return cap == 0 ? score : CappedScores.Of(score, cap);
    }

    /// <summary>Dropout on one query's weights.</summary>
    /// <param name="dropout">Which weights are dropped.</param>
    /// <param name="first">The index of the first weight.</param>
    /// <param name="weights">[M]</param>
    private static void Drop(WeightDropout dropout, ulong first, Span<float> weights)
    {
        for (int j = 0; j < weights.Length && dropout.IsActive; j++)
        {
            weights[j] *= dropout.FactorOf(first + (ulong)j);
        }
    }

    /// <summary>The weighted sum of the values that the query sees.</summary>
    private static void ContextRow(ReadOnlySpan<float> weights, HeadRows values, Mask.Head mask, int i, Span<float> context)
    {
        context.Clear();
        for (int j = 0; j < weights.Length; j++)
        {
            if (float.IsNegativeInfinity(mask.At(i, j)))
            {
                continue;
            }

            ReadOnlySpan<float> value = values[j];
            for (int c = 0; c < context.Length; c++)
            {
                context[c] += weights[j] * value[c];
            }
        }
    }

    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        float sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    private static void CheckWeights(
        AttentionShape shape,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> value,
        ReadOnlySpan<float> output,
        ReadOnlySpan<float> weights,
        ReadOnlySpan<float> logSumExp,
        Mask mask)
    {
        if (!weights.IsEmpty)
        {
            Guard.Length(nameof(weights), weights.Length, shape.Batch, shape.Heads, shape.Queries, shape.Keys);
            CheckApart(nameof(weights), weights, query, key, value, mask);
            Guard.Apart(nameof(weights), weights, nameof(output), output);
            Guard.Apart(nameof(weights), weights, nameof(logSumExp), logSumExp);
        }
    }
}
