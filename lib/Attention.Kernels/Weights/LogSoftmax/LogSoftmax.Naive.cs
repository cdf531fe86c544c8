namespace Attention.Kernels;

public static partial class LogSoftmax
{
    /// <summary>Log-softmax of every row, written as the formula reads: what <see cref="Forward"/> is held against.</summary>
    /// <inheritdoc cref="Forward"/>
    public static void ForwardNaive(RowShape shape, ReadOnlySpan<float> scores, Span<float> logWeights, SoftmaxOptions options = default)
    {
        Check(shape, scores, logWeights, options);
        float temperature = options.Divisor;
        for (int row = 0; row < shape.Rows; row++)
        {
            ReadOnlySpan<float> s = scores.Slice(row * shape.Columns, shape.Columns);
            Span<float> y = logWeights.Slice(row * shape.Columns, shape.Columns);

            float max = float.NegativeInfinity;
            foreach (float score in s)
            {
                max = MathF.Max(max, score); // keeps NaN
            }

            if (float.IsNegativeInfinity(max))
            {
                y.Fill(float.NegativeInfinity);
                continue;
            }

            float sum = 0;
            foreach (float score in s)
            {
                sum += MathF.Exp((score - max) / temperature);
            }

            for (int i = 0; i < s.Length; i++)
            {
                y[i] = ((s[i] - max) / temperature) - MathF.Log(sum);
            }
        }
    }

    /// <summary>The gradient of the log-softmax, written as the formula reads: what <see cref="Backward"/> is held against.</summary>
    /// <inheritdoc cref="Backward"/>
    public static void BackwardNaive(
        RowShape shape, ReadOnlySpan<float> logWeights, ReadOnlySpan<float> logWeightsGradient, Span<float> scoresGradient, SoftmaxOptions options = default)
    {
        CheckBackward(shape, logWeights, logWeightsGradient, scoresGradient, options);
        float temperature = options.Divisor;
        for (int row = 0; row < shape.Rows; row++)
        {
            ReadOnlySpan<float> y = logWeights.Slice(row * shape.Columns, shape.Columns);
            ReadOnlySpan<float> dy = logWeightsGradient.Slice(row * shape.Columns, shape.Columns);
            Span<float> ds = scoresGradient.Slice(row * shape.Columns, shape.Columns);

            float sum = 0;
            for (int i = 0; i < y.Length; i++)
            {
                sum += float.IsNegativeInfinity(y[i]) ? 0 : dy[i];
            }

            for (int i = 0; i < y.Length; i++)
            {
                ds[i] = float.IsNegativeInfinity(y[i]) ? 0 : (dy[i] - (MathF.Exp(y[i]) * sum)) / temperature;
            }
        }
    }
}
