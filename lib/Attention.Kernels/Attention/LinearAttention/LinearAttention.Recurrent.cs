namespace Attention.Kernels;

public static partial class LinearAttention
{
    /// <summary>Causal attention one position after the other, as a recurrent network: the state takes in a key, then the query of the same position reads it.</summary>
    /// <remarks>
    /// <c>S += φ(kᵢ) vᵢᵀ, z += φ(kᵢ), outputᵢ = φ(qᵢ)ᵀ S / φ(qᵢ)ᵀ z</c> (Katharopoulos et al. 2020, eqs. 18–20): the same as <see cref="Forward"/> under a causal form, at a cost and a
    /// memory per position that do not grow. What generates text one token at a time calls it with N = M = 1 and keeps the state.
    /// </remarks>
    /// <param name="shape">The sizes that all buffers follow; N = M.</param>
    /// <param name="query">[B, H, N, D]</param>
    /// <param name="key">[B, G, N, D]; one key head serves H/G query heads.</param>
    /// <param name="value">[B, G, N, Dv]</param>
    /// <param name="output">[B, H, N, Dv]; overwritten, must not overlap another buffer.</param>
    /// <param name="normaliser">[B, H, N]; the sum of each query's weights. Empty: not wanted.</param>
    /// <param name="state">[B, G, D, Dv + 1]; S, with z as its last column, after all positions that came before; brought up to date. Empty: nothing came before, and nothing follows.</param>
    /// <param name="map">The feature map φ.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, a result overlaps another buffer, or N ≠ M; the message does the arithmetic.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; outputs and state are half written.</exception>
    public static unsafe void ForwardRecurrent(
        AttentionShape shape,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> value,
        Span<float> output,
        Span<float> normaliser = default,
        Span<float> state = default,
        FeatureMap map = FeatureMap.EluPlusOne,
        KernelOptions options = default)
    {
        options.Check();
        Check(shape, query, key, value, output, normaliser, state, new() { Map = map, Causal = true });
        if (output.IsEmpty)
        {
            return;
        }

        fixed (float* q = query, k = key, v = value, o = output, n = normaliser, s = state)
        {
            Tiled.Run(new RecurrentTiles(shape, map, new(q, k, v, o, n, s)), options.ThreadsFor(Cost(shape)), options);
        }
    }
}
