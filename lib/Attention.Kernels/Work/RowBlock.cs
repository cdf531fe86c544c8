namespace Attention.Kernels;

/// <summary>Some neighbouring rows of a matrix: the tile of every kernel that treats rows apart. Large enough to be worth handing over, small enough to share evenly.</summary>
internal readonly struct RowBlock(RowShape shape, long tile)
{
    private const int Elements = 1 << 15;

    /// <summary>The first row.</summary>
    internal long First { get; } = tile * RowsOf(shape);

    /// <summary>The row after the last.</summary>
    internal long End { get; } = Math.Min(shape.Rows, (tile + 1) * RowsOf(shape));

    /// <summary>How many blocks the matrix has; none when it has no element.</summary>
    internal static long CountOf(RowShape shape) => shape.Columns == 0 ? 0 : (shape.Rows + RowsOf(shape) - 1) / RowsOf(shape);

    private static long RowsOf(RowShape shape) => Math.Max(1, Elements / shape.Columns);
}
