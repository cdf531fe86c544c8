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

    /// <summary>How many there are, wanted or not.</summary>
    internal const int Count = 10;

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
        _ => OutputBias,
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
        _ => "gradients.OutputBias",
    };

    internal void CheckLengths(MultiHeadShape shape)
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
    }

    private void CheckLength(int index, params ReadOnlySpan<int> sizes)
    {
        if (!this[index].IsEmpty)
        {
            Guard.Length(NameOf(index), this[index].Length, sizes);
        }
    }
}
