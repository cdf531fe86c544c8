using System.Diagnostics;

namespace Attention.Benchmarks;

/// <summary>What a call needs beyond its inputs and outputs.</summary>
internal static class PeakMemory
{
    /// <summary>How far the process's peak grows in one call.</summary>
    /// <param name="small">A call on next to nothing, which pays for the compilation.</param>
    /// <param name="run">The call; its inputs and outputs must have been written before.</param>
    internal static long Extra(Action small, Action run)
    {
        small();
        using var process = Process.GetCurrentProcess();
        long before = process.WorkingSet64;
        run();
        process.Refresh();
        return Math.Max(0, process.PeakWorkingSet64 - before);
    }
}
