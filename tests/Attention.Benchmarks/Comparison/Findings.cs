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

    /// <summary>A row by itself: its ratio and its share of the limit.</summary>
    internal static Verdict Of(Tally tally) => Worst(
        tally.Row.Ratio is { } ratio ? Judge(tally.Ratio, ratio) : Verdict.None,
        tally.Row.Share is { } share ? Judge(tally.Share, share) : Verdict.None,
        tally.Row.Megabytes is { } most && tally.Megabytes is { } used ? (used <= most ? Verdict.Aim : Verdict.Missed) : Verdict.None);

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

    private static Verdict Worst(params Verdict[] verdicts) => verdicts.Where(verdict => verdict != Verdict.None).DefaultIfEmpty(Verdict.None).Min();
}
