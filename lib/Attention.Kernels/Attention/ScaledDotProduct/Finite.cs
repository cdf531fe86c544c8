using System.Runtime.CompilerServices;

namespace Attention.Kernels;

/// <summary>Looks for NaN and ∞.</summary>
internal static unsafe class Finite
{
    /// <summary>Whether every float of these rows is a number: zero times it is zero.</summary>
    internal static bool All<TLanes>(float* values, int rows, int width, nint stride)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        if (stride == width)
        {
            return All<TLanes>(values, (long)rows * width);
        }

        int row = 0;
        while (row < rows && All<TLanes>(values + (row * stride), width))
        {
            row++;
        }

        return row == rows;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static bool All<TLanes>(float* values, long count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes zero = TLanes.Broadcast(0), sum = zero, sumNext = zero;
        long i = 0;
        for (; i <= count - (2 * TLanes.Count); i += 2 * TLanes.Count)
        {
            sum = TLanes.MultiplyAdd(TLanes.Load(values + i), zero, sum);
            sumNext = TLanes.MultiplyAdd(TLanes.Load(values + i + TLanes.Count), zero, sumNext);
        }

        float rest = TLanes.SumOf(sum + sumNext);
        for (; i < count; i++)
        {
            rest += values[i] * 0;
        }

        return rest == 0;
    }
}
