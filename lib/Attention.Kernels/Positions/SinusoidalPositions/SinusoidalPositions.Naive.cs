namespace Attention.Kernels;

public static partial class SinusoidalPositions
{
    /// <summary>The encoding, written as the formula reads: what <see cref="Forward"/> is held against.</summary>
    /// <inheritdoc cref="Forward"/>
    public static void ForwardNaive(RowShape shape, Span<float> encoding, int firstPosition = 0, double @base = 10000)
    {
        Check(shape, encoding, firstPosition, @base, default);
        for (int row = 0; row < shape.Rows; row++)
        {
            double position = (double)firstPosition + row;
            for (int column = 0; column < shape.Columns; column++)
            {
                int i = column / 2;
                double angle = position / Math.Pow(@base, 2.0 * i / shape.Columns);
                encoding[(row * shape.Columns) + column] = (float)(column % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle));
            }
        }
    }
}
