using System.Diagnostics;

namespace Attention.Benchmarks;

/// <summary>What a call needs beyond its inputs and outputs.</summary>
internal static class PeakMemory
{
    // The runtime compiles again what was called thirty times, once nothing new was compiled for a tenth of a second.
    private const int Rounds = 3;
    private const int CallsPerRound = 40;

    private static readonly TimeSpan TierDelay = TimeSpan.FromMilliseconds(250);

    /// <summary>How far the process's peak grows in one call; null where nobody asked. Either way the call has been made once.</summary>
    /// <param name="isAsked">Whether to measure.</param>
    /// <param name="small">A call on next to nothing; made some times, so that it pays for the compilation, also the runtime's second one, which needs more memory than any kernel.</param>
    /// <param name="run">The call; its inputs and outputs must have been written before.</param>
    internal static long? Extra(bool isAsked, Action small, Action run)
    {
        if (!isAsked)
        {
            run();
            return null;
        }

        for (int round = 0; round < Rounds; round++)
        {
            for (int call = 0; call < CallsPerRound; call++)
            {
                small();
            }

            Thread.Sleep(TierDelay);
        }

        using var process = Process.GetCurrentProcess();
        long before = process.WorkingSet64;
        run();
        process.Refresh();
        return Math.Max(0, process.PeakWorkingSet64 - before);
    }
}
