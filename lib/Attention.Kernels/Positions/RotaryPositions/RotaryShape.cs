using static System.FormattableString;

namespace Attention.Kernels;

/// <summary>The sizes of the rows that a rotary table turns.</summary>
/// <param name="Batch">B: independent sequences.</param>
/// <param name="Heads">H: heads; all rows of one position turn alike.</param>
/// <param name="Length">N: positions of a sequence.</param>
/// <param name="Width">D: floats in a row; those beyond the table's width are copied.</param>
public readonly record struct RotaryShape(int Batch, int Heads, int Length, int Width)
{
    /// <summary>How the rows lie in memory: [B, H, N, D] unless said otherwise.</summary>
    public AttentionLayout Layout { get; init; }

    /// <summary>How many rows there are in all.</summary>
    internal int Rows => Length == 0 ? 0 : Batch * Heads * Length;

    /// <summary>Which sequence a row belongs to.</summary>
    internal int BatchOf(int row) => row / Length / Heads;

    /// <summary>Where in its sequence a row stands.</summary>
    internal int PlaceOf(int row) => (Layout == AttentionLayout.HeadsFirst ? row : row / Heads) % Length;

    /// <summary>Refuses sizes that describe no rows.</summary>
    internal void Check()
    {
        Guard.NotNegative(nameof(Batch), Batch);
        Guard.Positive(nameof(Heads), Heads);
        Guard.NotNegative(nameof(Length), Length);
        Guard.Positive(nameof(Width), Width);
        if (Layout is not (AttentionLayout.HeadsFirst or AttentionLayout.LengthFirst))
        {
            throw new ArgumentException(Invariant($"{nameof(Layout)}: expected HeadsFirst or LengthFirst, got {(int)Layout}"));
        }
    }
}
