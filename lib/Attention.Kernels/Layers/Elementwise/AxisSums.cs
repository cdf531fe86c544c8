using System.Runtime.CompilerServices;

namespace Attention.Kernels;

/// <summary>
/// Sums along an axis of what a map makes of one or two arrays [Outer, Length, Inner]. Each sum has one order, which the shape alone decides: block by block, so that the rounding of long sums does not pile up.
/// </summary>
internal static unsafe class AxisSums
{
    private const double Cost = 8; // multiply–adds that an element takes as long as
    private const int BlockRows = 256, BlockLength = 4096, TileColumns = 64;

    /// <summary>sums = Σ map(first, second).</summary>
    /// <param name="shape">The arrays.</param>
    /// <param name="first">[Outer, Length, Inner]</param>
    /// <param name="second">[Outer, Length, Inner], or empty where the map reads one input.</param>
    /// <param name="sums">[Outer, Inner]; overwritten.</param>
    /// <param name="options">Threads, cancellation.</param>
    internal static void Run<TMap>(AxisShape shape, ReadOnlySpan<float> first, ReadOnlySpan<float> second, Span<float> sums, KernelOptions options)
        where TMap : struct, IMap
    {
        if (first.IsEmpty)
        {
            sums.Clear();
            return;
        }

        fixed (float* a = first, b = second, s = sums)
        {
            int threads = options.ThreadsFor(Cost * TMap.Inputs * first.Length);
            if (shape.Inner == 1)
            {
                Tiled.Run(new LineTiles<TMap>(new RowShape(shape.Outer, shape.Length), a, b, s), threads, options);
            }
            else
            {
                Tiled.Run(new ColumnTiles<TMap>(shape, a, b, s), threads, options);
            }
        }
    }

    private readonly struct LineTiles<TMap>(RowShape lines, float* first, float* second, float* sums) : ITiles
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
                double sum = 0;
                for (int at = 0; at < lines.Columns; at += BlockLength)
                {
                    long start = (line * lines.Columns) + at;
                    sum += SumOf<TMap, TLanes>(first + start, second + start, Math.Min(BlockLength, lines.Columns - at));
                }

                sums[line] = (float)sum;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float SumOf<TMap, TLanes>(float* first, float* second, int count)
        where TMap : struct, IMap
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes factor = TLanes.Broadcast(1), sum0 = TLanes.Broadcast(0), sum1 = sum0, sum2 = sum0, sum3 = sum0;
        int i = 0;
        for (; i <= count - (4 * TLanes.Count); i += 4 * TLanes.Count)
        {
            sum0 += Elementwise.At<TMap, TLanes>(first + i, second + i, first, factor);
            sum1 += Elementwise.At<TMap, TLanes>(first + i + TLanes.Count, second + i + TLanes.Count, first, factor);
            sum2 += Elementwise.At<TMap, TLanes>(first + i + (2 * TLanes.Count), second + i + (2 * TLanes.Count), first, factor);
            sum3 += Elementwise.At<TMap, TLanes>(first + i + (3 * TLanes.Count), second + i + (3 * TLanes.Count), first, factor);
        }

        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            sum0 += Elementwise.At<TMap, TLanes>(first + i, second + i, first, factor);
        }

        if (i < count)
        {
            TLanes a = Partial.Load<TLanes>(first + i, count - i, 0);
            TLanes b = TMap.Inputs > 1 ? Partial.Load<TLanes>(second + i, count - i, 0) : a;
            sum1 += TMap.Of(a, b, a, factor);
        }

        return TLanes.SumOf(sum0 + sum1 + (sum2 + sum3));
    }

    /// <summary>Some neighbouring columns of one slab: four registers of them at once, and every column in the order of its rows.</summary>
    private readonly struct ColumnTiles<TMap>(AxisShape shape, float* first, float* second, float* sums) : ITiles
        where TMap : struct, IMap
    {
        private readonly long _tiles = ((long)shape.Inner + TileColumns - 1) / TileColumns;

        public long Count => shape.Outer * _tiles;

        public long ScratchCount => 0;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            long outer = tile / _tiles, column = tile % _tiles * TileColumns;
            int columns = (int)Math.Min(TileColumns, shape.Inner - column);
            float* sum = sums + (outer * shape.Inner) + column;
            new Span<float>(sum, columns).Clear();
            for (int row = 0; row < shape.Length; row += BlockRows)
            {
                long start = (((outer * shape.Length) + row) * shape.Inner) + column;
                AddRows<TMap, TLanes>(Math.Min(BlockRows, shape.Length - row), shape.Inner, columns, first + start, second + start, sum);
            }
        }
    }

    private static void AddRows<TMap, TLanes>(int rows, int stride, int columns, float* first, float* second, float* sums)
        where TMap : struct, IMap
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int column = 0;
        for (; column <= columns - (4 * TLanes.Count); column += 4 * TLanes.Count)
        {
            AddFour<TMap, TLanes>(rows, stride, first + column, second + column, sums + column);
        }

        for (; column <= columns - TLanes.Count; column += TLanes.Count)
        {
            AddOne<TMap, TLanes>(rows, stride, first + column, second + column, sums + column);
        }

        for (; column < columns; column++)
        {
            AddOne<TMap, Lanes1>(rows, stride, first + column, second + column, sums + column);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void AddFour<TMap, TLanes>(int rows, nint stride, float* first, float* second, float* sums)
        where TMap : struct, IMap
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes factor = TLanes.Broadcast(1), sum0 = TLanes.Broadcast(0), sum1 = sum0, sum2 = sum0, sum3 = sum0;
        for (int row = 0; row < rows; row++, first += stride, second += stride)
        {
            sum0 += Elementwise.At<TMap, TLanes>(first, second, first, factor);
            sum1 += Elementwise.At<TMap, TLanes>(first + TLanes.Count, second + TLanes.Count, first, factor);
            sum2 += Elementwise.At<TMap, TLanes>(first + (2 * TLanes.Count), second + (2 * TLanes.Count), first, factor);
            sum3 += Elementwise.At<TMap, TLanes>(first + (3 * TLanes.Count), second + (3 * TLanes.Count), first, factor);
        }

        TLanes.Store(sums, TLanes.Load(sums) + sum0);
        TLanes.Store(sums + TLanes.Count, TLanes.Load(sums + TLanes.Count) + sum1);
        TLanes.Store(sums + (2 * TLanes.Count), TLanes.Load(sums + (2 * TLanes.Count)) + sum2);
        TLanes.Store(sums + (3 * TLanes.Count), TLanes.Load(sums + (3 * TLanes.Count)) + sum3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void AddOne<TMap, TLanes>(int rows, nint stride, float* first, float* second, float* sums)
        where TMap : struct, IMap
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes factor = TLanes.Broadcast(1), sum = TLanes.Broadcast(0);
        for (int row = 0; row < rows; row++, first += stride, second += stride)
        {
            sum += Elementwise.At<TMap, TLanes>(first, second, first, factor);
        }

        TLanes.Store(sums, TLanes.Load(sums) + sum);
    }
}
