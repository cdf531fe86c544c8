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
}
