namespace Attention.Kernels.Tests;

/// <summary>A multi-head attention layer in double precision, one head and one query after the other (Vaswani et al. 2017, § 3.2.2).</summary>
internal static class MultiHeadOracle
{
    public static Expected Forward(MultiHeadCase problem) => Forward(problem, Array.ConvertAll(problem.Values, values => Array.ConvertAll(values, value => (double)value)));

    /// <summary>The same layer with other numbers, for finite differences.</summary>
    public static Expected Forward(MultiHeadCase problem, double[][] values)
    {
        MultiHeadShape shape = problem.Shape;
        (int h, int g, int d) = (shape.Heads, shape.KeyHeads ?? shape.Heads, shape.HeadWidth);
        (int dv, int eo) = (shape.ValueWidth ?? d, shape.OutputWidth ?? shape.InputWidth);
        double[] asked = problem.IsSelf ? values[0] : values[1];
        double[] query = Linear(values[0], values[2], values[6], h * d);
        double[] key = Linear(asked, values[3], values[7], g * d), value = Linear(asked, values[4], values[8], g * dv);
        double[] context = new double[shape.Batch * shape.Queries * h * dv];
        for (int b = 0; b < shape.Batch; b++)
        {
            for (int head = 0; head < h; head++)
            {
                for (int i = 0; i < shape.Queries; i++)
                {
                    int keyHead = head * g / h, row = (b * shape.Queries) + i;
                    double[] scores = new double[shape.Keys];
                    for (int j = 0; j < shape.Keys; j++)
                    {
                        double dot = 0;
                        for (int c = 0; c < d; c++)
                        {
                            dot += query[(((row * h) + head) * d) + c] * key[(((((b * shape.Keys) + j) * g) + keyHead) * d) + c];
                        }

                        scores[j] = problem.Mask.Visible(b, head, i, j) ? (dot / Math.Sqrt(d)) + problem.Mask.Bias(b, head, i, j) : double.NegativeInfinity;
                    }

                    double[] weights = SoftmaxOracle.Forward(1, shape.Keys, scores);
                    for (int c = 0; c < dv; c++)
                    {
                        context[(((row * h) + head) * dv) + c] = weights.Select((weight, j) => weight * value[(((((b * shape.Keys) + j) * g) + keyHead) * dv) + c]).Sum();
                    }
                }
            }
        }

        double[] sizes = Linear(Array.ConvertAll(context, Math.Abs), Array.ConvertAll(values[5], Math.Abs), Array.ConvertAll(values[9], Math.Abs), eo);
        return new(Linear(context, values[5], values[9], eo), sizes);
    }

    /// <summary>y = x Wᵀ + b, with W of [out, in].</summary>
    private static double[] Linear(double[] rows, double[] weight, double[] bias, int outputs)
    {
        int inputs = weight.Length / outputs, count = rows.Length / inputs;
        double[] result = new double[count * outputs];
        for (int i = 0; i < result.Length; i++)
        {
            (int row, int output) = (i / outputs, i % outputs);
            result[i] = bias.Length > 0 ? bias[output] : 0;
            for (int c = 0; c < inputs; c++)
            {
                result[i] += rows[(row * inputs) + c] * weight[(output * inputs) + c];
            }
        }

        return result;
    }

    /// <summary>The output, and the gradients of Σ output · slope in all ten values; of one left out, none.</summary>
    /// <param name="problem">The layer.</param>
    /// <param name="slopes">What each output is worth.</param>
    /// <param name="dropout">What is left out.</param>
    /// <param name="added">[N, M]; added to the scores besides what the mask adds; its gradient is the eleventh.</param>
    public static (Expected Output, Expected[] Gradients) Record(MultiHeadCase problem, float[] slopes, WeightDropout dropout = default, float[]? added = null)
    {
        MultiHeadShape shape = problem.Shape;
        (int h, int g, int d) = (shape.Heads, shape.KeyHeads ?? shape.Heads, shape.HeadWidth);
        int dv = shape.ValueWidth ?? d;
        Tape tape = new();
        Term[][] x = [.. problem.Values.Append(added ?? []).Select(tape.Inputs)];
        Term[] asked = problem.IsSelf ? x[0] : x[1];
        Term[] query = Linear(tape, x[0], x[2], x[6], h * d), key = Linear(tape, asked, x[3], x[7], g * d), value = Linear(tape, asked, x[4], x[8], g * dv);
        Term[] context = new Term[shape.Batch * shape.Queries * h * dv];
        for (int at = 0; at < shape.Batch * shape.Queries * h; at++)
        {
            (int b, int i, int head) = (at / h / shape.Queries, at / h % shape.Queries, at % h);
            int[] seen = [.. Enumerable.Range(0, shape.Keys).Where(j => problem.Mask.Visible(b, head, i, j))];
            int Place(int j) => (((b * shape.Keys) + j) * g) + (head * g / h);
            Term[] scores = [.. seen.Select(j => (tape.Dot(query.AsSpan(at * d, d), key.AsSpan(Place(j) * d, d)) * (1 / Math.Sqrt(d))) + problem.Mask.Bias(b, head, i, j) + (added is null ? tape.Constant(0) : x[10][(i * shape.Keys) + j]))];
            double peak = scores.Select(score => score.Value.Value).DefaultIfEmpty().Max();
            Term[] powers = Array.ConvertAll(scores, score => (score - peak).Exp());
            Term sum = powers.Aggregate(tape.Constant(0), (total, power) => total + power);
            Term[] weights = [.. powers.Zip(seen, (power, j) => power / sum * Kept(((((((long)b * h) + head) * shape.Queries) + i) * shape.Keys) + j))];
            for (int c = 0; c < dv; c++)
            {
                context[(at * dv) + c] = tape.Dot(weights, [.. seen.Select(j => value[(Place(j) * dv) + c])]);
            }
        }

        Term[] output = Linear(tape, context, x[5], x[9], shape.OutputWidth ?? shape.InputWidth);
        return (Tape.Values(output), tape.Gradients(output, slopes, x));

        double Kept(long weight) => dropout.Rate == 0 ? 1 : CounterRandom.Uniform(dropout.Seed, (ulong)weight) < dropout.Rate ? 0 : 1 / (1 - (double)dropout.Rate);
    }

    private static Term[] Linear(Tape tape, Term[] rows, Term[] weight, Term[] bias, int outputs)
    {
        int inputs = weight.Length / outputs;
        Term[] result = new Term[rows.Length / inputs * outputs];
        for (int i = 0; i < result.Length; i++)
        {
            Term dot = tape.Dot(rows.AsSpan(i / outputs * inputs, inputs), weight.AsSpan(i % outputs * inputs, inputs));
            result[i] = bias.Length > 0 ? dot + bias[i % outputs] : dot;
        }

        return result;
    }
}
