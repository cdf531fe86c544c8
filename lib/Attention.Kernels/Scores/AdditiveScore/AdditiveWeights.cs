namespace Attention.Kernels;

/// <summary>The weights of an additive score, or their gradients. Those of queries and of keys may be two matrices, or the two sides of one.</summary>
internal readonly unsafe struct AdditiveWeights(float* query, int queryStride, float* key, int keyStride, float* bias, float* vector)
{
    /// <summary>[A, Dq]; null when not wanted.</summary>
    internal readonly float* Query = query;

    /// <summary>From one row to the next.</summary>
    internal readonly int QueryStride = queryStride;

    /// <summary>[A, Dk]; null when not wanted.</summary>
    internal readonly float* Key = key;

    /// <summary>From one row to the next.</summary>
    internal readonly int KeyStride = keyStride;

    /// <summary>[A]; null when there is none.</summary>
    internal readonly float* Bias = bias;

    /// <summary>[A]; null when not wanted.</summary>
    internal readonly float* Vector = vector;
}
