using System.Runtime.CompilerServices;

namespace Attention.Kernels;

/// <summary>What is done to single rows of any length and alignment.</summary>
internal static unsafe class RowLanes
{
    /// <summary>Σ a · b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static float Dot<TLanes>(float* a, float* b, int count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes sums = TLanes.Broadcast(0), others = sums;
        int i = 0;
        for (; i <= count - (2 * TLanes.Count); i += 2 * TLanes.Count)
        {
            sums = TLanes.MultiplyAdd(TLanes.Load(a + i), TLanes.Load(b + i), sums);
            others = TLanes.MultiplyAdd(TLanes.Load(a + i + TLanes.Count), TLanes.Load(b + i + TLanes.Count), others);
        }

        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            sums = TLanes.MultiplyAdd(TLanes.Load(a + i), TLanes.Load(b + i), sums);
        }

        float sum = TLanes.SumOf(sums + others);
        for (; i < count; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    /// <summary>destination += factor · source.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void AddScaled<TLanes>(float factor, float* source, float* destination, int count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes factors = TLanes.Broadcast(factor);
        int i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            TLanes.Store(destination + i, TLanes.MultiplyAdd(factors, TLanes.Load(source + i), TLanes.Load(destination + i)));
        }

        for (; i < count; i++)
        {
            destination[i] += factor * source[i];
        }
    }

    /// <summary>Divides each element by the same number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void Divide<TLanes>(float* source, float divisor, float* destination, int count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes divisors = TLanes.Broadcast(divisor);
        int i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            TLanes.Store(destination + i, TLanes.Load(source + i) / divisors);
        }

        for (; i < count; i++)
        {
            destination[i] = source[i] / divisor;
        }
    }

    /// <summary>destination = factor · source.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void Multiply<TLanes>(float factor, float* source, float* destination, long count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes factors = TLanes.Broadcast(factor);
        long i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            TLanes.Store(destination + i, factors * TLanes.Load(source + i));
        }

        for (; i < count; i++)
        {
            destination[i] = factor * source[i];
        }
    }
}
