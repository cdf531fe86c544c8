namespace Attention.Kernels;

/// <summary>What all tiles of one backward pass share.</summary>
internal unsafe struct BackwardProblem
{
    internal AttentionShape Shape;
    internal BackwardPlan Plan;
    internal BackwardBuffers Buffers;
    internal Mask Mask;

    /// <summary>What scores are multiplied by.</summary>
    internal float Scale;

    /// <summary>Where scores end, or 0.</summary>
    internal float Cap;

    /// <summary>The weights that Forward dropped, to be dropped again.</summary>
    internal WeightDropout Dropout;

    /// <summary>[B, H, N]; −log₂ Σ e^score: what to add to an exponent of two so that the weights sum to one.</summary>
    internal float* Exponents;

    /// <summary>[B, H, N]; Σ output · outputGradient: by how much a row's weights all together would change the loss.</summary>
    internal float* Deltas;

    /// <summary>[tiles, H/G, buckets]; what each tile adds to the gradient of the table. Null when not wanted.</summary>
    internal float* TableParts;
}
