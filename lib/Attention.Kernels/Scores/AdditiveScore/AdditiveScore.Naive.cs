namespace Attention.Kernels;

public static partial class AdditiveScore
{
    /// <summary>The same as <see cref="Forward"/>, written as the formula reads: what Forward is held against.</summary>
    /// <inheritdoc cref="Forward"/>
    public static void ForwardNaive(
        ScoreShape shape,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> queryWeight,
        ReadOnlySpan<float> keyWeight,
        ReadOnlySpan<float> bias,
        ReadOnlySpan<float> vector,
        Span<float> scores)
    {
        shape.Check(query, key, scores);
        Weights weights = new(queryWeight, keyWeight, bias, vector);
        weights.CheckLengths(shape);
        weights.CheckApart(nameof(scores), scores);
        for (int index = 0; index < scores.Length; index++)
        {
            (int queryRow, int keyRow) = DotScore.Rows(shape, index);
            ReadOnlySpan<float> q = query.Slice(queryRow * shape.QueryWidth, shape.QueryWidth), k = key.Slice(keyRow * shape.KeyWidth, shape.KeyWidth);
            float score = 0;
            for (int a = 0; a < shape.Hidden; a++)
            {
                score += vector[a] * Unit(a, q, k, queryWeight, keyWeight, bias);
            }

            scores[index] = score;
        }
    }

    /// <summary>The gradient of <see cref="Forward"/>, written as the formula reads: what <see cref="Backward"/> is held against.</summary>
    /// <inheritdoc cref="Backward"/>
    public static void BackwardNaive(
        ScoreShape shape,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> queryWeight,
        ReadOnlySpan<float> keyWeight,
        ReadOnlySpan<float> bias,
        ReadOnlySpan<float> vector,
        ReadOnlySpan<float> scoresGradient,
        Span<float> queryGradient,
        Span<float> keyGradient,
        Span<float> queryWeightGradient,
        Span<float> keyWeightGradient,
        Span<float> biasGradient,
        Span<float> vectorGradient)
    {
        Gradients gradients = new(queryGradient, keyGradient, queryWeightGradient, keyWeightGradient, biasGradient, vectorGradient);
        gradients.Check(shape, query, key, scoresGradient, new(queryWeight, keyWeight, bias, vector));
        queryGradient.Clear();
        keyGradient.Clear();
        queryWeightGradient.Clear();
        keyWeightGradient.Clear();
        biasGradient.Clear();
        vectorGradient.Clear();
        for (int index = 0; index < scoresGradient.Length; index++)
        {
            (int queryRow, int keyRow) = DotScore.Rows(shape, index);
            ReadOnlySpan<float> q = query.Slice(queryRow * shape.QueryWidth, shape.QueryWidth), k = key.Slice(keyRow * shape.KeyWidth, shape.KeyWidth);
            for (int a = 0; a < shape.Hidden; a++)
            {
                float t = Unit(a, q, k, queryWeight, keyWeight, bias);
                float slope = scoresGradient[index] * vector[a] * (1 - (t * t));
                DotScore.AddRow(slope, queryWeight, a, queryGradient, queryRow, shape.QueryWidth);
                DotScore.AddRow(slope, keyWeight, a, keyGradient, keyRow, shape.KeyWidth);
                DotScore.AddRow(slope, query, queryRow, queryWeightGradient, a, shape.QueryWidth);
                DotScore.AddRow(slope, key, keyRow, keyWeightGradient, a, shape.KeyWidth);
                DotScore.AddRow(slope, [1], 0, biasGradient, a, 1);
                DotScore.AddRow(scoresGradient[index] * t, [1], 0, vectorGradient, a, 1);
            }
        }
    }

    /// <summary>One hidden unit: tanh of its row of W q + U k + b.</summary>
    private static float Unit(
        int a, ReadOnlySpan<float> query, ReadOnlySpan<float> key, ReadOnlySpan<float> queryWeight, ReadOnlySpan<float> keyWeight, ReadOnlySpan<float> bias)
    {
        float fromQuery = DotScore.Dot(queryWeight.Slice(a * query.Length, query.Length), query);
        float fromKey = DotScore.Dot(keyWeight.Slice(a * key.Length, key.Length), key);
        return MathF.Tanh(fromQuery + (bias.IsEmpty ? 0 : bias[a]) + fromKey);
    }
}
