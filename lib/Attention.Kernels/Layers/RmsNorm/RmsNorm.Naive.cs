namespace Attention.Kernels;

public static partial class RmsNorm
{
    /// <summary>Normalises every row, written as the formula reads: what <see cref="Forward"/> is held against.</summary>
    /// <inheritdoc cref="Forward"/>
    public static void ForwardNaive(
        RowShape shape, ReadOnlySpan<float> x, ReadOnlySpan<float> gain, Span<float> y, Span<float> reciprocalRoot = default, float epsilon = 1e-5f)
    {
        Check(shape, x, gain, y, reciprocalRoot, epsilon);
        WithoutColumns(shape, reciprocalRoot, epsilon);
        for (int row = 0; row < shape.Rows && shape.Columns > 0; row++)
        {
            ReadOnlySpan<float> input = x.Slice(row * shape.Columns, shape.Columns);
            float squares = 0;
            foreach (float value in input)
            {
                squares += value * value;
            }

            float r = 1 / MathF.Sqrt((squares / shape.Columns) + epsilon);
            for (int j = 0; j < shape.Columns; j++)
            {
                y[(row * shape.Columns) + j] = (gain.IsEmpty ? 1 : gain[j]) * input[j] * r;
            }

            if (!reciprocalRoot.IsEmpty)
            {
                reciprocalRoot[row] = r;
            }
        }
    }
}
