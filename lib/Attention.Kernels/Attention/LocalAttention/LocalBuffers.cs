namespace Attention.Kernels;

/// <summary>The caller's buffers, pinned while the work runs; or their gradients, each in the place of its buffer.</summary>
internal readonly unsafe struct LocalBuffers(float* query, float* key, float* value, float* centre, float* output, float* logSumExp)
{
    internal readonly float* Query = query;
    internal readonly float* Key = key;
    internal readonly float* Value = value;

    /// <summary>Null: every query is the centre of its own window, or the gradient is not wanted.</summary>
    internal readonly float* Centre = centre;

    internal readonly float* Output = output;

    /// <summary>Null when not wanted.</summary>
    internal readonly float* LogSumExp = logSumExp;
}
