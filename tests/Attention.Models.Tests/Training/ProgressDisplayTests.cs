namespace Attention.Models.Tests.Training;

public sealed class ProgressDisplayTests
{
    [Fact]
    public void Report_ToALog_IsTheFirstStepAndEveryTenth()
    {
        StringWriter log = new() { NewLine = "\n" };
        ProgressDisplay display = new(log);
        for (int step = 1; step <= 200; step++)
        {
            display.Report(At(step, 200));
        }

        string[] lines = log.ToString().TrimEnd('\n').Split('\n');
        Assert.Equal(11, lines.Length);
        Assert.Equal("step   1 of 200  loss 1.5000  rate 1.0e-3", lines[0]);
        Assert.Equal("step  20 of 200  loss 1.5000  rate 1.0e-3", lines[1]);
        Assert.Equal("step 200 of 200  loss 1.5000  rate 1.0e-3", lines[^1]);
    }

    [Fact]
    public void Report_ToATerminal_WritesOverAndEndsTheLine()
    {
        StringWriter terminal = new() { NewLine = "\n" };
        ProgressDisplay display = new(terminal, writesOver: true);
        for (int step = 1; step <= 40; step++)
        {
            display.Report(At(step, 40));
        }

        string text = terminal.ToString();
        Assert.StartsWith("\rstep  1 of 40  loss 1.5000  rate 1.0e-3  50.0 steps/s  0:00:00 left\r", text, StringComparison.Ordinal);
        Assert.EndsWith("steps/s  0:00:00 left\n", text, StringComparison.Ordinal);
        Assert.Equal(9, text.Count(c => c == '\r')); // every tenth of a second, and the end: 800 ms
    }

    [Fact]
    public void Report_OfTheLastStepOfARunThatStopsEarly_IsShownAndEndsTheLine()
    {
        StringWriter log = new() { NewLine = "\n" }, terminal = new() { NewLine = "\n" };
        ProgressDisplay logged = new(log), shown = new(terminal, writesOver: true);
        for (int step = 1; step <= 13; step++)
        {
            logged.Report(At(step, 100) with { IsLast = step == 13 });
            shown.Report(At(step, 100) with { IsLast = step == 13 });
        }

        Assert.EndsWith("\nstep  13 of 100  loss 1.5000  rate 1.0e-3\n", log.ToString(), StringComparison.Ordinal);
        Assert.EndsWith(" left\n", terminal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Report_ToATerminal_WritesOverAllOfALongerLine()
    {
        StringWriter terminal = new() { NewLine = "\n" };
        ProgressDisplay display = new(terminal, writesOver: true);
        display.Report(At(1, 400) with { Validation = 123456.5 });
        display.Report(At(10, 400));

        string[] lines = terminal.ToString().Split('\r');
        Assert.Equal(3, lines.Length);
        Assert.Equal(lines[1].Length, lines[2].Length);
        Assert.Contains("left    ", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Remaining_IsWhatTheOtherStepsTake()
    {
        TrainingProgress resumed = At(30, 50) with { StepsDone = 10 }; // 600 ms for ten of them

        Assert.Equal(TimeSpan.FromMilliseconds(1200), resumed.Remaining);
        Assert.Equal(10 / 0.6, resumed.StepsPerSecond, 1e-9);
        Assert.Equal(TimeSpan.Zero, (resumed with { StepsDone = 0 }).Remaining);
    }

    private static TrainingProgress At(long step, long steps) =>
        new(step, steps, 2, 1.5, 1, 1e-3f, null, TimeSpan.FromMilliseconds(20 * step), step);
}
