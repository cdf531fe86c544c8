namespace Attention.Kernels;

/// <summary>What lies between a layer's projections, side by side in one buffer.</summary>
internal readonly ref struct MultiHeadSaved
{
    internal MultiHeadSaved(MultiHeadShape shape, Span<float> memory)
    {
        AttentionShape attention = shape.Attention;
        Query = Take(ref memory, attention.QueryCount);
        Key = Take(ref memory, attention.KeyCount);
        Value = Take(ref memory, attention.ValueCount);
        Context = Take(ref memory, attention.OutputCount);
        LogSumExp = Take(ref memory, attention.RowCount);
    }

    /// <summary>[B, N, H, D]</summary>
    internal Span<float> Query { get; }

    /// <summary>[B, M, G, D]</summary>
    internal Span<float> Key { get; }

    /// <summary>[B, M, G, Dv]</summary>
    internal Span<float> Value { get; }

    /// <summary>[B, N, H, Dv]</summary>
    internal Span<float> Context { get; }

    /// <summary>[B, H, N]</summary>
    internal Span<float> LogSumExp { get; }

    private static Span<float> Take(scoped ref Span<float> memory, int count)
    {
        Span<float> part = memory[..count];
        memory = memory[count..];
        return part;
    }
}
