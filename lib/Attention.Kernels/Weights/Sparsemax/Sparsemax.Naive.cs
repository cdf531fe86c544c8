namespace Attention.Kernels;

public static partial class Sparsemax
{
    /// <summary>Sparsemax of every row by sorting, as the paper's algorithm 1 reads: what <see cref="Forward"/> is held against.</summary>
    /// <inheritdoc cref="Forward"/>
    public static void ForwardNaive(RowShape shape, ReadOnlySpan<float> scores, Span<float> weights)
    {
        Check(shape, scores, weights);
        float[] sorted = new float[shape.Columns];
        for (int row = 0; row < shape.Rows; row++)
        {
            ReadOnlySpan<float> s = scores.Slice(row * shape.Columns, shape.Columns);
            Span<float> w = weights.Slice(row * shape.Columns, shape.Columns);

            float max = float.NegativeInfinity;
            foreach (float score in s)
            {
                max = MathF.Max(max, score); // keeps NaN
            }

            if (!float.IsFinite(max))
            {
                w.Fill(float.IsNegativeInfinity(max) ? 0 : float.NaN);
                continue;
            }

            // Less the maximum, which moves τ and no weight: sums of small numbers round less.
            for (int i = 0; i < s.Length; i++)
            {
                sorted[i] = max - s[i];
            }

            Array.Sort(sorted);
            float sum = 0, threshold = 0;
            for (int k = 1; k <= sorted.Length && 1 - (k * sorted[k - 1]) > -(sum + sorted[k - 1]); k++)
            {
                sum += sorted[k - 1];
                threshold = (-sum - 1) / k;
            }

            for (int i = 0; i < s.Length; i++)
            {
                w[i] = MathF.Max(s[i] - max - threshold, 0);
            }
        }
    }

    /// <summary>The gradient of the sparsemax, written as the formula reads: what <see cref="Backward"/> is held against.</summary>
    /// <inheritdoc cref="Backward"/>
    public static void BackwardNaive(RowShape shape, ReadOnlySpan<float> weights, ReadOnlySpan<float> weightsGradient, Span<float> scoresGradient)
    {
        CheckBackward(shape, weights, weightsGradient, scoresGradient);
        for (int row = 0; row < shape.Rows; row++)
        {
            ReadOnlySpan<float> w = weights.Slice(row * shape.Columns, shape.Columns);
            ReadOnlySpan<float> dw = weightsGradient.Slice(row * shape.Columns, shape.Columns);
            Span<float> ds = scoresGradient.Slice(row * shape.Columns, shape.Columns);

            float sum = 0;
            int support = 0;
            for (int i = 0; i < w.Length; i++)
            {
                if (w[i] != 0)
                {
                    sum += dw[i];
                    support++;
                }
            }

            for (int i = 0; i < w.Length; i++)
            {
                ds[i] = float.IsNaN(w[i]) ? w[i] : w[i] != 0 ? dw[i] - (sum / support) : 0;
            }
        }
    }
}
