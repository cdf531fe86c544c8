using System.Runtime.CompilerServices;

namespace Attention.Kernels;

/// <summary>Chooses a column of a row.</summary>
internal static unsafe class RowChoice
{
    /// <summary>Columns whose weights are summed before any is looked at.</summary>
    private const int Block = 64;

    /// <summary>The first of the largest, or −1 where there is nothing above −∞; and whether no score is NaN, for among such the choice means nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static (int Column, bool IsNumber) Largest<TLanes>(float* row, int columns)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        // Every lane keeps its largest, and where it met that first.
        TLanes zero = TLanes.Broadcast(0), highest = TLanes.Broadcast(float.NegativeInfinity), nothing = zero;
        TLanes column = TLanes.IntegerIndices, best = TLanes.BroadcastInteger(uint.MaxValue), step = TLanes.BroadcastInteger((uint)TLanes.Count);
        for (int i = 0; i < columns; i += TLanes.Count)
        {
            int left = columns - i;
            TLanes score = left >= TLanes.Count ? TLanes.Load(row + i) : Partial.Load<TLanes>(row + i, left, float.NegativeInfinity);
            best = TLanes.WhereLess(highest, score, column, best);
            highest = TLanes.WhereLess(highest, score, score, highest);
            nothing += TLanes.Min(zero, TLanes.Max(zero, score)); // 0 for every number, and NaN for NaN
            column = TLanes.AddInteger(column, step);
        }

        float* scores = stackalloc float[TLanes.Count], places = stackalloc float[TLanes.Count];
        TLanes.Store(scores, highest);
        TLanes.Store(places, best);
        uint* at = (uint*)places;
        int first = 0;
        for (int lane = 1; lane < TLanes.Count; lane++)
        {
            if (scores[lane] > scores[first] || (scores[lane] == scores[first] && at[lane] < at[first]))
            {
                first = lane;
            }
        }

        return ((int)at[first], !float.IsNaN(TLanes.SumOf(nothing)));
    }

    /// <summary>The first column at which the running sum of the weights exceeds the target; the last weight that counts where rounding leaves it short.</summary>
    internal static int Reached<TLanes>(float* weights, int columns, double target)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        double before = 0;
        for (int first = 0; first < columns; first += Block)
        {
            int end = Math.Min(first + Block, columns);
            double after = before + Sum<TLanes>(weights + first, end - first);
            double sum = before;
            for (int i = first; i < end && after > target; i++)
            {
                sum += weights[i];
                if (weights[i] > 0 && sum > target)
                {
                    return i;
                }
            }

            before = after;
        }

        int last = columns - 1;
        while (last >= 0 && !(weights[last] > 0))
        {
            last--;
        }

        return last;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Sum<TLanes>(float* weights, int count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes sums = TLanes.Broadcast(0);
        int i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            sums += TLanes.Load(weights + i);
        }

        float sum = TLanes.SumOf(sums);
        for (; i < count; i++)
        {
            sum += weights[i];
        }

        return sum;
    }
}
