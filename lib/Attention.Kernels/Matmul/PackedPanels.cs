namespace Attention.Kernels;

/// <summary>Matrices in panels, one after the other, in memory that somebody else owns.</summary>
/// <param name="start">The first panel, aligned; null: there are none.</param>
/// <param name="matrices">How many; a single one serves any batch.</param>
/// <param name="depth">Rows of a matrix.</param>
/// <param name="columns">Columns of a matrix.</param>
/// <param name="width">Columns of a panel.</param>
internal readonly unsafe struct PackedPanels(float* start, int matrices, int depth, int columns, int width)
{
    internal bool Exist => start != null;

    /// <summary>Columns of a panel; the last may be narrower.</summary>
    internal int Width => width;

    /// <summary>Floats that matrices of these sizes take.</summary>
    internal static Int128 CountOf(int matrices, int depth, int columns, int width) => (Int128)matrices * Panels.CountOf(depth, columns, width);

    /// <summary>Columns of the panel that begins at this column.</summary>
    internal int WidthAt(int column) => Panels.WidthOf(columns - column, width);

    /// <summary>The panel that begins at this column, from a row on.</summary>
    internal float* At(int matrix, int step, int column) =>
        start + ((matrices == 1 ? 0 : matrix) * Panels.CountOf(depth, columns, width)) + (column * Panels.DistanceOf(depth)) + ((long)step * WidthAt(column));

    /// <summary>Packs some columns of one matrix, up to its end or in whole panels.</summary>
    /// <param name="matrix">Which.</param>
    /// <param name="firstColumn">A panel begins there.</param>
    /// <param name="count">How many columns.</param>
    /// <param name="source">The first of these columns.</param>
    /// <param name="stride">From one stored row to the next.</param>
    /// <param name="transposed">Whether the rows to pack are stored as columns.</param>
    internal void Pack<TLanes>(int matrix, int firstColumn, int count, float* source, nint stride, bool transposed)
        where TLanes : unmanaged, ILanes<TLanes> => Panels.Pack<TLanes>(depth, count, source, stride, transposed, At(matrix, 0, firstColumn));
}
