namespace Attention.Kernels;

public static partial class ScaledDotProduct
{
    /// <summary>The same as <see cref="Backward"/>, written as the formula reads, one query at a time, on one thread: what Backward is held against.</summary>
    /// <inheritdoc cref="Backward"/>
    public static void BackwardNaive(
        AttentionShape shape,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> value,
        ReadOnlySpan<float> output,
        ReadOnlySpan<float> logSumExp,
        ReadOnlySpan<float> outputGradient,
        Span<float> queryGradient,
        Span<float> keyGradient,
        Span<float> valueGradient,
        Mask mask = default,
        AttentionOptions options = default) =>
        BackwardWithBiasNaive(shape, query, key, value, output, logSumExp, outputGradient, queryGradient, keyGradient, valueGradient, default, default, mask, options);

    /// <summary>The same as <see cref="BackwardWithBias"/>, written as the formula reads, one query at a time, on one thread: what BackwardWithBias is held against.</summary>
    /// <inheritdoc cref="BackwardWithBias"/>
    public static void BackwardWithBiasNaive(
        AttentionShape shape,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> value,
        ReadOnlySpan<float> output,
        ReadOnlySpan<float> logSumExp,
        ReadOnlySpan<float> outputGradient,
        Span<float> queryGradient,
        Span<float> keyGradient,
        Span<float> valueGradient,
        Span<float> biasGradient,
        Span<float> tableGradient,
        Mask mask,
        AttentionOptions options = default)
    {
        CheckBackward(shape, query, key, value, output, logSumExp, outputGradient, queryGradient, keyGradient, valueGradient, mask, options);
        CheckBiasGradients(query, key, value, output, logSumExp, outputGradient, queryGradient, keyGradient, valueGradient, biasGradient, tableGradient, mask);
        (int n, int m, int d, int dv) = (shape.Queries, shape.Keys, shape.Width, shape.ValueWidth);
        float scale = options.ScaleFor(d);
        RowStrides queryRows = RowStrides.Of(options.Layout, shape.Heads, n, d), keyRows = RowStrides.Of(options.Layout, shape.KeyHeads, m, d);
        RowStrides valueRows = RowStrides.Of(options.Layout, shape.KeyHeads, m, dv), outputRows = RowStrides.Of(options.Layout, shape.Heads, n, dv);
        queryGradient.Clear();
        keyGradient.Clear();
        valueGradient.Clear();
        biasGradient.Clear();
        tableGradient.Clear();
        for (int b = 0; b < shape.Batch && n > 0; b++)
        {
            for (int h = 0; h < shape.Heads; h++)
            {
                Mask.Head visible = mask.ForHead(shape, b, h);
                int g = h / (shape.Heads / shape.KeyHeads);
                HeadRows q = new(query, queryRows, b, h, d), k = new(key, keyRows, b, g, d), v = new(value, valueRows, b, g, dv);
                HeadRows o = new(output, outputRows, b, h, dv), slope = new(outputGradient, outputRows, b, h, dv);
                for (int i = 0; i < n; i++)
                {
                    options.Cancellation.ThrowIfCancellationRequested();
                    float rowLogSumExp = logSumExp[(((b * shape.Heads) + h) * n) + i];
                    float delta = Dot(o[i], slope[i]);
                    for (int j = 0; j < m; j++)
                    {
                        float bias = visible.At(i, j);
                        if (float.IsNegativeInfinity(bias))
                        {
                            continue;
                        }

                        // Where every score is −∞, so is logSumExp, and the weights are zero.
                        float score = Score(q[i], k[j], scale, options.Cap);
                        float weight = float.IsNegativeInfinity(rowLogSumExp) ? 0 : MathF.Exp(score + bias - rowLogSumExp);
                        float kept = options.Dropout.IsActive ? options.Dropout.FactorOf(WeightDropout.IndexOf(shape, b, h, i, j)) : 1;
                        float scoreGradient = weight * ((kept * Dot(v[j], slope[i])) - delta);
                        AddScaled(kept * weight, slope[i], valueGradient, valueRows.Of(b, g, j));
                        float productGradient = options.Cap == 0 ? scale * scoreGradient : scale * scoreGradient * CappedScores.SlopeOf(score, options.Cap);
                        AddScaled(productGradient, q[i], keyGradient, keyRows.Of(b, g, j));
                        AddScaled(productGradient, k[j], queryGradient, queryRows.Of(b, h, i));
                        if (!biasGradient.IsEmpty)
                        {
                            biasGradient[(int)((((mask.BiasMatrix(shape, b, h) * n) + i) * m) + j)] += scoreGradient;
                        }

                        if (!tableGradient.IsEmpty)
                        {
                            tableGradient[(h * mask.Buckets) + visible.BucketOf(i, j)] += scoreGradient;
                        }
                    }
                }
            }
        }
    }

    /// <summary>Adds a multiple of a vector to a row of a gradient that is wanted.</summary>
    private static void AddScaled(float factor, ReadOnlySpan<float> vector, Span<float> gradient, long row)
    {
        for (int c = 0; c < vector.Length && !gradient.IsEmpty; c++)
        {
            gradient[(int)row + c] += factor * vector[c];
        }
    }
}
