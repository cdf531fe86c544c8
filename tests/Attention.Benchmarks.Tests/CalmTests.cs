namespace Attention.Benchmarks.Tests;

/// <summary>Measurements taken while the machine is busy are taken again, and what could not be had is told.</summary>
public sealed class CalmTests
{
    [Fact]
    public void Measure_BusyAfterwards_TakesItAgain()
    {
        int found = 0;
        Calm calm = Of(100, 50, 99, 101); // calm, busy, calm, calm
        Assert.Equal(2, calm.Measure(() => ++found, TestContext.Current.CancellationToken));
        Assert.Equal((1, 1, 0), (calm.Wanted, calm.Repeated, calm.Disturbed));
    }

    [Fact]
    public void Measure_BusyToTheEnd_KeepsTheLastAndSaysSo()
    {
        int found = 0;
        Calm calm = Of(100, 80, 100, 80, 100, 80);
        Assert.Equal(3, calm.Measure(() => ++found, TestContext.Current.CancellationToken));
        Assert.Equal((1, 2, 1), (calm.Wanted, calm.Repeated, calm.Disturbed));
        Assert.Contains("Of 1 measurements 2 were taken again", calm.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void Measure_BusyBefore_Waits()
    {
        int asked = 0;
        var calm = new Calm(() => ++asked is 1 or > 4 ? 100 : 50, TimeSpan.FromMinutes(1), TimeSpan.FromHours(1)); // calm for the first measurement's beginning, then busy three times
        int at = calm.Measure(() => asked == 1 ? 0 : asked, TestContext.Current.CancellationToken);
        Assert.Equal(5, at);
        Assert.Equal(1, calm.Repeated);
    }

    [Fact]
    public void Measure_NeverCalm_GivesUpWaiting()
    {
        int asked = 0;
        var calm = new Calm(() => 100.0 / ++asked, TimeSpan.Zero, TimeSpan.FromHours(1));
        calm.Measure(() => 0, TestContext.Current.CancellationToken);
        Assert.Equal(1, calm.Disturbed);
    }

    [Fact]
    public void Measure_NothingLeftToSpend_TakesItOnce()
    {
        int found = 0, asked = 0;
        var calm = new Calm(() => 100.0 / ++asked, TimeSpan.FromMinutes(1), TimeSpan.Zero);
        Assert.Equal(1, calm.Measure(() => ++found, TestContext.Current.CancellationToken));
        Assert.Equal((1, 0, 1), (calm.Wanted, calm.Repeated, calm.Disturbed));
    }

    [Fact]
    public void Measure_Cancelled_Stops()
    {
        int asked = 0;
        using var source = new CancellationTokenSource();
        var calm = new Calm(() => ++asked == 1 ? 100 : 50, TimeSpan.FromMinutes(1), TimeSpan.FromHours(1));
        Assert.Throws<OperationCanceledException>(() => calm.Measure(
            () =>
            {
                source.Cancel();
                return 0;
            },
            source.Token));
    }

    [Fact]
    public void TheMachine_HasARate()
    {
        var calm = new Calm();
        Assert.Equal(7, calm.Measure(() => 7, TestContext.Current.CancellationToken));
        Assert.Equal(1, calm.Wanted);
    }

    private static Calm Of(params double[] rates)
    {
        int next = 0;
        return new Calm(() => rates[next++], TimeSpan.FromMinutes(1), TimeSpan.FromHours(1));
    }
}
