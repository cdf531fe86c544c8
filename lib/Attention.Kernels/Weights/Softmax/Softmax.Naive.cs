namespace Attention.Kernels;

public static partial class Softmax
{
    /// <summary>Softmax of every row, written as the formula reads: what <see cref="Forward"/> is held against.</summary>
    /// <inheritdoc cref="Forward"/>
    public static void ForwardNaive(RowShape shape, ReadOnlySpan<float> scores, Span<float> weights, SoftmaxOptions options = default)
    {
        Check(shape, scores, weights, options);
        for (int row = 0; row < shape.Rows; row++)
        {
            ReadOnlySpan<float> s = scores.Slice(row * shape.Columns, shape.Columns);
            RowNaive(s, weights.Slice(row * shape.Columns, shape.Columns), options.Divisor);
        }
    }

    /// <returns>ln Σ e^score at temperature 1, and −∞ when there is nothing to weigh.</returns>
    internal static float RowNaive(ReadOnlySpan<float> scores, Span<float> weights, float temperature = 1)
    {
        float max = float.NegativeInfinity;
        foreach (float score in scores)
        {
            max = MathF.Max(max, score); // keeps NaN
        }

        if (float.IsNegativeInfinity(max))
        {
            weights.Clear();
            return max;
        }

        float sum = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            weights[i] = MathF.Exp((scores[i] - max) / temperature);
            sum += weights[i];
        }

        foreach (ref float weight in weights)
        {
            weight /= sum;
        }

        return max + MathF.Log(sum);
    }
}
