using static System.FormattableString;

namespace Attention.Kernels;

/// <summary>Planes of numbers, and a window that slides over each of them: what convolutions and pooling look through.</summary>
/// <param name="Planes">P: how many, such as batch times channels.</param>
/// <param name="Rows">Of a plane.</param>
/// <param name="Columns">Of a plane.</param>
/// <param name="WindowRows">The window's height; 1 for a sequence.</param>
/// <param name="WindowColumns">The window's width.</param>
public readonly record struct WindowShape(int Planes, int Rows, int Columns, int WindowRows, int WindowColumns)
{
    /// <summary>How far the window moves, down and across.</summary>
    public (int Down, int Across) Stride { get; init; } = (1, 1);

    /// <summary>Rows above and below, and columns left and right, that are added to a plane.</summary>
    public (int Down, int Across) Padding { get; init; } = (0, 0);

    /// <summary>How far apart the places are that the window looks at; 1: side by side (Yu and Koltun 2016).</summary>
    public (int Down, int Across) Dilation { get; init; } = (1, 1);

    /// <summary>K: places in the window.</summary>
    public int Places => WindowRows * WindowColumns;

    /// <summary>Windows from top to bottom of a plane.</summary>
    public int WindowsDown => Count(Rows, WindowRows, Stride.Down, Padding.Down, Dilation.Down);

    /// <summary>Windows from left to right of a plane.</summary>
    public int WindowsAcross => Count(Columns, WindowColumns, Stride.Across, Padding.Across, Dilation.Across);

    /// <summary>V: windows of a plane.</summary>
    internal int Windows => WindowsDown * WindowsAcross;

    internal int PlaneCount => Rows * Columns;

    /// <summary>The place of the plane that a place of the first window looks at; negative in the padding.</summary>
    internal (int Row, int Column) Offset(int place)
    {
        (int row, int column) = Math.DivRem(place, WindowColumns);
        return ((row * Dilation.Down) - Padding.Down, (column * Dilation.Across) - Padding.Across);
    }

    /// <summary>Which windows of a line, from the first to before the end, have the place inside the plane that the first of them has at this column.</summary>
    internal (int First, int End) Inside(int column)
    {
        (int stride, int count) = (Stride.Across, WindowsAcross);
        int first = column >= 0 ? 0 : (int)Math.Min(count, (-(long)column + stride - 1) / stride), end = column >= Columns ? 0 : (int)Math.Min(count, (((long)Columns - 1 - column) / stride) + 1);
        return (first, Math.Max(first, end));
    }

    /// <summary>Refuses sizes that describe no windows.</summary>
    internal void Check()
    {
        Guard.NotNegative(nameof(Planes), Planes);
        Guard.Positive(nameof(Rows), Rows);
        Guard.Positive(nameof(Columns), Columns);
        Guard.Positive(nameof(WindowRows), WindowRows);
        Guard.Positive(nameof(WindowColumns), WindowColumns);
        CheckWay("down", Rows, WindowRows, Stride.Down, Padding.Down, Dilation.Down);
        CheckWay("across", Columns, WindowColumns, Stride.Across, Padding.Across, Dilation.Across);
        _ = Guard.Count("planes", Planes, Rows, Columns);
        _ = Guard.Count("windows", Planes, WindowRows, WindowColumns, WindowsDown, WindowsAcross);
    }

    private static int Count(int size, int window, int stride, int padding, int dilation) => (int)((size + (2L * padding) - ((long)dilation * (window - 1)) - 1) / stride) + 1;

    private static void CheckWay(string way, int size, int window, int stride, int padding, int dilation)
    {
        if (stride < 1 || padding < 0 || dilation < 1)
        {
            throw new ArgumentException(Invariant($"{way}: expected a stride and a dilation of at least 1 and a padding of zero or more, got {stride}, {dilation} and {padding}"));
        }

        (long padded, long reach) = (size + (2L * padding), ((long)dilation * (window - 1)) + 1);
        if (padded < reach || padded > Array.MaxLength)
        {
            throw new ArgumentException(Invariant($"{way}: a plane of {size}+2×{padding} = {padded} places, and a window that reaches over {dilation}×({window}-1)+1 = {reach}"));
        }
    }
}
