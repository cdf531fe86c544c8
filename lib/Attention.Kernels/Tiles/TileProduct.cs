namespace Attention.Kernels;

/// <summary>A matrix product cut into tiles whose sums fit in registers. All of attention's multiply–adds happen in here.</summary>
internal static unsafe class TileProduct
{
    /// <summary>c = a · b, or c += a · b, where b and c are panels: aligned scratch, whose rows are whole numbers of register pairs.</summary>
    /// <typeparam name="TLanes">The width of a register.</typeparam>
    /// <param name="rows">Rows of a and of c.</param>
    /// <param name="columns">Columns of b and of c; a multiple of two registers.</param>
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
        (int sixes, int fours, int ones) = Split(rows);
        for (; sixes > 0; sixes--, a += 6 * rowStride, c += 6 * stride)
        {
            int column = 0;
            if (TLanes.HasManyRegisters)
            {
                for (; columns - column >= 4 * TLanes.Count; column += 4 * TLanes.Count)
                {
                    MultiplyTile6x4.Run<TLanes>(depth, a, rowStride, stepStride, b + column, c + column, stride, accumulate);
                }
            }

            for (; column < columns; column += 2 * TLanes.Count)
            {
                MultiplyTile6x2.Run<TLanes>(depth, a, rowStride, stepStride, b + column, c + column, stride, accumulate);
            }
        }

        for (; fours > 0; fours--, a += 4 * rowStride, c += 4 * stride)
        {
            int column = 0;
            if (TLanes.HasManyRegisters)
            {
                for (; columns - column >= 4 * TLanes.Count; column += 4 * TLanes.Count)
                {
                    MultiplyTile4x4.Run<TLanes>(depth, a, rowStride, stepStride, b + column, c + column, stride, accumulate);
                }
            }

            for (; column < columns; column += 2 * TLanes.Count)
            {
                MultiplyTile4x2.Run<TLanes>(depth, a, rowStride, stepStride, b + column, c + column, stride, accumulate);
            }
        }

        for (; ones > 0; ones--, a += rowStride, c += stride)
        {
            int column = 0;
            for (; columns - column >= 4 * TLanes.Count; column += 4 * TLanes.Count)
            {
                MultiplyTile1x4.Run<TLanes>(depth, a, stepStride, b + column, c + column, stride, accumulate);
            }

            for (; column < columns; column += 2 * TLanes.Count)
            {
                MultiplyTile1x2.Run<TLanes>(depth, a, stepStride, b + column, c + column, stride, accumulate);
            }
        }
    }

    /// <summary>rows = 6·sixes + 4·fours + ones, with as few single rows as can be: eight rows are two fours, not a six and two ones.</summary>
    internal static (int Sixes, int Fours, int Ones) Split(int rows)
    {
        int ones = rows & 1;
        int even = rows - ones;
        return (even % 6) switch
        {
            4 => (even / 6, 1, ones),
            2 when even >= 8 => ((even / 6) - 1, 2, ones),
            var rest => (even / 6, 0, rest + ones),
        };
    }
}
