namespace Attention.Kernels;

/// <summary>The parameters of a multi-head attention layer, packed once for many calls: made by <see cref="MultiHeadAttention.Pack"/>. What they were made from may change or go.</summary>
public sealed class MultiHeadWeights
{
    internal MultiHeadWeights(MultiHeadShape shape, MultiHeadParameters parameters)
    {
        Shape = shape with { Batch = 0, Queries = 0, Keys = 0 };
        Query = Matmul.Pack(shape.QueryProjection, parameters.QueryWeight);
        Key = Matmul.Pack(shape.KeyProjection, parameters.KeyWeight);
        Value = Matmul.Pack(shape.ValueProjection, parameters.ValueWeight);
        Output = Matmul.Pack(shape.OutputProjection, parameters.OutputWeight);
        QueryBias = parameters.QueryBias.ToArray();
        KeyBias = parameters.KeyBias.ToArray();
        ValueBias = parameters.ValueBias.ToArray();
        OutputBias = parameters.OutputBias.ToArray();
    }

    /// <summary>The layer's sizes; of a call's sizes, zeros.</summary>
    public MultiHeadShape Shape { get; }

    internal PackedMatrix Query { get; }

    internal PackedMatrix Key { get; }

    internal PackedMatrix Value { get; }

    internal PackedMatrix Output { get; }

    internal float[] QueryBias { get; }

    internal float[] KeyBias { get; }

    internal float[] ValueBias { get; }

    internal float[] OutputBias { get; }

    /// <summary>A call may differ in batch and lengths only.</summary>
    internal void Check(MultiHeadShape shape)
    {
        MultiHeadShape expected = Shape with { Batch = shape.Batch, Queries = shape.Queries, Keys = shape.Keys };
        if ((shape.Attention, shape.InputWidth, shape.ActualMemoryWidth, shape.ActualOutputWidth)
            != (expected.Attention, expected.InputWidth, expected.ActualMemoryWidth, expected.ActualOutputWidth))
        {
            throw new ArgumentException($"weights: packed for {expected}, got {shape}");
        }
    }
}
