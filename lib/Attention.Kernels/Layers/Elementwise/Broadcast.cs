using System.Runtime.CompilerServices;

namespace Attention.Kernels;

/// <summary>
/// Runs a map over an array [Outer, Length, Inner], where the first input is a buffer [Outer, Inner] that serves every place along the axis anew, and the second, if any, the array itself.
/// </summary>
internal static unsafe class Broadcast
{
    internal static void Run<TMap>(
        AxisShape shape, ReadOnlySpan<float> slice, ReadOnlySpan<float> x, float factor, Span<float> y, double costPerElement, KernelOptions options)
        where TMap : struct, IMap
    {
        if (y.IsEmpty)
        {
            return; // a product of zero may hide sizes whose own product is no size
        }

        fixed (float* first = slice, second = x, result = y)
        {
            int threads = options.ThreadsFor(costPerElement * y.Length);
            if (shape.Inner == 1)
            {
                Tiled.Run(new LineTiles<TMap>(new RowShape(shape.Outer, shape.Length), first, second, factor, result), threads, options);
            }
            else
            {
                Tiled.Run(new SliceTiles<TMap>(new RowShape(shape.Outer * shape.Length, shape.Inner), shape.Length, first, second, factor, result), threads, options);
            }
        }
    }

    /// <summary>Rows of the array, each beside the slice that it shares with its neighbours along the axis.</summary>
    private readonly struct SliceTiles<TMap>(RowShape rows, int length, float* slice, float* x, float factor, float* y) : ITiles
        where TMap : struct, IMap
    {
        public long Count => RowBlock.CountOf(rows);

        public long ScratchCount => 0;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            RowBlock block = new(rows, tile);
            for (long row = block.First; row < block.End; row++)
            {
                long first = row * rows.Columns;
                Elementwise.RunSimd<TMap, TLanes>(slice + (row / length * rows.Columns), x + first, x, factor, y + first, rows.Columns);
            }
        }
    }

    /// <summary>Lines along the last axis, each beside one float.</summary>
    private readonly struct LineTiles<TMap>(RowShape lines, float* slice, float* x, float factor, float* y) : ITiles
        where TMap : struct, IMap
    {
        public long Count => RowBlock.CountOf(lines);

        public long ScratchCount => 0;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            RowBlock block = new(lines, tile);
            for (long line = block.First; line < block.End; line++)
            {
                long first = line * lines.Columns;
                LineSimd<TMap, TLanes>(slice[line], x + first, factor, y + first, lines.Columns);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void LineSimd<TMap, TLanes>(float value, float* x, float factor, float* y, int count)
        where TMap : struct, IMap
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes first = TLanes.Broadcast(value), factors = TLanes.Broadcast(factor);
        int i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            TLanes second = TMap.Inputs > 1 ? TLanes.Load(x + i) : first;
            TLanes.Store(y + i, TMap.Of(first, second, first, factors));
        }

        if (i < count)
        {
            TLanes second = TMap.Inputs > 1 ? Partial.Load<TLanes>(x + i, count - i, 0) : first;
            Partial.Store(y + i, count - i, TMap.Of(first, second, first, factors));
        }
    }
}
