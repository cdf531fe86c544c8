namespace Attention.Kernels;

public static partial class LocalAttention
{
    /// <summary>The same as <see cref="Forward"/>, written as the formula reads: what Forward is held against.</summary>
    /// <inheritdoc cref="Forward"/>
    public static void ForwardNaive(
        AttentionShape shape,
        LocalWindow window,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> value,
        ReadOnlySpan<float> centre,
        Span<float> output,
        Span<float> logSumExp = default)
    {
        Check(shape, window, query, key, value, centre, output, logSumExp);
        for (int row = 0; row < shape.RowCount; row++)
        {
            (float p, int firstKey, float[] weights) = WeightsNaive(shape, window, query, key, centre, row, out float sum);
            Span<float> context = output.Slice(row * shape.ValueWidth, shape.ValueWidth);
            context.Fill(float.IsNaN(p) ? p : 0);
            for (int j = 0; j < weights.Length; j++)
            {
                float weight = weights[j] * FactorNaive(shape, window, firstKey + j, p);
                DotScore.AddRow(weight, value, firstKey + j, output, row, shape.ValueWidth);
            }

            if (!logSumExp.IsEmpty)
            {
                logSumExp[row] = sum;
            }
        }
    }

    /// <summary>The gradient of <see cref="Forward"/>, written as the formula reads: what <see cref="Backward"/> is held against.</summary>
    /// <inheritdoc cref="Backward"/>
    public static void BackwardNaive(
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
        Span<float> centreGradient = default)
    {
        CheckBackward(shape, window, query, key, value, centre, logSumExp, outputGradient, queryGradient, keyGradient, valueGradient, centreGradient);
        (int d, int dv) = (shape.Width, shape.ValueWidth);
        keyGradient.Clear();
        valueGradient.Clear();
        for (int row = 0; row < shape.RowCount; row++)
        {
            (float p, int firstKey, float[] weights) = WeightsNaive(shape, window, query, key, centre, row, out _);
            queryGradient.Slice(row * d, d).Fill(float.IsNaN(p) ? p : 0);
            float mean = 0, shift = float.IsNaN(p) ? p : 0;
            for (int j = 0; j < weights.Length; j++)
            {
                float factor = FactorNaive(shape, window, firstKey + j, p);
                float gradient = DotScore.Dot(outputGradient.Slice(row * dv, dv), value.Slice((firstKey + j) * dv, dv));
                mean += weights[j] * factor * gradient;
                shift += weights[j] * factor * gradient * (((firstKey + j) % shape.Keys) - p) * window.Sharpness;
                DotScore.AddRow(weights[j] * factor, outputGradient, row, valueGradient, firstKey + j, dv);
            }

            for (int j = 0; j < weights.Length; j++)
            {
                float factor = FactorNaive(shape, window, firstKey + j, p);
                float gradient = DotScore.Dot(outputGradient.Slice(row * dv, dv), value.Slice((firstKey + j) * dv, dv));
                float scoreGradient = weights[j] * ((factor * gradient) - mean) * Scale(shape);
                DotScore.AddRow(scoreGradient, key, firstKey + j, queryGradient, row, d);
                DotScore.AddRow(scoreGradient, query, row, keyGradient, firstKey + j, d);
            }

            if (!centreGradient.IsEmpty)
            {
                centreGradient[row] = shift;
            }
        }
    }

    /// <summary>The centre of a query, the row of the first key in its window over all sequences, and the softmax over the window.</summary>
    private static (float Centre, int FirstKey, float[] Weights) WeightsNaive(
        AttentionShape shape, LocalWindow window, ReadOnlySpan<float> query, ReadOnlySpan<float> key, ReadOnlySpan<float> centre, int row, out float logSumExp)
    {
        float p = centre.IsEmpty ? row % shape.Queries : centre[row];
        int firstKey = row / shape.Queries / (shape.Heads / shape.KeyHeads) * shape.Keys;
        List<float> scores = [];
        int first = 0;
        for (int s = 0; s < shape.Keys; s++)
        {
            if (Math.Abs(s - (double)p) <= window.Radius)
            {
                first = scores.Count == 0 ? s : first;
                ReadOnlySpan<float> q = query.Slice(row * shape.Width, shape.Width);
                scores.Add(DotScore.Dot(q, key.Slice((firstKey + s) * shape.Width, shape.Width)) * Scale(shape));
            }
        }

        float[] weights = [.. scores];
        logSumExp = float.IsNaN(p) ? p : Softmax.RowNaive(weights, weights);
        return (p, firstKey + first, weights);
    }

    private static float FactorNaive(AttentionShape shape, LocalWindow window, int keyRow, float centre)
    {
        float distance = (keyRow % shape.Keys) - centre;
        return MathF.Exp(-distance * distance * window.Sharpness / 2);
    }
}
