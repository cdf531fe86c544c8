namespace Attention.Kernels.Tests;

/// <summary>Scaled dot-product attention as the formula reads, in double precision, one query after the other.</summary>
internal sealed class AttentionOracle
{
    private readonly AttentionCase problem;
    private readonly Sizes sizes;

    private AttentionOracle(AttentionCase problem)
    {
        this.problem = problem;
        sizes = new(problem.Shape);
        Weights = new double[sizes.Weights];
        Output = new(new double[sizes.Output], new double[sizes.Output]);
        LogSumExp = new(new double[sizes.Rows], new double[sizes.Rows]);
    }

    /// <summary>[B, H, N, M]</summary>
    public double[] Weights { get; }

    /// <summary>[B, H, N, Dv]</summary>
    public Expected Output { get; }

    /// <summary>[B, H, N]</summary>
    public Expected LogSumExp { get; }

    /// <summary>The largest Σ |terms| of any visible score: how far rounding can move an exponent.</summary>
    public double LargestScore { get; private set; }

    public static AttentionOracle Of(AttentionCase problem)
    {
        AttentionOracle oracle = new(problem);
        AttentionShape shape = problem.Shape;
        for (int b = 0; b < shape.Batch; b++)
        {
            for (int h = 0; h < shape.Heads; h++)
            {
                for (int i = 0; i < shape.Queries; i++)
                {
                    oracle.Attend(b, h, i);
                }
            }
        }

        return oracle;
    }

    private void Attend(int b, int h, int i)
    {
        AttentionShape shape = problem.Shape;
        int keyHead = h / (shape.Heads / shape.KeyHeads);
        int row = (((b * shape.Heads) + h) * shape.Queries) + i;
        double scale = problem.Scale ?? 1 / Math.Sqrt(shape.Width);

        double[] scores = new double[shape.Keys];
        bool[] visible = new bool[shape.Keys];
        double absolute = 0;
        for (int j = 0; j < shape.Keys; j++)
        {
            visible[j] = problem.Mask.Visible(b, h, i, j);
            scores[j] = double.NegativeInfinity;
            if (visible[j])
            {
                int keyRow = (((b * shape.KeyHeads) + keyHead) * shape.Keys) + j;
                double bias = problem.Mask.Bias(b, h, i, j);
                double dot = 0;
                double terms = Math.Abs(bias);
                for (int d = 0; d < shape.Width; d++)
                {
                    double product = scale * problem.Query[(row * shape.Width) + d] * problem.Key[(keyRow * shape.Width) + d];
                    dot += product;
                    terms += Math.Abs(product);
                }

                scores[j] = dot + bias;
                absolute = double.IsFinite(terms) ? Math.Max(absolute, terms) : absolute;
            }
        }

        LargestScore = Math.Max(LargestScore, absolute);
        double[] weights = SoftmaxOracle.Forward(1, shape.Keys, scores);
        weights.CopyTo(Weights, (long)row * shape.Keys);
        SetLogSumExp(row, scores, absolute);
        for (int j = 0; j < shape.Keys; j++)
        {
            if (visible[j])
            {
                int valueRow = (((b * shape.KeyHeads) + keyHead) * shape.Keys) + j;
                Add(row, weights[j], problem.Value.AsSpan(valueRow * shape.ValueWidth, shape.ValueWidth));
            }
        }
    }

    private void SetLogSumExp(int row, double[] scores, double absolute)
    {
        double peak = scores.Aggregate(double.NegativeInfinity, Math.Max);
        double sum = double.IsNegativeInfinity(peak) ? 0 : scores.Sum(score => Math.Exp(score - peak));
        LogSumExp.Values[row] = sum == 0 ? double.NegativeInfinity : peak + Math.Log(sum);
        LogSumExp.Magnitudes[row] = Math.Max(absolute, 1) + Math.Abs(Math.Log(Math.Max(sum, 1)));
    }

    private void Add(int row, double weight, ReadOnlySpan<float> value)
    {
        for (int d = 0; d < value.Length; d++)
        {
            Output.Values[(row * value.Length) + d] += weight * value[d];
            Output.Magnitudes[(row * value.Length) + d] += Math.Abs(weight * value[d]);
        }
    }
}
