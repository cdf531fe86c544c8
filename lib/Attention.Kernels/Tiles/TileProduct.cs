namespace Attention.Kernels;

/// <summary>A matrix product cut into tiles whose sums fit in registers. All of attention's multiply–adds happen in here.</summary>
internal static unsafe class TileProduct
{
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
        if (TLanes.HasManyRegisters)
        {
            for (; rows >= 8; rows -= 8, a += 8 * rowStride, c += 8 * stride)
            {
                EightRows<TLanes>(columns, depth, a, rowStride, stepStride, b, c, stride, accumulate);
            }
        }

        for (; rows >= 4; rows -= 4, a += 4 * rowStride, c += 4 * stride)
        {
            FourRows<TLanes>(columns, depth, a, rowStride, stepStride, b, c, stride, accumulate);
        }

        for (; rows > 0; rows--, a += rowStride, c += stride)
        {
            for (int column = 0; column < columns; column += TLanes.Count)
            {
                MultiplyTile1x1.Run<TLanes>(depth, a, stepStride, b + column, c + column, stride, accumulate);
            }
        }
    }

    private static void EightRows<TLanes>(int columns, int depth, float* a, nint rowStride, nint stepStride, float* b, float* c, nint stride, bool accumulate)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        // Four registers are two and two: one alone has too few sums to keep the multiply–adds busy.
        for (; columns >= 3 * TLanes.Count && columns != 4 * TLanes.Count; columns -= 3 * TLanes.Count, b += 3 * TLanes.Count, c += 3 * TLanes.Count)
        {
            MultiplyTile8x3.Run<TLanes>(depth, a, rowStride, stepStride, b, c, stride, accumulate);
        }

        for (; columns >= 2 * TLanes.Count; columns -= 2 * TLanes.Count, b += 2 * TLanes.Count, c += 2 * TLanes.Count)
        {
            MultiplyTile8x2.Run<TLanes>(depth, a, rowStride, stepStride, b, c, stride, accumulate);
        }

        if (columns == TLanes.Count)
        {
            MultiplyTile8x1.Run<TLanes>(depth, a, rowStride, stepStride, b, c, stride, accumulate);
        }
    }

    private static void FourRows<TLanes>(int columns, int depth, float* a, nint rowStride, nint stepStride, float* b, float* c, nint stride, bool accumulate)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        // Four registers are two and two: one alone has too few sums to keep the multiply–adds busy.
        for (; columns >= 3 * TLanes.Count && columns != 4 * TLanes.Count; columns -= 3 * TLanes.Count, b += 3 * TLanes.Count, c += 3 * TLanes.Count)
        {
            MultiplyTile4x3.Run<TLanes>(depth, a, rowStride, stepStride, b, c, stride, accumulate);
        }

        for (; columns >= 2 * TLanes.Count; columns -= 2 * TLanes.Count, b += 2 * TLanes.Count, c += 2 * TLanes.Count)
        {
            MultiplyTile4x2.Run<TLanes>(depth, a, rowStride, stepStride, b, c, stride, accumulate);
        }

        if (columns == TLanes.Count)
        {
            MultiplyTile4x1.Run<TLanes>(depth, a, rowStride, stepStride, b, c, stride, accumulate);
        }
    }
}
