using static System.FormattableString;

namespace Attention.Kernels;

/// <summary>Which linear attention to compute. The default value sees all keys, through elu(x) + 1.</summary>
public readonly record struct LinearAttentionForm
{
    private const int UsualChunkLength = 64;

    /// <summary>The feature map φ of queries and keys.</summary>
    public FeatureMap Map { get; init; }

    /// <summary>Whether query i sees only the keys up to its own, 0 to i; there are as many keys as queries then.</summary>
    public bool Causal { get; init; }

    /// <summary>How many rows are multiplied at once; 0 means 64. It decides the speed, and of the result no more than its rounding.</summary>
    public int ChunkLength { get; init; }

    /// <summary>The rows of a chunk; never more than there are.</summary>
    internal int ChunkFor(AttentionShape shape) =>
        Math.Max(1, Math.Min(ChunkLength == 0 ? UsualChunkLength : ChunkLength, Math.Max(shape.Queries, shape.Keys)));

    internal void Check(AttentionShape shape)
    {
        Guard.NotNegative(nameof(ChunkLength), ChunkLength);
        if (!Enum.IsDefined(Map))
        {
            throw new ArgumentException(Invariant($"{nameof(Map)}: expected one of {string.Join(", ", Enum.GetNames<FeatureMap>())}, got {(int)Map}"));
        }

        if (Causal && shape.Queries != shape.Keys)
        {
            throw new ArgumentException(Invariant($"Queries: expected as many as Keys = {shape.Keys} under a causal form, got {shape.Queries}"));
        }
    }
}
