using MathNet.Numerics.LinearAlgebra;

namespace Attention.Lab;

/// <summary>Between the arrays that cells and kernels speak, and MathNet's matrices, in which a formula reads as mathematics.</summary>
public static class MatrixConversions
{
    /// <summary>The same numbers as a MathNet matrix of floats.</summary>
    /// <param name="rows">[rows, columns]; copied.</param>
    public static Matrix<float> ToMatrix(this float[,] rows) => Matrix<float>.Build.DenseOfArray(rows);

    /// <summary>The same numbers as a MathNet matrix of doubles.</summary>
    /// <inheritdoc cref="ToMatrix(float[,])"/>
    public static Matrix<double> ToMatrix(this double[,] rows) => Matrix<double>.Build.DenseOfArray(rows);

    /// <summary>The same numbers, widened, as a MathNet matrix of doubles.</summary>
    /// <inheritdoc cref="ToMatrix(float[,])"/>
    public static Matrix<double> ToDoubleMatrix(this float[,] rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return Matrix<double>.Build.Dense(rows.GetLength(0), rows.GetLength(1), (row, column) => rows[row, column]);
    }

    /// <summary>The same numbers as an array of floats.</summary>
    /// <param name="matrix">Any MathNet matrix; copied.</param>
    public static float[,] ToRows(this Matrix<float> matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        return matrix.ToArray();
    }

    /// <summary>The same numbers, rounded to floats.</summary>
    /// <inheritdoc cref="ToRows(Matrix{float})"/>
    public static float[,] ToRows(this Matrix<double> matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        var rows = new float[matrix.RowCount, matrix.ColumnCount];
        for (int row = 0; row < matrix.RowCount; row++)
        {
            for (int column = 0; column < matrix.ColumnCount; column++)
                rows[row, column] = (float)matrix[row, column];
        }

        return rows;
    }

    /// <summary>The same numbers as a MathNet vector of floats.</summary>
    /// <param name="numbers">[n]; copied.</param>
    public static Vector<float> ToVector(this float[] numbers) => Vector<float>.Build.DenseOfEnumerable(numbers);

    /// <summary>The same numbers as a MathNet vector of doubles.</summary>
    /// <inheritdoc cref="ToVector(float[])"/>
    public static Vector<double> ToVector(this double[] numbers) => Vector<double>.Build.DenseOfEnumerable(numbers);

    /// <summary>One row of a matrix.</summary>
    /// <param name="matrix">[rows, columns]</param>
    /// <param name="row">Which row, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public static float[] Row(this float[,] matrix, int row)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, matrix.GetLength(0));
        var numbers = new float[matrix.GetLength(1)];
        for (int column = 0; column < numbers.Length; column++)
            numbers[column] = matrix[row, column];
        return numbers;
    }
}
