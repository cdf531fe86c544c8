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
        Weights = new(new double[sizes.Weights], new double[sizes.Weights]);
        Output = new(new double[sizes.Output], new double[sizes.Output]);
        LogSumExp = new(new double[sizes.Rows], new double[sizes.Rows]);
    }

    /// <summary>[B, H, N, M]</summary>
    public Expected Weights { get; }

    /// <summary>[B, H, N, Dv]</summary>
    public Expected Output { get; }

    /// <summary>[B, H, N]</summary>
    public Expected LogSumExp { get; }

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
        double[] terms = new double[shape.Keys];
        bool[] visible = new bool[shape.Keys];
        for (int j = 0; j < shape.Keys; j++)
        {
            visible[j] = problem.Mask.Visible(b, h, i, j);
            scores[j] = double.NegativeInfinity;
            if (visible[j])
            {
                ReadOnlySpan<float> query = problem.Query.AsSpan(row * shape.Width, shape.Width);
                ReadOnlySpan<float> key = problem.Key.AsSpan(((((b * shape.KeyHeads) + keyHead) * shape.Keys) + j) * shape.Width, shape.Width);
                (scores[j], terms[j]) = (0, 0);
                for (int d = 0; d < shape.Width; d++)
                {
                    double product = scale * query[d] * key[d];
                    scores[j] += product;
                    terms[j] += Math.Abs(product);
                }

                if (problem.SoftCap is { } cap)
                {
                    double tanh = Math.Tanh(scores[j] / cap);
                    (scores[j], terms[j]) = (cap * tanh, Math.Abs(cap * tanh) + ((1 - (tanh * tanh)) * terms[j]));
                }

                double bias = problem.Mask.Bias(b, h, i, j);
                (scores[j], terms[j]) = (scores[j] + bias, terms[j] + Math.Abs(bias));
            }
        }

        double[] weights = SoftmaxOracle.Forward(1, shape.Keys, scores);
        double peak = scores.Aggregate(double.NegativeInfinity, Math.Max);
        double[] exponents = [.. scores.Zip(terms, (score, size) => size + peak - score)];
        SetLogSumExp(row, scores, weights, peak, exponents);
        double[] kept = [.. weights.Select((weight, j) => weight * Kept((((long)row) * shape.Keys) + j))];
        SetWeights(row * shape.Keys, weights, kept, exponents);
        for (int c = 0; c < shape.ValueWidth; c++)
        {
            double Value(int j) => problem.Value[(((((b * shape.KeyHeads) + keyHead) * shape.Keys) + j) * shape.ValueWidth) + c];
            SetOutput((row * shape.ValueWidth) + c, weights, kept, visible, Value, exponents);
        }
    }

    /// <summary>What dropout leaves of a weight; the weights are counted through over all batches, heads, queries and keys.</summary>
    public double Kept(long weight)
    {
        (float rate, ulong seed) = problem.Dropout;
        return rate == 0 ? 1 : CounterRandom.Uniform(seed, (ulong)weight) < rate ? 0 : 1 / (1 - (double)rate);
    }

    /// <summary>dw = w (dx − Σ w dx)</summary>
    private void SetWeights(int first, double[] weights, double[] kept, double[] exponents)
    {
        double mean = WeightedSum(weights, j => exponents[j]);
        for (int j = 0; j < weights.Length; j++)
        {
            Weights.Values[first + j] = kept[j];
            Weights.Magnitudes[first + j] = kept[j] > 0 ? kept[j] * (1 + exponents[j] + mean) : 0;
        }
    }

    /// <summary>ln Σ e^score.</summary>
    private void SetLogSumExp(int row, double[] scores, double[] weights, double peak, double[] exponents)
    {
        double sum = double.IsNegativeInfinity(peak) ? 0 : scores.Sum(score => Math.Exp(score - peak));
        LogSumExp.Values[row] = sum == 0 ? double.NegativeInfinity : peak + Math.Log(sum);
        LogSumExp.Magnitudes[row] = Math.Abs(peak) + Math.Log(Math.Max(sum, 1)) + WeightedSum(weights, j => exponents[j]) + 1;
    }

    /// <summary>
    /// Σ w v. Its magnitude is what an error of one part in all products and exponents can move: Σ w |v| for the sum itself, and, since dw = w (dx − Σ w dx),
    /// Σ w |v − output| |exponent| for the scores, whose terms cancel among each other. With dropout they do not: what is kept is moved by its own exponents, and by the sum of all.
    /// </summary>
    private void SetOutput(int index, double[] weights, double[] kept, bool[] visible, Func<int, double> value, double[] exponents)
    {
        double output = 0;
        for (int j = 0; j < weights.Length; j++)
        {
            output += visible[j] ? kept[j] * value(j) : 0;
        }

        Output.Values[index] = output;
        Output.Magnitudes[index] = problem.Dropout.Rate == 0
            ? WeightedSum(weights, j => Math.Abs(value(j)) + (Math.Abs(value(j) - output) * exponents[j]))
            : WeightedSum(kept, j => Math.Abs(value(j)) * (1 + exponents[j])) + (Math.Abs(output) * WeightedSum(weights, j => exponents[j]));
    }

    private static double WeightedSum(double[] weights, Func<int, double> size)
    {
        double sum = 0;
        for (int j = 0; j < weights.Length; j++)
        {
            // What weighs nothing adds nothing, not even where its size is infinite.
            sum += weights[j] > 0 ? weights[j] * size(j) : 0;
        }

        return sum;
    }
}
