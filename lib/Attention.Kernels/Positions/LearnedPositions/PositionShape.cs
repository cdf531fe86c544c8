namespace Attention.Kernels;

/// <summary>The sizes of sequences that a table of positions is added to.</summary>
/// <param name="Batch">B: independent sequences.</param>
/// <param name="Length">N: positions of a sequence.</param>
/// <param name="Width">D: floats in a row.</param>
/// <param name="Positions">P: rows of the table.</param>
public readonly record struct PositionShape(int Batch, int Length, int Width, int Positions)
{
    /// <summary>Refuses negative sizes.</summary>
    internal void Check()
    {
        Guard.NotNegative(nameof(Batch), Batch);
        Guard.NotNegative(nameof(Length), Length);
        Guard.Positive(nameof(Width), Width);
        Guard.NotNegative(nameof(Positions), Positions);
    }
}
