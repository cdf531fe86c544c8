using System.Diagnostics;

namespace Attention.Kernels;

/// <summary>Spins for what is about to come, up to a fifth of a millisecond: to wake a thread that fell asleep takes as long as many a kernel does.</summary>
internal readonly struct Patience
{
    private const int SpinsBetweenLooks = 16;

    private static readonly long Most = Stopwatch.Frequency / 5000;

    private readonly long _begin = Stopwatch.GetTimestamp();

    public Patience()
    {
    }

    /// <summary>Spins a little.</summary>
    /// <returns>Whether any patience is left.</returns>
    internal bool Spin()
    {
        Thread.SpinWait(SpinsBetweenLooks);
        return Stopwatch.GetTimestamp() - _begin < Most;
    }
}
