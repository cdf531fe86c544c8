namespace Attention.Kernels;

public static partial class Decode
{
    /// <summary>The same as <see cref="Forward"/>, written as the formula reads, one query after the other, on one thread: what Forward is held against.</summary>
    /// <inheritdoc cref="Forward"/>
    public static void ForwardNaive(
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
        (int n, int d, int dv) = (shape.Queries, whole.Width, whole.ValueWidth);
        RowStrides queries = RowStrides.Of(options.Layout, shape.Heads, n, d), outputs = RowStrides.Of(options.Layout, shape.Heads, n, dv);
        mask = mask.ForCache(cache.Window);
        for (int s = 0; s < whole.Batch && n > 0; s++)
        {
            int sequence = sequences.IsEmpty ? s : sequences[s];
            for (int h = 0; h < shape.Heads; h++)
            {
                int head = h / (shape.Heads / whole.KeyHeads);
                Mask.Head visible = mask.ForHead(whole with { Keys = cache.Length(sequence) }, s, h);
                for (int i = 0; i < n; i++)
                {
                    options.Cancellation.ThrowIfCancellationRequested();
                    ReadOnlySpan<float> q = query.Slice((int)queries.Of(s, h, i), d);
                    Span<float> o = output.Slice((int)outputs.Of(s, h, i), dv);
                    float rowLogSumExp = RowNaive(cache, sequence, head, visible, i, q, options.ScaleFor(d), o);
                    if (!logSumExp.IsEmpty)
                    {
                        logSumExp[(((s * shape.Heads) + h) * n) + i] = rowLogSumExp;
                    }
                }
            }
        }
    }

    /// <summary>softmax(q Kᵀ · scale + mask) V over the keys that this new token sees.</summary>
    /// <returns>ln Σ e^score.</returns>
    private static float RowNaive(KeyValueCache cache, int sequence, int head, Mask.Head mask, int i, ReadOnlySpan<float> query, float scale, Span<float> output)
    {
        List<int> seen = [];
        for (int j = 0; j < cache.Length(sequence); j++)
        {
            if (!float.IsNegativeInfinity(mask.At(i, j)))
            {
                seen.Add(j);
            }
        }

        var weights = new float[seen.Count];
        for (int j = 0; j < seen.Count; j++)
        {
            ReadOnlySpan<float> key = cache.Key(sequence, head, seen[j]);
            float score = 0;
            for (int c = 0; c < key.Length; c++)
            {
                score += query[c] * key[c];
            }

            weights[j] = (score * scale) + mask.At(i, seen[j]);
        }

        float logSumExp = Softmax.RowNaive(weights, weights);
        output.Clear();
        for (int j = 0; j < seen.Count; j++)
        {
            ReadOnlySpan<float> value = cache.Value(sequence, head, seen[j]);
            for (int c = 0; c < output.Length; c++)
            {
                output[c] += weights[j] * value[c];
            }
        }

        return logSumExp;
    }
}
