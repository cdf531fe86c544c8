namespace Attention.Models.Tests.Training;

public sealed class ScheduleTests
{
    [Fact]
    public void Transformer_IsEquation3()
    {
        var schedule = Schedule.Transformer(512, 4000);

        Assert.Equal(Math.Pow(512, -0.5) * 100 * Math.Pow(4000, -1.5), schedule.At(100), 1e-10);
        Assert.Equal(Math.Pow(512, -0.5) * Math.Pow(4000, -0.5), schedule.At(4000), 1e-10);
        Assert.Equal(Math.Pow(512, -0.5) * Math.Pow(100_000, -0.5), schedule.At(100_000), 1e-10);
        Assert.True(schedule.At(3999) < schedule.At(4000) && schedule.At(4001) < schedule.At(4000));
    }

    [Theory]
    [InlineData(1, 0.1)]
    [InlineData(10, 1)]
    [InlineData(60, 0.6)] // half way down, between 1 and the floor 0.2
    [InlineData(110, 0.2)]
    [InlineData(500, 0.2)]
    public void Cosine_RisesAndFallsToTheFloor(long step, double expected) =>
        Assert.Equal(expected, Schedule.Cosine(1, 110, 10, 0.2).At(step), 1e-6);

    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(2, 1)]
    [InlineData(7, 0.5)]
    [InlineData(12, 0)]
    [InlineData(99, 0)]
    public void Linear_RisesAndFallsToZero(long step, double expected) =>
        Assert.Equal(expected, Schedule.Linear(1, 12, 2).At(step), 1e-6);

    [Fact]
    public void Constant_IsWrittenAsANumber()
    {
        Schedule schedule = 0.25;

        Assert.Equal(0.25f, schedule.At(1));
        Assert.Equal(0.25f, schedule.At(long.MaxValue));
        Assert.Equal("constant 0.25", schedule.ToString());
    }

    [Fact]
    public void BadNumbers_AreRefused()
    {
        Assert.StartsWith("rate: expected a finite number of at least 0, got NaN", Assert.Throws<ArgumentException>(() => Schedule.Constant(double.NaN)).Message, StringComparison.Ordinal);
        Assert.StartsWith("peak: expected a finite number of at least 0, got 1E+300", Assert.Throws<ArgumentException>(() => Schedule.Cosine(1e300, 10)).Message, StringComparison.Ordinal); // ∞ as a float
        Assert.StartsWith("steps: expected at least 11, got 10", Assert.Throws<ArgumentException>(() => Schedule.Cosine(1, 10, 10)).Message, StringComparison.Ordinal);
        Assert.StartsWith("warmUp: expected at least 1, got 0", Assert.Throws<ArgumentException>(() => Schedule.Transformer(512, 0)).Message, StringComparison.Ordinal);
        Assert.StartsWith("step: expected at least 1, got 0", Assert.Throws<ArgumentException>(() => Schedule.Constant(1).At(0)).Message, StringComparison.Ordinal);
    }
}
