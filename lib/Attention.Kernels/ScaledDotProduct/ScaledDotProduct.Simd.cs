namespace Attention.Kernels;

public static partial class ScaledDotProduct
{
    internal static unsafe void ForwardSimd<TLanes>(
        AttentionShape shape,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> value,
        Span<float> output,
        Span<float> logSumExp = default,
        Mask mask = default,
        AttentionOptions options = default)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        if (output.IsEmpty)
        {
            return;
        }

        fixed (float* q = query, k = key, v = value, o = output, l = logSumExp)
        {
            ForwardWork<TLanes>.Rent().Run(shape, new ForwardBuffers(q, k, v, o, l), mask, options);
        }
    }
}
