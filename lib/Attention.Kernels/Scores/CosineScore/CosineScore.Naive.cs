namespace Attention.Kernels;

public static partial class CosineScore
{
    /// <summary>The same as <see cref="Forward"/>, written as the formula reads: what Forward is held against.</summary>
    /// <param name="shape">The sizes that all buffers follow; Dq = Dk.</param>
    /// <param name="query">[B, N, Dq]</param>
    /// <param name="key">[B, M, Dk]</param>
    /// <param name="scores">[B, N, M]; overwritten, must not overlap an input.</param>
    /// <param name="temperature">τ; positive.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, the scores overlap an input, or the temperature is not a positive number.</exception>
    public static void ForwardNaive(ScoreShape shape, ReadOnlySpan<float> query, ReadOnlySpan<float> key, Span<float> scores, float temperature = 1)
    {
        Check(shape, query, key, scores, temperature);
        float[] directions = Directions(query, shape.QueryWidth), keyDirections = Directions(key, shape.KeyWidth);
        DotScore.ForwardNaive(shape, directions, keyDirections, scores);
        foreach (ref float score in scores)
        {
            score /= temperature;
        }
    }

    /// <summary>The gradient of <see cref="Forward"/>, written as the formula reads: what <see cref="Backward"/> is held against.</summary>
    /// <param name="shape">The sizes that all buffers follow; Dq = Dk.</param>
    /// <param name="query">[B, N, Dq]</param>
    /// <param name="key">[B, M, Dk]</param>
    /// <param name="scoresGradient">[B, N, M]; dL/dscores.</param>
    /// <param name="queryGradient">[B, N, Dq]; overwritten. Empty: not wanted.</param>
    /// <param name="keyGradient">[B, M, Dk]; overwritten. Empty: not wanted.</param>
    /// <param name="temperature">τ; positive.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, a gradient overlaps another buffer, or the temperature is not a positive number.</exception>
    public static void BackwardNaive(
        ScoreShape shape,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> scoresGradient,
        Span<float> queryGradient,
        Span<float> keyGradient,
        float temperature = 1)
    {
        CheckBackward(shape, query, key, scoresGradient, queryGradient, keyGradient, temperature);
        float[] directions = Directions(query, shape.QueryWidth), keyDirections = Directions(key, shape.KeyWidth);
        DotScore.BackwardNaive(shape, directions, keyDirections, scoresGradient, queryGradient, keyGradient);
        ProjectRows(query, directions, queryGradient, shape.QueryWidth, temperature);
        ProjectRows(key, keyDirections, keyGradient, shape.KeyWidth, temperature);
    }

    private static float[] Directions(ReadOnlySpan<float> vectors, int width)
    {
        var directions = new float[vectors.Length];
        for (int first = 0; first < vectors.Length; first += width)
        {
            (float largest, float root) = Length(vectors.Slice(first, width));
            for (int i = first; i < first + width; i++)
            {
                directions[i] = largest == 0 ? 0 * vectors[i] : vectors[i] / largest / root;
            }
        }

        return directions;
    }

    private static void ProjectRows(ReadOnlySpan<float> vectors, ReadOnlySpan<float> directions, Span<float> gradient, int width, float temperature)
    {
        for (int first = 0; first < gradient.Length; first += width)
        {
            (float largest, float root) = Length(vectors.Slice(first, width));
            ReadOnlySpan<float> direction = directions.Slice(first, width);
            Span<float> row = gradient.Slice(first, width);
            float along = DotScore.Dot(row, direction);
            for (int i = 0; i < width; i++)
            {
                row[i] = largest == 0 ? 0 : (row[i] - (along * direction[i])) / largest / root / temperature;
            }
        }
    }

    /// <summary>The length in two factors, the largest element and the root of the sum of squares of the others beside it, so that no square overflows or vanishes.</summary>
    private static (float Largest, float Root) Length(ReadOnlySpan<float> vector)
    {
        float largest = 0, sum = 0;
        foreach (float element in vector)
        {
            largest = MathF.Max(largest, MathF.Abs(element));
        }

        foreach (float element in vector)
        {
            sum += element / largest * (element / largest);
        }

        return (largest, MathF.Sqrt(sum));
    }
}
