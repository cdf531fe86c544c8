using static System.FormattableString;

namespace Attention.Models;

/// <summary>A window that slides over planes of numbers: what convolutions and pooling look through.</summary>
/// <param name="Rows">Its height; 1 for a sequence.</param>
/// <param name="Columns">Its width.</param>
public sealed record SlidingWindow(int Rows, int Columns)
{
    /// <summary>How far it moves, down and across.</summary>
    public (int Down, int Across) Stride { get; init; } = (1, 1);

    /// <summary>Rows above and below, and columns left and right, that are added to a plane: zeros, or for a maximum what is never the largest.</summary>
    public (int Down, int Across) Padding { get; init; }

    /// <summary>How far apart the places are that it looks at; 1: side by side (Yu and Koltun 2016).</summary>
    public (int Down, int Across) Dilation { get; init; } = (1, 1);

    /// <summary>Places in the window.</summary>
    internal int Places => Rows * Columns;

    internal void Check(string operation)
    {
        if (Rows < 1 || Columns < 1 || Stride.Down < 1 || Stride.Across < 1 || Dilation.Down < 1 || Dilation.Across < 1 || Padding.Down < 0 || Padding.Across < 0)
        {
            throw new ArgumentException(
                Invariant($"{operation}: a window of {Rows}×{Columns}, stride {Stride}, padding {Padding}, dilation {Dilation}: expected at least 1 everywhere, and no negative padding"));
        }
    }

    /// <summary>How many windows there are in a plane, down and across.</summary>
    internal (int Down, int Across) Count(string operation, int rows, int columns)
    {
        long down = (long)rows + (2L * Padding.Down) - ((long)Dilation.Down * (Rows - 1)) - 1, across = (long)columns + (2L * Padding.Across) - ((long)Dilation.Across * (Columns - 1)) - 1;
        return down >= 0 && across >= 0
            ? (checked((int)((down / Stride.Down) + 1)), checked((int)((across / Stride.Across) + 1)))
            : throw new ArgumentException(Invariant($"{operation}: a plane of {rows}×{columns} with padding {Padding} is smaller than a window of {Rows}×{Columns} with dilation {Dilation}"));
    }
}
