namespace Attention.Kernels;

/// <summary>The sizes of a cache of keys and values.</summary>
/// <param name="Sequences">B: sequences that are continued at the same time, each with a length of its own.</param>
/// <param name="KeyHeads">G: key and value heads.</param>
/// <param name="Width">D: floats in a key.</param>
/// <param name="ValueWidth">Dv: floats in a value.</param>
public readonly record struct CacheShape(int Sequences, int KeyHeads, int Width, int ValueWidth)
{
    /// <summary>Whether a value is the end of its key, the last Dv of its D floats, and is kept there alone: as in latent attention, where a latent is both. Then no values are appended.</summary>
    public bool ValuesEndKeys { get; init; }

    /// <summary>Floats of a value that are kept beside its key.</summary>
    internal int OwnValueWidth => ValuesEndKeys ? 0 : ValueWidth;

    /// <summary>Refuses sizes that describe no cache.</summary>
    internal void Check()
    {
        Guard.NotNegative(nameof(Sequences), Sequences);
        Guard.Positive(nameof(KeyHeads), KeyHeads);
        Guard.Positive(nameof(Width), Width);
        Guard.Positive(nameof(ValueWidth), ValueWidth);
        if (ValuesEndKeys && ValueWidth > Width)
        {
            throw new ArgumentException($"ValueWidth: expected at most Width = {Width}, as values end keys, got {ValueWidth}");
        }
    }
}
