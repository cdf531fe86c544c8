using System.Diagnostics;

namespace Attention.Benchmarks;

/// <summary>Work that several threads do at the same time, none of it shared: how the limits of the machine are measured.</summary>
internal static class Together
{
    /// <summary>How often per second the work is done, by all threads together.</summary>
    /// <param name="threads">How many, the caller's included.</param>
    /// <param name="work">Done once by each, which it is given the number of.</param>
    internal static double Rate(int threads, Action<int> work)
    {
        using var start = new Barrier(threads);
        var rates = new double[threads];
        var others = new Thread[threads - 1];
        for (int i = 0; i < others.Length; i++)
        {
            int index = i + 1;
            others[i] = new Thread(() => rates[index] = Timed(start, index, work));
            others[i].Start();
        }

        rates[0] = Timed(start, 0, work);
        foreach (Thread other in others)
        {
            other.Join();
        }

        return rates.Sum();
    }

    private static double Timed(Barrier start, int index, Action<int> work)
    {
        start.SignalAndWait();
        long begin = Stopwatch.GetTimestamp();
        work(index);
        return 1 / Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }
}
