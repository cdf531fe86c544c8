using System.Runtime;

namespace Attention.Lab;

/// <summary>Measures how much faster one way of doing something is than another.</summary>
/// <remarks>
/// A time alone means nothing on a machine that does other things too, so the two ways take turns, A, B, A, B, and only the ratio of their medians is
/// told. The clock and the loop live here because some hosts compile cells without optimisation; a cell passes calls into a library.
/// </remarks>
public static class Timing
{
    private const int Turns = 31;

    // Turns of like length, so that other programs disturb both ways alike.
    private static readonly TimeSpan ShortestTurn = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Lets two ways take turns and compares their medians.</summary>
    /// <param name="first">What the first way is called.</param>
    /// <param name="runFirst">The first way.</param>
    /// <param name="second">What the second way is called.</param>
    /// <param name="runSecond">The second way.</param>
    /// <exception cref="ArgumentException">A name is missing.</exception>
    public static TimingReport Compare(string first, Action runFirst, string second, Action runSecond) =>
        Compare(first, runFirst, second, runSecond, TimeProvider.System);

    /// <summary>The same by another clock.</summary>
    internal static TimingReport Compare(string first, Action runFirst, string second, Action runSecond, TimeProvider clock)
    {
        first = Required.Text(first, nameof(first), "the report names it");
        second = Required.Text(second, nameof(second), "the report names it");
        ArgumentNullException.ThrowIfNull(runFirst);
        ArgumentNullException.ThrowIfNull(runSecond);

        (int firstRepeats, int secondRepeats) = (Repeats(runFirst, clock), Repeats(runSecond, clock));
        var (firstTimes, secondTimes) = (new List<double>(), new List<double>());
        long start = clock.GetTimestamp();
        do
        {
            firstTimes.Add(Time(runFirst, firstRepeats, clock));
            secondTimes.Add(Time(runSecond, secondRepeats, clock));
        }
        while (firstTimes.Count < Turns && clock.GetElapsedTime(start) < Patience);

        return new TimingReport(first, second, Median(firstTimes) / Median(secondTimes), firstTimes.Count);
    }

    /// <summary>How often to run so that the clock sees more than its own grain.</summary>
    private static int Repeats(Action run, TimeProvider clock)
    {
        // The runtime compiles a method well only after some thirty calls, and in the background: run until it has stopped compiling.
        long start = clock.GetTimestamp(), change = start, compiled = 0;
        for (int calls = 0; clock.GetElapsedTime(start) < Patience && (calls < 60 || clock.GetElapsedTime(change) < Quiet); calls++)
        {
            run();
            if (JitInfo.GetCompiledMethodCount() is var count && count != compiled)
                (compiled, change) = (count, clock.GetTimestamp());
        }

        int repeats = 1;
        while (repeats < 1 << 20 && Time(run, repeats, clock) * repeats < ShortestTurn.TotalSeconds)
            repeats *= 2;
        return repeats;
    }

    private static double Time(Action run, int repeats, TimeProvider clock)
    {
        long start = clock.GetTimestamp();
        for (int i = 0; i < repeats; i++)
            run();
        return clock.GetElapsedTime(start).TotalSeconds / repeats;
    }

    private static double Median(List<double> times)
    {
        times.Sort();
        return (times[(times.Count - 1) / 2] + times[times.Count / 2]) / 2;
    }
}
