namespace Attention.Kernels;

/// <summary>The sizes of new tokens that attend to a cache. The others are the cache's.</summary>
/// <param name="Heads">H: query heads; one key head serves H/G of them, so G divides H.</param>
/// <param name="Queries">N: new tokens per sequence, one or a few, whose keys and values are the last in the cache.</param>
public readonly record struct DecodeShape(int Heads, int Queries)
{
    /// <summary>Refuses sizes that describe no attention to such a cache.</summary>
    internal void Check(CacheShape cache)
    {
        Guard.Positive(nameof(Heads), Heads);
        Guard.NotNegative(nameof(Queries), Queries);
        if (Heads % cache.KeyHeads != 0)
        {
            throw new ArgumentException($"Heads: expected a multiple of the cache's {cache.KeyHeads} key heads, got {Heads}");
        }
    }
}
