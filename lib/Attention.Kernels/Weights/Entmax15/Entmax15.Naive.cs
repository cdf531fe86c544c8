namespace Attention.Kernels;

public static partial class Entmax15
{
    /// <summary>Entmax of every row by sorting, as the paper's algorithm 2 reads: what <see cref="Forward"/> is held against.</summary>
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
                sorted[i] = (max - s[i]) / 2;
            }

            Array.Sort(sorted);
            float sum = 0, squares = 0, threshold = 0;
            for (int k = 1; k <= sorted.Length && float.IsFinite(sorted[k - 1]); k++)
            {
                sum += sorted[k - 1];
                squares += sorted[k - 1] * sorted[k - 1];
                float mean = -sum / k;
                float rest = (1 - (squares - (k * mean * mean))) / k;
                float candidate = mean - MathF.Sqrt(MathF.Max(rest, 0));
                if (candidate > -sorted[k - 1])
                {
                    break;
                }

                threshold = candidate;
            }

            for (int i = 0; i < s.Length; i++)
            {
                float root = MathF.Max(((s[i] - max) / 2) - threshold, 0);
                w[i] = root * root;
            }
        }
    }

    /// <summary>The gradient of the entmax, written as the formula reads: what <see cref="Backward"/> is held against.</summary>
    /// <inheritdoc cref="Backward"/>
    public static void BackwardNaive(RowShape shape, ReadOnlySpan<float> weights, ReadOnlySpan<float> weightsGradient, Span<float> scoresGradient)
    {
        CheckBackward(shape, weights, weightsGradient, scoresGradient);
        for (int row = 0; row < shape.Rows; row++)
        {
            ReadOnlySpan<float> w = weights.Slice(row * shape.Columns, shape.Columns);
            ReadOnlySpan<float> dw = weightsGradient.Slice(row * shape.Columns, shape.Columns);
            Span<float> ds = scoresGradient.Slice(row * shape.Columns, shape.Columns);

            float sum = 0, roots = 0;
            for (int i = 0; i < w.Length; i++)
            {
                if (w[i] != 0)
                {
                    sum += MathF.Sqrt(w[i]) * dw[i];
                    roots += MathF.Sqrt(w[i]);
                }
            }

            for (int i = 0; i < w.Length; i++)
            {
                ds[i] = w[i] != 0 ? MathF.Sqrt(w[i]) * (dw[i] - (sum / roots)) : 0;
            }
        }
    }
}
