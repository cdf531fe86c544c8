namespace Attention.Benchmarks;

/// <summary>How a figure stands to what was asked of it.</summary>
internal enum Verdict
{
    /// <summary>There is nothing to judge by.</summary>
    None,
    Missed,
    Floor,
    Aim,
}

/// <summary>What the tallies say about the goals.</summary>
internal static class Findings
{
    /// <summary>Two threads against one, wherever there is enough to share.</summary>
    internal static readonly Goal TwoThreads = new(1.85, 1.95);

    private const int LeastLength = 512;

    /// <summary>A row by itself: its ratio, its share of the limit, its memory. What was not measured is not met; one that is missed is enough.</summary>
    internal static Verdict Of(Tally tally)
    {
        List<Verdict> verdicts = [];
        if (tally.Row.Ratio is { } ratio)
        {
            verdicts.Add(Judge(tally.Ratio, ratio));
        }

        if (tally.Row.Share is { } share)
        {
            verdicts.Add(Judge(tally.Share, share));
        }

        if (tally.Row.Megabytes is { } most)
        {
            verdicts.Add(tally.Megabytes is not { } used ? Verdict.None : used <= most ? Verdict.Aim : Verdict.Missed);
        }

        return verdicts.Contains(Verdict.Missed) ? Verdict.Missed : verdicts.DefaultIfEmpty(Verdict.None).Min();
    }

    /// <summary>Our GFLOP/s beside those of the plain row that it is held against.</summary>
    internal static double? OfPlain(Tally tally, IEnumerable<Tally> all) =>
        tally.Row.Like is { } like && all.FirstOrDefault(other => other.Row.Name == like.Name && other.Row.Threads == tally.Row.Threads) is { } plain
            ? tally.Gflops / plain.Gflops
            : null;

    /// <summary>The rows that were measured on one thread and on two, and how many times as fast they were on two.</summary>
    internal static IEnumerable<(string Name, double Speedup)> Scaling(IReadOnlyCollection<Tally> tallies) =>
        from one in tallies
        from two in tallies
        where one.Row.Threads == 1 && two.Row.Threads == 2 && one.Row.Name == two.Row.Name
            && one.Row.Request?["queries"]?.GetValue<int>() >= LeastLength && one.Milliseconds is not null && two.Milliseconds is not null
        select (one.Row.Name, one.Milliseconds!.Value / two.Milliseconds!.Value);

    internal static Verdict Judge(double? value, Goal goal) =>
        value is null ? Verdict.None : value < goal.Floor ? Verdict.Missed : value < goal.Aim ? Verdict.Floor : Verdict.Aim;
}
