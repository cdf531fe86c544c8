namespace Attention.Kernels;

public static partial class LayerNorm
{
    /// <summary>Normalises every row, written as the formula reads: what <see cref="Forward"/> is held against.</summary>
    /// <inheritdoc cref="Forward"/>
    public static void ForwardNaive(
        RowShape shape,
        ReadOnlySpan<float> x,
        ReadOnlySpan<float> gain,
        ReadOnlySpan<float> bias,
        Span<float> y,
        Span<float> mean = default,
        Span<float> reciprocalDeviation = default,
        float epsilon = 1e-5f)
    {
        Check(shape, x, gain, bias, y, mean, reciprocalDeviation, epsilon);
        WithoutColumns(shape, mean, reciprocalDeviation, epsilon);
        for (int row = 0; row < shape.Rows && shape.Columns > 0; row++)
        {
            ReadOnlySpan<float> input = x.Slice(row * shape.Columns, shape.Columns);
            float mu = 0;
            foreach (float value in input)
            {
                mu += value;
            }

            mu /= shape.Columns;
            float variance = 0;
            foreach (float value in input)
            {
                variance += (value - mu) * (value - mu);
            }

            variance /= shape.Columns;
            float r = 1 / MathF.Sqrt(variance + epsilon);
            for (int j = 0; j < shape.Columns; j++)
            {
                y[(row * shape.Columns) + j] = ((gain.IsEmpty ? 1 : gain[j]) * (input[j] - mu) * r) + (bias.IsEmpty ? 0 : bias[j]);
            }

            if (!mean.IsEmpty)
            {
                mean[row] = mu;
            }

            if (!reciprocalDeviation.IsEmpty)
            {
                reciprocalDeviation[row] = r;
            }
        }
    }
}
