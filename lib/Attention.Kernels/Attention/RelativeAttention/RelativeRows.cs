using System.Runtime.CompilerServices;

namespace Attention.Kernels;

/// <summary>What is done to single rows of scores.</summary>
internal static unsafe class RelativeRows
{
    /// <summary>scores = (scores + shifted) · scale.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void AddShifted<TLanes>(float* shifted, float* scores, int count, float scale)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes scales = TLanes.Broadcast(scale);
        for (int i = 0; i < count; i += TLanes.Count)
        {
            TLanes.Store(scores + i, (TLanes.Load(scores + i) + TLanes.Load(shifted + i)) * scales);
        }
    }

    /// <summary>The largest of them; a NaN may be missed, and is found by the sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static float Maximum<TLanes>(float* scores, int count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes maximum = TLanes.Broadcast(float.NegativeInfinity);
        for (int i = 0; i < count; i += TLanes.Count)
        {
            maximum = TLanes.Max(maximum, TLanes.Load(scores + i));
        }

        return TLanes.MaxOf(maximum);
    }

    /// <summary>Turns scores into e^(score − peak), in place.</summary>
    /// <returns>Their sum.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static float Weigh<TLanes>(float* scores, int count, float peak)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes peaks = TLanes.Broadcast(peak), sums = TLanes.Broadcast(0);
        for (int i = 0; i < count; i += TLanes.Count)
        {
            TLanes weight = Exponential.Power(TLanes.Load(scores + i) - peaks);
            TLanes.Store(scores + i, weight);
            sums += weight;
        }

        return TLanes.SumOf(sums);
    }

    /// <summary>slopes = weights · (slopes − mean) · scale: the gradient of scores before they were scaled.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void ScoreGradient<TLanes>(float* weights, float* slopes, int count, float mean, float scale)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes means = TLanes.Broadcast(mean), scales = TLanes.Broadcast(scale);
        for (int i = 0; i < count; i += TLanes.Count)
        {
            TLanes.Store(slopes + i, TLanes.Load(weights + i) * (TLanes.Load(slopes + i) - means) * scales);
        }
    }
}
