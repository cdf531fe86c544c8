namespace Attention.Lab;

/// <summary>Between row-major buffers and the arrays of cells.</summary>
internal static class Cells
{
    public static T[,] Matrix<T>(T[] values, int rows) => Matrix(values, rows, rows == 0 ? 0 : values.Length / rows);

    public static T[,] Matrix<T>(T[] values, int rows, int columns)
    {
        var matrix = new T[rows, columns];
        for (int i = 0; i < values.Length; i++)
            matrix[i / columns, i % columns] = values[i];
        return matrix;
    }

    public static T[] Flat<T>(T[,] matrix) => [.. matrix.Cast<T>()];

    /// <summary>From [rows, heads, width] to [heads, rows, width].</summary>
    public static float[] HeadsFirst(float[] values, int rows, int heads, int width)
    {
        var turned = new float[values.Length];
        for (int row = 0; row < rows; row++)
        {
            for (int head = 0; head < heads; head++)
                Array.Copy(values, ((row * heads) + head) * width, turned, ((head * rows) + row) * width, width);
        }

        return turned;
    }
}
