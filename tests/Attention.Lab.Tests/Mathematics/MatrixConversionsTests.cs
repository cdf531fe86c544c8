using FsCheck;
using FsCheck.Fluent;
using MathNet.Numerics.LinearAlgebra;

namespace Attention.Lab.Tests;

public class MatrixConversionsTests
{
    [Fact]
    public void ToMatrix_ThenToRows_GivesTheSameNumbers()
    {
        Prop.ForAll<PositiveInt, PositiveInt, int>((rows, columns, seed) =>
        {
            float[,] numbers = Rows.Normal(seed, rows.Get, columns.Get);
            Assert.Equal(numbers, numbers.ToMatrix().ToRows());
            Assert.Equal(numbers, numbers.ToDoubleMatrix().ToRows());
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void ToMatrix_Rows_StayRows()
    {
        Matrix<float> matrix = new float[,] { { 1, 2, 3 }, { 4, 5, 6 } }.ToMatrix();

        Assert.Equal((2, 3), (matrix.RowCount, matrix.ColumnCount));
        Assert.Equal(6, matrix[1, 2]);
        Assert.Equal([4f, 5, 6], new float[,] { { 1, 2, 3 }, { 4, 5, 6 } }.Row(1));
    }

    [Fact]
    public void ToMatrix_ArrayChangedLater_ChangesNothing()
    {
        float[,] numbers = { { 1 } };
        Matrix<float> matrix = numbers.ToMatrix();

        numbers[0, 0] = 2;

        Assert.Equal(1, matrix[0, 0]);
    }

    [Fact]
    public void ToVector_Numbers_AreTheVector()
    {
        float[] floats = [1, 2];
        double[] doubles = [1, 2];

        Assert.Equal(floats, floats.ToVector());
        Assert.Equal(doubles, doubles.ToVector());
        Assert.Equal(3.5, new[,] { { 3.5 } }.ToMatrix()[0, 0]);
    }

    [Fact]
    public void Row_NoSuchRow_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new float[2, 2].Row(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new float[2, 2].Row(-1));
    }
}
