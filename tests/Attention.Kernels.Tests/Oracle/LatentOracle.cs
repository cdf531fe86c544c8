namespace Attention.Kernels.Tests;

/// <summary>Multi-head latent attention as its equations read, in double precision, causal from the end or not.</summary>
internal static class LatentOracle
{
    public static Expected Forward(LatentShape shape, bool causal, double[] query, double[] latent, double[] rotaryKey, double[] keyWeights, double[] valueWeights)
    {
        (int heads, int width) = (shape.Heads, shape.Rotary + shape.Content);
        Expected output = new(new double[shape.Batch * shape.Queries * heads * shape.ValueWidth], new double[shape.Batch * shape.Queries * heads * shape.ValueWidth]);
        for (int b = 0; b < shape.Batch; b++)
        {
            for (int h = 0; h < heads; h++)
            {
                double[][] keys = [.. Enumerable.Range(0, shape.Keys).Select(j => Key((b * shape.Keys) + j, h))];
                double[][] values = [.. Enumerable.Range(0, shape.Keys).Select(j => Project((b * shape.Keys) + j, valueWeights, h, shape.ValueWidth))];
                double[][] sizes = [.. Enumerable.Range(0, shape.Keys).Select(j => Project((b * shape.Keys) + j, valueWeights, h, shape.ValueWidth, Math.Abs))];
                for (int i = 0; i < shape.Queries; i++)
                {
                    int row = (((b * shape.Queries) + i) * heads) + h;
                    double Score(int j) => causal && j > i + shape.Keys - shape.Queries
                        ? double.NegativeInfinity
                        : Enumerable.Range(0, width).Sum(d => query[(row * width) + d] * keys[j][d]) / Math.Sqrt(width);
                    double[] weights = SoftmaxOracle.Forward(1, shape.Keys, [.. Enumerable.Range(0, shape.Keys).Select(Score)]);
                    for (int v = 0; v < shape.ValueWidth; v++)
                    {
                        for (int j = 0; j < shape.Keys; j++)
                        {
                            output.Values[(row * shape.ValueWidth) + v] += weights[j] * values[j][v];
                            output.Magnitudes[(row * shape.ValueWidth) + v] += weights[j] * sizes[j][v];
                        }
                    }
                }
            }
        }

        return output;

        double[] Key(int row, int h) => [.. rotaryKey.Skip(row * shape.Rotary).Take(shape.Rotary), .. Project(row, keyWeights, h, shape.Content)];

        double[] Project(int row, double[] weights, int h, int columns, Func<double, double>? term = null) =>
        [
            .. Enumerable.Range(0, columns).Select(
                column => Enumerable.Range(0, shape.Latent).Sum(r =>
                {
                    double product = latent[(row * shape.Latent) + r] * weights[(((r * heads) + h) * columns) + column];
                    return term is null ? product : term(product);
                })),
        ];
    }

    /// <summary>The output, and the gradients of Σ output · slope: of keys and values, on the way, and of query, latent, rotaryKey, keyWeights and valueWeights.</summary>
    public static (Expected Output, Expected[] Gradients) Record(LatentShape shape, bool causal, float[][] inputs, float[] slopes)
    {
        Tape tape = new();
        Term[][] x = [.. inputs.Select(tape.Inputs)];
        (int heads, int width, int rotary) = (shape.Heads, shape.Rotary + shape.Content, shape.Rotary);
        List<Term> keys = [], values = [], output = [];
        for (int row = 0; row < shape.Batch * shape.Keys; row++)
        {
            for (int h = 0; h < heads; h++)
            {
                keys.AddRange(x[2].AsSpan(row * rotary, rotary).ToArray().Select(turned => turned + 0)); // each head's own, so that it has a gradient of its own
                keys.AddRange(Project(row, x[3], h, shape.Content));
                values.AddRange(Project(row, x[4], h, shape.ValueWidth));
            }
        }

        Term[] k = [.. keys], v = [.. values];
        for (int row = 0; row < shape.Batch * shape.Queries * heads; row++)
        {
            (int b, int i, int h) = (row / heads / shape.Queries, row / heads % shape.Queries, row % heads);
            int end = causal ? Math.Max(0, i + 1 + shape.Keys - shape.Queries) : shape.Keys;
            int[] places = [.. Enumerable.Range(b * shape.Keys, end).Select(j => (j * heads) + h)];
            Term[] weights = Softmax(tape, [.. places.Select(place => tape.Dot(x[0].AsSpan(row * width, width), k.AsSpan(place * width, width)) * (1 / Math.Sqrt(width)))]);
            for (int c = 0; c < shape.ValueWidth; c++)
            {
                output.Add(tape.Dot(weights, [.. places.Select(place => v[(place * shape.ValueWidth) + c])]));
            }
        }

        return (Tape.Values([.. output]), tape.Gradients([.. output], slopes, k, v, x[0], x[1], x[2], x[3], x[4]));

        IEnumerable<Term> Project(int row, Term[] weights, int h, int columns) => Enumerable.Range(0, columns).Select(column => tape.Dot(
            x[1].AsSpan(row * shape.Latent, shape.Latent), [.. Enumerable.Range(0, shape.Latent).Select(r => weights[(((r * heads) + h) * columns) + column])]));
    }

    private static Term[] Softmax(Tape tape, Term[] scores)
    {
        double peak = scores.Select(score => score.Value.Value).DefaultIfEmpty().Max();
        Term[] powers = Array.ConvertAll(scores, score => (score - peak).Exp());
        Term sum = powers.Aggregate(tape.Constant(0), (total, power) => total + power);
        return Array.ConvertAll(powers, power => power / sum);
    }
}
