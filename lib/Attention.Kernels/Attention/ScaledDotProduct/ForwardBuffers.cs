namespace Attention.Kernels;

/// <summary>The caller's buffers, pinned while the work runs.</summary>
internal readonly unsafe struct ForwardBuffers(StridedRows query, StridedRows key, StridedRows value, StridedRows output, float* logSumExp)
{
    internal readonly StridedRows Query = query;
    internal readonly StridedRows Key = key;
    internal readonly StridedRows Value = value;
    internal readonly StridedRows Output = output;

    /// <summary>[B, H, N] in every layout; null when not wanted.</summary>
    internal readonly float* LogSumExp = logSumExp;

    /// <summary>Buffers that hold one problem and nothing else.</summary>
    internal static ForwardBuffers Of(AttentionShape shape, AttentionLayout layout, float* query, float* key, float* value, float* output, float* logSumExp) => new(
        new(query, RowStrides.Of(layout, shape.Heads, shape.Queries, shape.Width)),
        new(key, RowStrides.Of(layout, shape.KeyHeads, shape.Keys, shape.Width)),
        new(value, RowStrides.Of(layout, shape.KeyHeads, shape.Keys, shape.ValueWidth)),
        new(output, RowStrides.Of(layout, shape.Heads, shape.Queries, shape.ValueWidth)),
        logSumExp);
}
