namespace Attention.Kernels;

/// <summary>What a multi-head attention layer has learned: four matrices, each stored [out, in] as PyTorch stores them, so that a row makes one output, and four biases.</summary>
public readonly ref struct MultiHeadParameters
{
    /// <summary>[H·D, E]; row h·D + d makes feature d of head h's queries.</summary>
    public ReadOnlySpan<float> QueryWeight { get; init; }

    /// <summary>[G·D, Ek]</summary>
    public ReadOnlySpan<float> KeyWeight { get; init; }

    /// <summary>[G·Dv, Ek]</summary>
    public ReadOnlySpan<float> ValueWeight { get; init; }

    /// <summary>[Eo, H·Dv]</summary>
    public ReadOnlySpan<float> OutputWeight { get; init; }

    /// <summary>[H·D]; empty: none.</summary>
    public ReadOnlySpan<float> QueryBias { get; init; }

    /// <summary>[G·D]; empty: none.</summary>
    public ReadOnlySpan<float> KeyBias { get; init; }

    /// <summary>[G·Dv]; empty: none.</summary>
    public ReadOnlySpan<float> ValueBias { get; init; }

    /// <summary>[Eo]; empty: none.</summary>
    public ReadOnlySpan<float> OutputBias { get; init; }

    internal void Check(MultiHeadShape shape)
    {
        CheckPair("queryWeight", QueryWeight, "queryBias", QueryBias, shape.QueryProjection);
        CheckPair("keyWeight", KeyWeight, "keyBias", KeyBias, shape.KeyProjection);
        CheckPair("valueWeight", ValueWeight, "valueBias", ValueBias, shape.ValueProjection);
        CheckPair("outputWeight", OutputWeight, "outputBias", OutputBias, shape.OutputProjection);
    }

    /// <summary>A result must overlap none of them.</summary>
    internal void AddTo(ref Buffers inputs)
    {
        inputs.Add("queryWeight", QueryWeight);
        inputs.Add("keyWeight", KeyWeight);
        inputs.Add("valueWeight", ValueWeight);
        inputs.Add("outputWeight", OutputWeight);
        inputs.Add("queryBias", QueryBias);
        inputs.Add("keyBias", KeyBias);
        inputs.Add("valueBias", ValueBias);
        inputs.Add("outputBias", OutputBias);
    }

    private static void CheckPair(string weightName, ReadOnlySpan<float> weight, string biasName, ReadOnlySpan<float> bias, MatmulShape projection)
    {
        Guard.Length(weightName, weight.Length, projection.Columns, projection.Depth);
        if (!bias.IsEmpty)
        {
            Guard.Length(biasName, bias.Length, projection.Columns);
        }
    }
}
