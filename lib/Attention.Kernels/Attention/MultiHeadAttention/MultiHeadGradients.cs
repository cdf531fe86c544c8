namespace Attention.Kernels;

/// <summary>Where the gradients of a multi-head attention layer go. Each is overwritten; an empty one is not wanted.</summary>
public readonly ref struct MultiHeadGradients
{
    /// <summary>[B, N, E]; in self-attention what the row gets as query, key and value together.</summary>
    public Span<float> Input { get; init; }

    /// <summary>[B, M, Ek]; only where there is a memory apart from the input.</summary>
    public Span<float> Memory { get; init; }

    /// <summary>[H·D, E]</summary>
    public Span<float> QueryWeight { get; init; }

    /// <summary>[G·D, Ek]</summary>
    public Span<float> KeyWeight { get; init; }

    /// <summary>[G·Dv, Ek]</summary>
    public Span<float> ValueWeight { get; init; }

    /// <summary>[Eo, H·Dv]</summary>
    public Span<float> OutputWeight { get; init; }

    /// <summary>[H·D]</summary>
    public Span<float> QueryBias { get; init; }

    /// <summary>[G·D]. Zero but for rounding: a bias of the keys shifts all scores of a query alike.</summary>
    public Span<float> KeyBias { get; init; }

    /// <summary>[G·Dv]</summary>
    public Span<float> ValueBias { get; init; }

    /// <summary>[Eo]</summary>
    public Span<float> OutputBias { get; init; }

    /// <summary>As the mask's bias is, [N, M], [B, 1, N, M], [B, H, N, M] or [H, N, M]; summed over what shares a place, zero where hidden.</summary>
    public Span<float> MaskBias { get; init; }

    /// <summary>[H, buckets], as the table of the mask's relative bias is; summed over all distances of a bucket.</summary>
    public Span<float> MaskTable { get; init; }

    /// <summary>How many there are, wanted or not.</summary>
    internal const int Count = 12;

    /// <summary>The gradients by number, so that a check need not name each.</summary>
    internal Span<float> this[int index] => index switch
    {
        0 => Input,
        1 => Memory,
        2 => QueryWeight,
        3 => KeyWeight,
        4 => ValueWeight,
        5 => OutputWeight,
        6 => QueryBias,
        7 => KeyBias,
        8 => ValueBias,
        9 => OutputBias,
        10 => MaskBias,
        _ => MaskTable,
    };

    internal static string NameOf(int index) => index switch
    {
        0 => "gradients.Input",
        1 => "gradients.Memory",
        2 => "gradients.QueryWeight",
        3 => "gradients.KeyWeight",
        4 => "gradients.ValueWeight",
        5 => "gradients.OutputWeight",
        6 => "gradients.QueryBias",
        7 => "gradients.KeyBias",
        8 => "gradients.ValueBias",
        9 => "gradients.OutputBias",
        10 => "gradients.MaskBias",
        _ => "gradients.MaskTable",
    };

    /// <summary>What a backward pass writes.</summary>
    internal void AddTo(ref Buffers results)
    {
        for (int i = 0; i < Count; i++)
        {
            results.Add(NameOf(i), this[i]);
        }
    }

    internal void CheckLengths(MultiHeadShape shape, Mask mask)
    {
        MatmulShape query = shape.QueryProjection, key = shape.KeyProjection, value = shape.ValueProjection, output = shape.OutputProjection;
        CheckLength(0, shape.Batch, shape.Queries, shape.InputWidth);
        CheckLength(1, shape.Batch, shape.Keys, shape.ActualMemoryWidth);
        CheckLength(2, query.Columns, query.Depth);
        CheckLength(3, key.Columns, key.Depth);
        CheckLength(4, value.Columns, value.Depth);
        CheckLength(5, output.Columns, output.Depth);
        CheckLength(6, query.Columns);
        CheckLength(7, key.Columns);
        CheckLength(8, value.Columns);
        CheckLength(9, output.Columns);
        CheckLength(10, mask.BiasLength);
        CheckLength(11, mask.TableLength);
    }

    private void CheckLength(int index, params ReadOnlySpan<int> sizes)
    {
        if (!this[index].IsEmpty)
        {
            Guard.Length(NameOf(index), this[index].Length, sizes);
        }
    }
}
