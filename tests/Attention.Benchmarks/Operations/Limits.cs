using System.Numerics;
using System.Runtime.InteropServices;
using Attention.Kernels;

namespace Attention.Benchmarks;

/// <summary>How fast this machine can do what an operation cannot do without, measured between the operation's runs.</summary>
internal sealed class Limits : IDisposable
{
    internal const string Memory = "memory";

    /// <summary>What stays in the smallest cache.</summary>
    private const int ExponentialCount = 2048;
    private const int ExponentialRepeats = 64;

    /// <summary>Fewer bytes are moved several times, until that can be timed.</summary>
    private const double LeastBytes = 1 << 20;

    private readonly Work _work;
    private readonly int _threads, _repeats, _sourceCount, _targetCount;
    private readonly FloatBuffer _source, _target, _exponents, _powers;
    private double _flops, _exponentials, _bytes;

    /// <param name="work">The operation's work: what it does not need is not measured, and memory is measured by reading and writing as many bytes.</param>
    /// <param name="threads">How many threads work.</param>
    internal Limits(Work work, int threads)
    {
        (_work, _threads) = (work, threads);
        _repeats = (int)Math.Ceiling(LeastBytes / Math.Max(1, work.Bytes));
        _targetCount = (int)Math.Ceiling(work.FloatsWritten / threads);
        _sourceCount = (int)Math.Ceiling((work.IsInPlace ? work.FloatsRead - work.FloatsWritten : work.FloatsRead) / threads);
        _source = new FloatBuffer(_sourceCount * threads, 0);
        _target = new FloatBuffer(_targetCount * threads, 0);
        _exponents = FloatBuffer.Normal(threads * ExponentialCount, 0, 2);
        _powers = new FloatBuffer(threads * ExponentialCount, 0);
    }

    /// <summary>Keeps the best rates that were seen.</summary>
    internal void Measure()
    {
        if (_work.Flops > 0)
        {
            _flops = Math.Max(_flops, 1e9 * Peak.Measure(_threads));
        }

        if (_work.Exponentials > 0)
        {
            _exponentials = Math.Max(_exponentials, (double)ExponentialRepeats * ExponentialCount * Together.Rate(_threads, Exponentiate));
        }

        if (_work.Bytes > 0)
        {
            _bytes = Math.Max(_bytes, _work.Bytes / _threads * _repeats * Together.Rate(_threads, Move));
        }
    }

    /// <summary>What takes longest at the machine's best rates, and how long.</summary>
    internal (string Name, double Milliseconds) Binding() => new[]
    {
        ("multiply-adds", Milliseconds(_work.Flops, _flops)),
        ("exponentials", Milliseconds(_work.Exponentials, _exponentials)),
        (Memory, Milliseconds(_work.Bytes, _bytes)),
    }.MaxBy(limit => limit.Item2);

    public void Dispose()
    {
        _source.Dispose();
        _target.Dispose();
        _exponents.Dispose();
        _powers.Dispose();
    }

    private static double Milliseconds(double amount, double rate) => amount > 0 ? 1e3 * amount / rate : 0;

    private void Exponentiate(int thread)
    {
        Span<float> x = _exponents.Span.Slice(thread * ExponentialCount, ExponentialCount), y = _powers.Span.Slice(thread * ExponentialCount, ExponentialCount);
        for (int i = 0; i < ExponentialRepeats; i++)
        {
            Exponential.Forward(x, y, new KernelOptions { MaxThreads = 1 });
        }
    }

    /// <summary>Writes what is to be written from as many floats, or over itself, and reads the rest.</summary>
    private void Move(int thread)
    {
        Span<float> source = _source.Span.Slice(thread * _sourceCount, _sourceCount), target = _target.Span.Slice(thread * _targetCount, _targetCount);
        int copied = _work.IsInPlace ? 0 : Math.Min(_sourceCount, _targetCount);
        for (int i = 0; i < _repeats; i++)
        {
            if (_work.IsInPlace)
            {
                Negate(target);
            }
            else
            {
                source[..copied].CopyTo(target);
                target[copied..].Fill(i);
            }

            BandwidthBenchmark.Read(source[copied..], 1);
        }
    }

    private static void Negate(Span<float> values)
    {
        foreach (ref Vector<float> part in MemoryMarshal.Cast<float, Vector<float>>(values))
        {
            part = -part;
        }
    }
}
