namespace Attention.Kernels.Tests;

/// <summary>A number that depends on every output of attention, in double precision and of inputs in double precision: what finite differences move.</summary>
internal static class AttentionLoss
{
    /// <summary>Σ slope · output.</summary>
    public static double Of(AttentionCase problem, float[] slopes, double[] query, double[] key, double[] value)
    {
        AttentionShape shape = problem.Shape;
        (int d, int dv) = (shape.Width, shape.ValueWidth);
        AttentionOracle oracle = AttentionOracle.Of(problem);
        double scale = problem.Scale ?? 1 / Math.Sqrt(d), loss = 0;
        for (int row = 0; row < problem.Sizes.Rows; row++)
        {
            (int b, int h, int i) = (row / shape.Queries / shape.Heads, row / shape.Queries % shape.Heads, row % shape.Queries);
            int firstKey = ((b * shape.KeyHeads) + (h / (shape.Heads / shape.KeyHeads))) * shape.Keys;
            double[] scores = new double[shape.Keys];
            for (int j = 0; j < shape.Keys; j++)
            {
                double score = scale * Enumerable.Range(0, d).Sum(c => query[(row * d) + c] * key[((firstKey + j) * d) + c]);
                score = problem.SoftCap is { } cap ? cap * Math.Tanh(score / cap) : score;
                scores[j] = problem.Mask.Visible(b, h, i, j) ? problem.Mask.Bias(b, h, i, j) + score : double.NegativeInfinity;
            }

            double[] weights = SoftmaxOracle.Forward(1, shape.Keys, scores);
            for (int j = 0; j < shape.Keys; j++)
            {
                loss += weights[j] * oracle.Kept(((long)row * shape.Keys) + j) * Enumerable.Range(0, dv).Sum(c => slopes[(row * dv) + c] * value[((firstKey + j) * dv) + c]);
            }
        }

        return loss;
    }
}
