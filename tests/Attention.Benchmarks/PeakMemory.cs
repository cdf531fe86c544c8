using System.Diagnostics;

namespace Attention.Benchmarks;

/// <summary>What a call needs beyond its inputs and outputs.</summary>
internal static class PeakMemory
{
    /// <summary>How far the process's peak grows in one call; null where nobody asked. Either way the call has been made once.</summary>
    /// <param name="isAsked">Whether to measure.</param>
    /// <param name="small">A call on next to nothing, which pays for the compilation.</param>
    /// <param name="run">The call; its inputs and outputs must have been written before.</param>
    internal static long? Extra(bool isAsked, Action small, Action run)
    {
        if (!isAsked)
        {
            run();
            return null;
        }

        small();
        using var process = Process.GetCurrentProcess();
        long before = process.WorkingSet64;
        run();
        process.Refresh();
        return Math.Max(0, process.PeakWorkingSet64 - before);
    }
}
