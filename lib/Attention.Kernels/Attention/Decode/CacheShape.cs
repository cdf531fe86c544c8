namespace Attention.Kernels;

/// <summary>The sizes of a cache of keys and values.</summary>
/// <param name="Sequences">B: sequences that are continued at the same time, each with a length of its own.</param>
/// <param name="KeyHeads">G: key and value heads.</param>
/// <param name="Width">D: floats in a key.</param>
/// <param name="ValueWidth">Dv: floats in a value.</param>
public readonly record struct CacheShape(int Sequences, int KeyHeads, int Width, int ValueWidth)
{
    /// <summary>Refuses sizes that describe no cache.</summary>
    internal void Check()
    {
        Guard.NotNegative(nameof(Sequences), Sequences);
        Guard.Positive(nameof(KeyHeads), KeyHeads);
        Guard.Positive(nameof(Width), Width);
        Guard.Positive(nameof(ValueWidth), ValueWidth);
    }
}
