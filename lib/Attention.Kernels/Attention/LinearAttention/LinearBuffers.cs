namespace Attention.Kernels;

/// <summary>The caller's buffers, pinned while the work runs.</summary>
internal readonly unsafe struct LinearBuffers(float* query, float* key, float* value, float* output, float* normaliser, float* state)
{
    internal readonly float* Query = query;
    internal readonly float* Key = key;
    internal readonly float* Value = value;
    internal readonly float* Output = output;

    /// <summary>Null when not wanted.</summary>
    internal readonly float* Normaliser = normaliser;

    /// <summary>Null when nothing came before and nothing follows.</summary>
    internal readonly float* State = state;
}
