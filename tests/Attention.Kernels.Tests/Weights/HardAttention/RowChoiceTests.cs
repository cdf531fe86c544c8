namespace Attention.Kernels.Tests;

public sealed unsafe class RowChoiceTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.2, 1)]
    [InlineData(0.25, 3)]
    [InlineData(0.49, 3)]
    [InlineData(0.5, 4)]
    [InlineData(0.99, 4)]
    [InlineData(1, 4)]
    [InlineData(7, 4)]
    public void Reached_AnyTarget_IsTheFirstColumnBeyondIt(double target, int column) => Assert.Equal(column, Reached([0, 0.25f, 0, 0.25f, 0.5f, 0], target));

    [Fact]
    public void Reached_ManyBlocks_CountsThoseBefore()
    {
        float[] ones = [.. Enumerable.Repeat(1f, 300)];
        for (int column = 0; column < 300; column++)
        {
            Assert.Equal(column, Reached(ones, column));
            Assert.Equal(column, Reached(ones, column + 0.5));
        }

        Assert.Equal(-1, Reached(new float[100], 0));
        Assert.Equal(-1, Reached([], 0));
    }

    /// <summary>A block's sum in single precision may be beyond a target that its weights, added one by one in double precision, do not reach: the next that weighs something is taken.</summary>
    [Fact]
    public void Reached_BlockThatRoundingMadeHeavier_TakesTheNextWeight()
    {
        const double Digit = 1.0 / (1 << 23);
        float[] weights = [1, .. Enumerable.Repeat((float)(0.75 * Digit), 63), 0, 0, 1];
        Assert.Equal(66, Reached(weights, 1 + (55 * Digit)));
    }

    private static int Reached(float[] weights, double target)
    {
        fixed (float* w = weights)
        {
            return RowChoice.Reached<Lanes1>(w, weights.Length, target);
        }
    }
}
