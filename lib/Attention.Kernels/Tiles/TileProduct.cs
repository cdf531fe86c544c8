namespace Attention.Kernels;

/// <summary>A product of panels in scratch, cut into tiles whose sums fit in registers: what attention over whole sequences multiplies with, forward and backward.</summary>
internal static unsafe class TileProduct
{
    private const int RowsPerBlock = 24;

    /// <summary>c = a · b, or c += a · b, where b and c are panels: aligned scratch, whose rows are whole numbers of registers.</summary>
    /// <typeparam name="TLanes">The width of a register.</typeparam>
    /// <param name="rows">Rows of a and of c.</param>
    /// <param name="columns">Columns of b and of c; a multiple of a register.</param>
    /// <param name="depth">Columns of a and rows of b.</param>
    /// <param name="a">[rows, depth], of any alignment: only single floats are read from it, and broadcast.</param>
    /// <param name="rowStride">From one row of a to the next.</param>
    /// <param name="stepStride">From one column of a to the next; with the two swapped, a is read transposed.</param>
    /// <param name="b">[depth, columns]</param>
    /// <param name="c">[rows, columns]</param>
    /// <param name="stride">From one row to the next, of b and of c.</param>
    /// <param name="accumulate">Whether to add to what c holds, or to overwrite it.</param>
    internal static void Run<TLanes>(int rows, int columns, int depth, float* a, nint rowStride, nint stepStride, float* b, float* c, nint stride, bool accumulate)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        // Some rows of a meet all columns while they are in the first-level cache; their number is a multiple of every tile's.
        for (; rows > 0; rows -= RowsPerBlock, a += RowsPerBlock * rowStride, c += RowsPerBlock * stride)
        {
            Block<TLanes>(Math.Min(rows, RowsPerBlock), columns, depth, a, rowStride, stepStride, b, c, stride, accumulate);
        }
    }

    private static void Block<TLanes>(int rows, int columns, int depth, float* a, nint rowStride, nint stepStride, float* b, float* c, nint stride, bool accumulate)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        while (columns > 0)
        {
            // Four registers are two and two: one alone has too few sums to keep the multiply–adds busy.
            int registers = columns / TLanes.Count, width = registers == 4 ? 2 : Math.Min(3, registers);
            float* start = accumulate ? c : null;
            switch (width)
            {
                case 3:
                    Rows<TLanes, Three>(rows, depth, a, rowStride, stepStride, b, start, c, stride);
                    break;
                case 2:
                    Rows<TLanes, Two>(rows, depth, a, rowStride, stepStride, b, start, c, stride);
                    break;
                default:
                    Rows<TLanes, One>(rows, depth, a, rowStride, stepStride, b, start, c, stride);
                    break;
            }

            columns -= width * TLanes.Count;
            b += width * TLanes.Count;
            c += width * TLanes.Count;
        }
    }

    /// <summary>All rows of some columns, as many at a time as leave a register each for the sums.</summary>
    private static void Rows<TLanes, TColumns>(int rows, int depth, float* a, nint rowStride, nint stepStride, float* b, float* start, float* c, nint stride)
        where TLanes : unmanaged, ILanes<TLanes>
        where TColumns : struct, ICount
    {
        // Without a start, no tile has one.
        float* s = start;
        nint step = start == null ? 0 : stride;
        for (; TLanes.HasManyRegisters && rows >= 8; rows -= 8, a += 8 * rowStride, c += 8 * stride, s += 8 * step)
        {
            RegisterTile.Run<TLanes, Eight, TColumns>(depth, a, rowStride, stepStride, b, stride, s, stride, c, stride);
        }

        // Eight sums are too few to hide the latency of two multiply–add units, and twelve are enough; but eight rows are four and four, not six and two.
        for (; !TLanes.HasManyRegisters && TColumns.Value == 2 && rows >= 6 && rows != 8; rows -= 6, a += 6 * rowStride, c += 6 * stride, s += 6 * step)
        {
            RegisterTile.Run<TLanes, Six, TColumns>(depth, a, rowStride, stepStride, b, stride, s, stride, c, stride);
        }

        for (; rows >= 4; rows -= 4, a += 4 * rowStride, c += 4 * stride, s += 4 * step)
        {
            RegisterTile.Run<TLanes, Four, TColumns>(depth, a, rowStride, stepStride, b, stride, s, stride, c, stride);
        }

        if (rows >= 2)
        {
            RegisterTile.Run<TLanes, Two, TColumns>(depth, a, rowStride, stepStride, b, stride, s, stride, c, stride);
            rows -= 2;
            a += 2 * rowStride;
            c += 2 * stride;
            s += 2 * step;
        }

        if (rows > 0)
        {
            RegisterTile.Run<TLanes, One, TColumns>(depth, a, rowStride, stepStride, b, stride, s, stride, c, stride);
        }
    }
}
