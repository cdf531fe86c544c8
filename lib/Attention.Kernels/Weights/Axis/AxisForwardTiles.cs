using System.Runtime.CompilerServices;

namespace Attention.Kernels;

/// <summary>A function along an axis, in three passes over a block of lines, each row by row.</summary>
internal readonly unsafe struct AxisForwardTiles<TFunction>(AxisShape shape, int threads, float* scores, float* results, float temperature) : ITiles
    where TFunction : struct, IAxisFunction
{
    private readonly AxisBlocks _blocks = new(shape, threads);

    public long Count => _blocks.Count;

    /// <summary>For each line its peak and its sum.</summary>
    public long ScratchCount => 2 * _blocks.Lines;

    public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float* peaks = scratch, sums = scratch + _blocks.Lines, source = scores + _blocks.Start(tile), destination = results + _blocks.Start(tile);
        int lines = _blocks.LinesOf(tile);
        new Span<float>(peaks, lines).Fill(float.NegativeInfinity);
        new Span<float>(sums, lines).Clear();
        for (long j = 0; j < shape.Length; j++)
        {
            Raise<TLanes>(source + (j * shape.Inner), lines, peaks);
        }

        // As in a row: −∞ is not subtracted from −∞, and what the maximum misses of a NaN the sum does not.
        new Span<float>(peaks, lines).Replace(float.NegativeInfinity, 0);
        for (long j = 0; j < shape.Length; j++)
        {
            Exponentiate<TLanes>(source + (j * shape.Inner), lines, peaks, sums, destination + (j * shape.Inner), temperature);
        }

        Share<TLanes>(sums, lines);
        for (long j = 0; j < shape.Length; j++)
        {
            Finish<TLanes>(destination + (j * shape.Inner), lines, sums);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Raise<TLanes>(float* row, int lines, float* peaks)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int i = 0;
        for (; i <= lines - TLanes.Count; i += TLanes.Count)
        {
            TLanes.Store(peaks + i, TLanes.Max(TLanes.Load(peaks + i), TLanes.Load(row + i)));
        }

        for (; i < lines; i++)
        {
            Lanes1.Store(peaks + i, Lanes1.Max(Lanes1.Load(peaks + i), Lanes1.Load(row + i)));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Exponentiate<TLanes>(float* row, int lines, float* peaks, float* sums, float* kept, float temperature)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes divisor = TLanes.Broadcast(temperature);
        bool cools = temperature != 1;
        int i = 0;
        for (; i <= lines - TLanes.Count; i += TLanes.Count)
        {
            Exponentiate(row + i, peaks + i, sums + i, kept + i, divisor, cools);
        }

        for (; i < lines; i++)
        {
            Exponentiate(row + i, peaks + i, sums + i, kept + i, Lanes1.Broadcast(temperature), cools);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Exponentiate<TLanes>(float* row, float* peaks, float* sums, float* kept, TLanes divisor, bool cools)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes difference = TLanes.Load(row) - TLanes.Load(peaks);
        if (cools)
        {
            difference /= divisor;
        }

        TLanes exponential = Exponential.Power(difference);
        TLanes.Store(kept, TFunction.Keep(difference, exponential));
        TLanes.Store(sums, TLanes.Load(sums) + exponential);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Share<TLanes>(float* sums, int lines)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int i = 0;
        for (; i <= lines - TLanes.Count; i += TLanes.Count)
        {
            TLanes.Store(sums + i, TFunction.Share(TLanes.Load(sums + i)));
        }

        for (; i < lines; i++)
        {
            Lanes1.Store(sums + i, TFunction.Share(Lanes1.Load(sums + i)));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Finish<TLanes>(float* kept, int lines, float* shares)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int i = 0;
        for (; i <= lines - TLanes.Count; i += TLanes.Count)
        {
            TLanes.Store(kept + i, TFunction.Of(TLanes.Load(kept + i), TLanes.Load(shares + i)));
        }

        for (; i < lines; i++)
        {
            Lanes1.Store(kept + i, TFunction.Of(Lanes1.Load(kept + i), Lanes1.Load(shares + i)));
        }
    }
}
