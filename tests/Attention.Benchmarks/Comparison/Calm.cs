using System.Diagnostics;
using Attention.Kernels;

namespace Attention.Benchmarks;

/// <summary>
/// Tells a machine that has other things to do: before and after each measurement, ours or a peer's, every processor multiplies the same two small matrices. Where that takes clearly longer
/// than it can, the measurement waits, or is taken again.
/// </summary>
/// <param name="rate">How fast the machine is just now, in any unit.</param>
/// <param name="patience">How long to wait for calm before a measurement.</param>
/// <param name="budget">How long to wait, and to measure again, in all: some machines are never calm.</param>
internal sealed class Calm(Func<double> rate, TimeSpan patience, TimeSpan budget)
{
    private const double Share = 0.88; // of the best rate seen
    private const int Attempts = 3;
    private const int Size = 192;
    private const int Products = 24;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private double _best;
    private TimeSpan _spent;

    internal Calm()
        : this(Multiply, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(4))
    {
    }

    /// <summary>How many measurements were wanted.</summary>
    internal int Wanted { get; private set; }

    /// <summary>How many were taken again.</summary>
    internal int Repeated { get; private set; }

    /// <summary>How many are kept although the machine was busy during each attempt.</summary>
    internal int Disturbed { get; private set; }

    /// <summary>Measures while the machine is calm, if it ever is.</summary>
    internal T Measure<T>(Func<T> measure, CancellationToken cancellation)
    {
        Wanted++;
        for (int attempt = 1; ; attempt++)
        {
            Await(cancellation);
            var clock = Stopwatch.StartNew();
            T found = measure();
            if (IsCalm())
            {
                return found;
            }

            if (attempt == Attempts || _spent >= budget)
            {
                Disturbed++;
                return found;
            }

            Repeated++;
            _spent += clock.Elapsed;
        }
    }

    /// <summary>One sentence for the reader of the table.</summary>
    internal string Summary =>
        $"Of {Wanted} measurements {Repeated} were taken again because the machine was busy with something else before or after them, and {Disturbed} are kept although it was so again, or too often in all: a fixed product on all processors, timed around each, then reached less than {Share:P0} of its best.";

    private void Await(CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        while (!IsCalm() && clock.Elapsed < patience && _spent + clock.Elapsed < budget)
        {
            cancellation.WaitHandle.WaitOne(Pause);
            cancellation.ThrowIfCancellationRequested();
        }

        _spent += clock.Elapsed;
    }

    private bool IsCalm()
    {
        double now = rate();
        _best = Math.Max(_best, now);
        return now >= Share * _best;
    }

    /// <summary>Some milliseconds on every processor.</summary>
    private static double Multiply()
    {
        int processors = Environment.ProcessorCount;
        float[][] results = [.. Enumerable.Range(0, processors).Select(_ => new float[Size * Size])];
        float[] factor = new float[Size * Size];
        Array.Fill(factor, 0.5f);
        return Together.Rate(processors, index =>
        {
            for (int i = 0; i < Products; i++)
            {
                Matmul.Forward(new(Size, Size, Size), factor, factor, results[index], options: new() { MaxThreads = 1 });
            }
        });
    }
}
