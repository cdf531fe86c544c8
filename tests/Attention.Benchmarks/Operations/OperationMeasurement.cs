namespace Attention.Benchmarks;

/// <summary>What was found for one operation. In JSON these names are a promise, as those of <see cref="Measurement"/> are.</summary>
/// <param name="Name">The operation.</param>
/// <param name="Shape">The sizes.</param>
/// <param name="Threads">How many threads were allowed.</param>
/// <param name="MedianMs">The median run.</param>
/// <param name="MinMs">The fastest run.</param>
/// <param name="Gflops">Useful arithmetic per second in the median run, exponentials apart, in 10⁹; null where there is next to none.</param>
/// <param name="GigabytesPerSecond">Bytes per second, read and written, in 10⁹; null where they are few beside the arithmetic.</param>
/// <param name="Limit">What binds: multiply-adds, exponentials or memory.</param>
/// <param name="LimitMs">How long that alone takes at the machine's best rate.</param>
/// <param name="Share">Which part of the limit the median run reaches.</param>
/// <param name="Runs">How many runs were timed.</param>
internal sealed record OperationMeasurement(
    string Name, string Shape, int Threads, double MedianMs, double MinMs, double? Gflops, double? GigabytesPerSecond, string Limit, double LimitMs, double Share, int Runs)
{
    /// <summary>Prepares, calls once, looks whether anything came of it, and times.</summary>
    internal static OperationMeasurement Of(Operation operation, int threads, int runs)
    {
        using var buffers = new Buffers(threads);
        Action run = operation.Prepare(buffers);
        run();
        buffers.CheckResults(operation.Name);

        Work work = operation.Work;
        using var limits = new Limits(work, threads);
        double[] milliseconds = Measurement.Times(runs, run, limits.Measure);
        double median = Measurement.Median(milliseconds);
        (string limit, double limitMs) = limits.Binding();
        return new OperationMeasurement(
            operation.Name, operation.Shape, threads, median, milliseconds[0], Rate(work.Flops, median), Rate(work.Bytes, median), limit, limitMs, limitMs / median, milliseconds.Length);
    }

    private static double? Rate(double amount, double milliseconds) => amount > 0 ? amount / milliseconds / 1e6 : null;
}
