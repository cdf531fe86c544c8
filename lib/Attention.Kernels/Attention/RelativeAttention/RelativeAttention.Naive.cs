namespace Attention.Kernels;

public static partial class RelativeAttention
{
    /// <summary>The same as <see cref="Forward"/>, written as the formula reads, one query after the other: what Forward is held against.</summary>
    /// <inheritdoc cref="Forward"/>
    public static void ForwardNaive(
        AttentionShape shape,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> value,
        ReadOnlySpan<float> position,
        ReadOnlySpan<float> contentBias,
        ReadOnlySpan<float> positionBias,
        Span<float> output,
        Span<float> logSumExp = default)
    {
        Check(shape, query, key, value, position, contentBias, positionBias, output, logSumExp);
        int dv = shape.ValueWidth;
        for (int row = 0; row < shape.RowCount; row++)
        {
            (int firstKey, int seen) = Sees(shape, row);
            var weights = new float[seen];
            for (int j = 0; j < seen; j++)
            {
                weights[j] = Score(shape, row, firstKey + j, seen - 1 - j, query, key, position, contentBias, positionBias);
            }

            float sum = Softmax.RowNaive(weights, weights);
            Span<float> context = output.Slice(row * dv, dv);
            context.Clear();
            for (int j = 0; j < seen; j++)
            {
                DotScore.AddRow(weights[j], value, firstKey + j, output, row, dv);
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
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> value,
        ReadOnlySpan<float> position,
        ReadOnlySpan<float> contentBias,
        ReadOnlySpan<float> positionBias,
        ReadOnlySpan<float> output,
        ReadOnlySpan<float> logSumExp,
        ReadOnlySpan<float> outputGradient,
        Span<float> queryGradient,
        Span<float> keyGradient,
        Span<float> valueGradient,
        Span<float> positionGradient,
        Span<float> contentBiasGradient,
        Span<float> positionBiasGradient)
    {
        Inputs inputs = new(query, key, value, position, contentBias, positionBias);
        CheckBackward(
            shape, inputs, new(queryGradient, keyGradient, valueGradient, positionGradient, contentBiasGradient, positionBiasGradient), output, logSumExp, outputGradient);
        queryGradient.Clear();
        keyGradient.Clear();
        valueGradient.Clear();
        positionGradient.Clear();
        contentBiasGradient.Clear();
        positionBiasGradient.Clear();
        (int d, int dv) = (shape.Width, shape.ValueWidth);
        for (int row = 0; row < shape.RowCount; row++)
        {
            int head = row / shape.Queries % shape.Heads;
            (int firstKey, int seen) = Sees(shape, row);
            ReadOnlySpan<float> slopes = outputGradient.Slice(row * dv, dv);
            float mean = DotScore.Dot(slopes, output.Slice(row * dv, dv));
            for (int j = 0; j < seen; j++)
            {
                (int keyRow, int positionRow) = (firstKey + j, (head * shape.Keys) + seen - 1 - j);
                float score = Score(shape, row, keyRow, seen - 1 - j, query, key, position, contentBias, positionBias);
                float weight = float.IsNegativeInfinity(logSumExp[row]) ? 0 : MathF.Exp(score - logSumExp[row]);
                float gradient = weight * (DotScore.Dot(slopes, value.Slice(keyRow * dv, dv)) - mean) * Scale(shape);
                DotScore.AddRow(weight, outputGradient, row, valueGradient, keyRow, dv);
                DotScore.AddRow(gradient, key, keyRow, queryGradient, row, d);
                DotScore.AddRow(gradient, position, positionRow, queryGradient, row, d);
                DotScore.AddRow(gradient, query, row, keyGradient, keyRow, d);
                DotScore.AddRow(gradient, contentBias, head, keyGradient, keyRow, d);
                DotScore.AddRow(gradient, query, row, positionGradient, positionRow, d);
                DotScore.AddRow(gradient, positionBias, head, positionGradient, positionRow, d);
                DotScore.AddRow(gradient, key, keyRow, contentBiasGradient, head, d);
                DotScore.AddRow(gradient, position, positionRow, positionBiasGradient, head, d);
            }
        }
    }

    /// <summary>The first row of the keys that serve this query, over all sequences, and how many of them it sees.</summary>
    private static (int FirstKey, int Count) Sees(AttentionShape shape, int row)
    {
        int keyHead = row / shape.Queries / (shape.Heads / shape.KeyHeads);
        return (keyHead * shape.Keys, (row % shape.Queries) + 1 + shape.Keys - shape.Queries);
    }

    /// <summary>((q + u)·k + (q + v)·r) / √D.</summary>
    private static float Score(
        AttentionShape shape,
        int row,
        int keyRow,
        int distance,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> position,
        ReadOnlySpan<float> contentBias,
        ReadOnlySpan<float> positionBias)
    {
        (int d, int head) = (shape.Width, row / shape.Queries % shape.Heads);
        int positionRow = (head * shape.Keys) + distance;
        float content = 0, relative = 0;
        for (int c = 0; c < d; c++)
        {
            float q = query[(row * d) + c];
            content += (q + contentBias[(head * d) + c]) * key[(keyRow * d) + c];
            relative += (q + positionBias[(head * d) + c]) * position[(positionRow * d) + c];
        }

        return (content + relative) * Scale(shape);
    }
}
