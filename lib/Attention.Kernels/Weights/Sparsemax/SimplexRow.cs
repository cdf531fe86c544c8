using System.Runtime.CompilerServices;

namespace Attention.Kernels;

/// <summary>A row of scores made ready for the search of a threshold: less its maximum, so that the largest is 0, and padded to whole registers.</summary>
internal static unsafe class SimplexRow
{
    /// <summary>Stands for everything that cannot have a weight: −∞ as well as the padding. All thresholds lie from −1 to 0.</summary>
    private const float Hopeless = -4;

    private const int Multiple = 16;

    internal static long ScratchCount(int columns) => ((long)columns + Multiple - 1) / Multiple * Multiple;

    /// <summary>Writes (score − max) · factor, none below −4.</summary>
    /// <returns>How many floats were written, the padding included.</returns>
    /// <remarks>A row of −∞ becomes −4 throughout; a NaN stays, and +∞ becomes one.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static int Load<TLanes>(float* scores, int columns, float factor, float* destination)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float max = Softmax.Peak<TLanes>(scores, columns);
        TLanes peak = TLanes.Broadcast(max), scale = TLanes.Broadcast(factor), lowest = TLanes.Broadcast(Hopeless);
        int i = 0;
        for (; i <= columns - TLanes.Count; i += TLanes.Count)
        {
            TLanes.Store(destination + i, TLanes.Max(lowest, (TLanes.Load(scores + i) - peak) * scale));
        }

        for (; i < columns; i++)
        {
            destination[i] = MathF.Max(Hopeless, (scores[i] - max) * factor); // keeps NaN
        }

        int padded = (columns + TLanes.Count - 1) / TLanes.Count * TLanes.Count;
        new Span<float>(destination + columns, padded - columns).Fill(Hopeless);
        return padded;
    }
}
