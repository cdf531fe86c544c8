namespace Attention.Lab.Tests.Measurement;

public sealed class TimingTests
{
    [Fact]
    public void Compare_SecondTakesAnEighthOfTheTime_IsEightTimesAsFast()
    {
        var clock = new Clock();

        TimingReport report = Timing.Compare("the definition", clock.Work(800), "the kernel", clock.Work(100), clock);

        Assert.Equal(8, report.Ratio, 1e-9);
        Assert.Equal("the kernel: 8 times as fast as the definition (medians of 31 turns each, taken alternately)", report.ToString());
    }

    [Fact]
    public void Compare_FirstIsFaster_VerdictNamesTheFirst()
    {
        var clock = new Clock();

        TimingReport report = Timing.Compare("short", clock.Work(100), "long", clock.Work(250), clock);

        Assert.Equal(0.4, report.Ratio, 1e-9);
        Assert.StartsWith("short: 2.5 times as fast as long ", report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_OneTurnInThreeIsDisturbed_MedianIgnoresIt()
    {
        var clock = new Clock();
        int call = 0;

        TimingReport report = Timing.Compare("steady", clock.Work(5_000), "disturbed", () => clock.Work(++call % 3 == 0 ? 90_000 : 5_000)(), clock);

        Assert.Equal(1, report.Ratio, 1e-9);
    }

    [Fact]
    public void Compare_WaysTakeSeconds_StopsBeforeAllTurnsAreTaken()
    {
        var clock = new Clock();

        TimingReport report = Timing.Compare("a", clock.Work(1_000_000), "b", clock.Work(500_000), clock);

        Assert.Contains("medians of 2 turns each", report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_WayThrows_ExceptionComesOut() =>
        Assert.Throws<InvalidOperationException>(() => Timing.Compare("works", () => { }, "fails", () => throw new InvalidOperationException()));

    [Fact]
    public void Compare_NoName_SaysWhatItIsFor()
    {
        var mistake = Assert.Throws<ArgumentException>(() => Timing.Compare(" ", () => { }, "b", () => { }));

        Assert.Equal("first: expected a text, got none; the report names it (Parameter 'first')", mistake.Message);
    }

    /// <summary>A clock that only work moves.</summary>
    private sealed class Clock : TimeProvider
    {
        private long _microseconds;

        public override long TimestampFrequency => 1_000_000;

        public override long GetTimestamp() => _microseconds;

        public Action Work(int microseconds) => () => _microseconds += microseconds;
    }
}
