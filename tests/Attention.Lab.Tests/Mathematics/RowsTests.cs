namespace Attention.Lab.Tests;

public class RowsTests
{
    // Written down once: whoever changes these numbers changes every stored output that was drawn from them.
    [Fact]
    public void Normal_SeedOne_IsTheSameForEver() =>
        Assert.Equal([-0.3044421f, 1.546108f, -0.90994084f], Rows.Normal(1, 1, 3).Cast<float>());

    [Fact]
    public void Normal_ManyNumbers_HaveMeanZeroAndVarianceOne()
    {
        double[] numbers = [.. Rows.Normal(5, 200, 200).Cast<float>().Select(number => (double)number)];

        Assert.Equal(0, numbers.Average(), 0.02);
        Assert.Equal(1, numbers.Average(number => number * number), 0.03);
        Assert.Equal(3, numbers.Average(number => Math.Pow(number, 4)), 0.2);
    }

    [Fact]
    public void Normal_OtherSeed_GivesOtherNumbers() => Assert.NotEqual(Rows.Normal(1, 2, 2), Rows.Normal(2, 2, 2));

    [Fact]
    public void Uniform_ManyNumbers_LieInsideAndSpread()
    {
        float[] numbers = [.. Rows.Uniform(5, 100, 100, -2, 3).Cast<float>()];

        Assert.All(numbers, number => Assert.InRange(number, -2, 3));
        Assert.Equal(0.5, numbers.Average(), 0.1);
        Assert.True(numbers.Min() < -1.9 && numbers.Max() > 2.9);
    }

    [Fact]
    public void Normal_BadSizes_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Rows.Normal(1, -1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => Rows.Uniform(1, 1, 1, 2, 2));
        Assert.Empty(Rows.Normal(1, 0, 3));
    }
}
