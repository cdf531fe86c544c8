using System.Diagnostics;

namespace Attention.Benchmarks;

/// <summary>What one benchmark found. In JSON these names are a promise: scripts read them.</summary>
/// <param name="Name">The kernel.</param>
/// <param name="Shape">The sizes, as they were asked for.</param>
/// <param name="Threads">How many threads worked.</param>
/// <param name="MedianMs">The median run.</param>
/// <param name="MinMs">The fastest run.</param>
/// <param name="Gflops">Useful arithmetic per second in the median run, in 10⁹.</param>
/// <param name="PeakGflops">The best multiply–add rate of as many threads between the same runs, in 10⁹.</param>
/// <param name="Runs">How many runs were timed.</param>
internal sealed record Measurement(string Name, string Shape, int Threads, double MedianMs, double MinMs, double Gflops, double PeakGflops, int Runs)
{
    /// <summary>Bytes that the process needed at its peak beyond inputs and outputs; only when asked for.</summary>
    public long? ExtraBytes { get; init; }

    /// <summary>What a plain copy of the same buffers takes: the limit where memory, not arithmetic, decides.</summary>
    public double? CopyMs { get; init; }

    /// <summary>What only reading the same buffers takes: the limit where every number is looked at once.</summary>
    public double? ReadMs { get; init; }

    /// <summary>The runtime compiles a loop again once it is seen to be busy.</summary>
    private const double ShortestWarmUp = 0.15;
    private const int FewestRuns = 3;
    private const double SecondsBetweenLimits = 0.05;

    /// <summary>About how long the timed runs take together; the warm-up takes three tenths of that, and long enough to compile.</summary>
    internal static double Seconds { get; set; } = 1;

    /// <summary>Warms up, then times the kernel, and between its runs the peak: a machine that slows down slows both.</summary>
    /// <param name="name">The kernel.</param>
    /// <param name="shape">The sizes.</param>
    /// <param name="threads">How many threads the kernel uses.</param>
    /// <param name="flops">Useful floating-point operations of one run.</param>
    /// <param name="runs">How many runs; 0 chooses.</param>
    /// <param name="run">One run.</param>
    internal static Measurement Of(string name, string shape, int threads, double flops, int runs, Action run)
    {
        double peak = 0;
        double[] milliseconds = Times(runs, run, () => peak = Math.Max(peak, Peak.Measure(threads)));
        double median = Median(milliseconds);
        return new Measurement(name, shape, threads, median, milliseconds[0], flops / median / 1e6, peak, milliseconds.Length);
    }

    /// <summary>Warms up, then times every run.</summary>
    /// <param name="runs">How many runs; 0 chooses.</param>
    /// <param name="run">One run.</param>
    /// <param name="measureLimit">Called before the first run, after the last, and now and then between.</param>
    /// <returns>Milliseconds, the shortest first.</returns>
    internal static double[] Times(int runs, Action run, Action measureLimit)
    {
        var clock = Stopwatch.StartNew();
        int warm = 0;
        do
        {
            run();
            warm++;
        }
        while (clock.Elapsed.TotalSeconds < Math.Max(ShortestWarmUp, 0.3 * Seconds));

        int count = runs > 0 ? runs : Math.Clamp((int)(Seconds * warm / clock.Elapsed.TotalSeconds), FewestRuns, 10_001);
        var milliseconds = new double[count];
        measureLimit();
        clock.Restart();
        for (int i = 0; i < count; i++)
        {
            long begin = Stopwatch.GetTimestamp();
            run();
            milliseconds[i] = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
            if (clock.Elapsed.TotalSeconds > SecondsBetweenLimits || i == count - 1)
            {
                measureLimit();
                clock.Restart();
            }
        }

        Array.Sort(milliseconds);
        return milliseconds;
    }

    /// <summary>The middle of times in order.</summary>
    internal static double Median(double[] sorted) => (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
}
