namespace Attention.Kernels;

/// <summary>How the rows of queries, keys, values and outputs lie in memory.</summary>
public enum AttentionLayout
{
    /// <summary>[B, H, N, D]: one head's rows follow each other.</summary>
    HeadsFirst,

    /// <summary>[B, N, H, D]: one position's heads follow each other, as a projection of all heads at once writes them.</summary>
    LengthFirst,
}
