namespace Attention.Models;

/// <summary>A memory's projections, to be attended to.</summary>
/// <param name="Key">[B, M, G, D]</param>
/// <param name="Value">[B, M, G, Dv]</param>
public sealed record KeysAndValues(Tensor Key, Tensor Value)
{
    /// <summary>The position of the first row, by which keys were turned.</summary>
    public int FirstPosition { get; init; }
}
