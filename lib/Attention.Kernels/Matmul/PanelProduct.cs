namespace Attention.Kernels;

/// <summary>Rows of A times one panel of B, in tiles whose sums fit in registers.</summary>
/// <param name="depth">Columns of A and rows of the panel.</param>
/// <param name="left">[rows, depth], of any alignment: only single floats are read from it.</param>
/// <param name="rowStride">From one row of A to the next.</param>
/// <param name="stepStride">From one column of A to the next.</param>
/// <param name="groupStride">From one group of A's rows, as many as the tallest tile has, to the next.</param>
/// <param name="start">Where the sums begin: C itself to add to it, a row of bias, or null for zero.</param>
/// <param name="startStride">From one row of the start to the next; 0: one row serves all.</param>
/// <param name="result">C.</param>
/// <param name="resultStride">From one row of C to the next.</param>
internal readonly unsafe ref struct PanelProduct(
    int depth, float* left, nint rowStride, nint stepStride, nint groupStride, float* start, nint startStride, float* result, nint resultStride)
{
    private const int MostRows = 8;

    /// <summary>Multiplies.</summary>
    /// <param name="rows">Rows of A.</param>
    /// <param name="panel">[depth, width]</param>
    /// <param name="width">Floats in a row of the panel.</param>
    /// <param name="columns">How many of them belong to C.</param>
    internal void Run<TLanes>(int rows, float* panel, int width, int columns)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int column = 0;
        while (columns - column >= TLanes.Count)
        {
            switch (Math.Min(3, (columns - column) / TLanes.Count))
            {
                case 3:
                    Rows<TLanes, Three>(rows, panel + column, width, column);
                    column += 3 * TLanes.Count;
                    break;
                case 2:
                    Rows<TLanes, Two>(rows, panel + column, width, column);
                    column += 2 * TLanes.Count;
                    break;
                default:
                    Rows<TLanes, One>(rows, panel + column, width, column);
                    column += TLanes.Count;
                    break;
            }
        }

        if (column < columns)
        {
            PartialColumns<TLanes>(rows, panel + column, width, column, columns - column);
        }
    }

    private void Rows<TLanes, TColumns>(int rows, float* panel, int width, int column)
        where TLanes : unmanaged, ILanes<TLanes>
        where TColumns : struct, ICount
    {
        float* a = left, c = result + column, s = start == null ? null : start + column;
        for (; TLanes.HasManyRegisters && rows >= 8; rows -= 8, a += groupStride, c += 8 * resultStride, s += 8 * startStride)
        {
            RegisterTile.Run<TLanes, Eight, TColumns>(depth, a, rowStride, stepStride, panel, width, s, startStride, c, resultStride);
        }

        nint four = TLanes.HasManyRegisters ? 4 * rowStride : groupStride;
        for (; rows >= 4; rows -= 4, a += four, c += 4 * resultStride, s += 4 * startStride)
        {
            RegisterTile.Run<TLanes, Four, TColumns>(depth, a, rowStride, stepStride, panel, width, s, startStride, c, resultStride);
        }

        if (rows >= 2)
        {
            RegisterTile.Run<TLanes, Two, TColumns>(depth, a, rowStride, stepStride, panel, width, s, startStride, c, resultStride);
            rows -= 2;
            a += 2 * rowStride;
            c += 2 * resultStride;
            s += 2 * startStride;
        }

        if (rows > 0)
        {
            RegisterTile.Run<TLanes, One, TColumns>(depth, a, rowStride, stepStride, panel, width, s, startStride, c, resultStride);
        }
    }

    /// <summary>Where fewer columns are left than a register has, C is computed aside: its neighbours are somebody else's.</summary>
    private void PartialColumns<TLanes>(int rows, float* panel, int width, int column, int columns)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float* aside = stackalloc float[MostRows * TLanes.Count];
        new Span<float>(aside, MostRows * TLanes.Count).Clear();
        for (int row = 0; row < rows; row += MostRows)
        {
            int count = Math.Min(MostRows, rows - row);
            for (int r = 0; start != null && r < count; r++)
            {
                new ReadOnlySpan<float>(start + ((row + r) * startStride) + column, columns).CopyTo(new Span<float>(aside + (r * TLanes.Count), columns));
            }

            float* a = left + (row / RowGroups.SizeFor(32 * TLanes.Count) * groupStride);
            PanelProduct part = start == null
                ? new(depth, a, rowStride, stepStride, groupStride, null, 0, aside, TLanes.Count)
                : new(depth, a, rowStride, stepStride, groupStride, aside, TLanes.Count, aside, TLanes.Count);
            part.Rows<TLanes, One>(count, panel, width, 0);
            for (int r = 0; r < count; r++)
            {
                new ReadOnlySpan<float>(aside + (r * TLanes.Count), columns).CopyTo(new Span<float>(result + ((row + r) * resultStride) + column, columns));
            }
        }
    }
}
