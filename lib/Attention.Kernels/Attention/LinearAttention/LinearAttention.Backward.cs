namespace Attention.Kernels;

public static partial class LinearAttention
{
    /// <summary>The gradient of <see cref="Forward"/>.</summary>
    /// <param name="shape">The sizes that all buffers follow.</param>
    /// <param name="query">[B, H, N, D]</param>
    /// <param name="key">[B, G, M, D]</param>
    /// <param name="value">[B, G, M, Dv]</param>
    /// <param name="output">[B, H, N, Dv]; what Forward wrote.</param>
    /// <param name="normaliser">[B, H, N]; what Forward wrote.</param>
    /// <param name="outputGradient">[B, H, N, Dv]; dL/doutput.</param>
    /// <param name="queryGradient">[B, H, N, D]; overwritten.</param>
    /// <param name="keyGradient">[B, G, M, D]; overwritten.</param>
    /// <param name="valueGradient">[B, G, M, Dv]; overwritten.</param>
    /// <param name="state">[B, G, D, Dv + 1]; the state that Forward began with. Empty: nothing came before.</param>
    /// <param name="stateGradient">[B, G, D, Dv + 1]; dL/dstate, on entry of the state that Forward left behind, on return of the one that it began with: so the gradient of a sequence in segments
    /// travels from the last to the first. Empty: nothing followed, and what came before is constant.</param>
    /// <param name="form">The form that Forward had.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, a result overlaps another buffer, or a causal form has N ≠ M; the message does the arithmetic.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradients are half written.</exception>
    /// <remarks>
    /// With <c>o = φ(q)ᵀ [S z]</c>, the sums before the division, <c>dφ(qᵢ) = [S z] doᵢ</c>, <c>dφ(kⱼ) = Rⱼ [vⱼ 1]</c> and <c>dvⱼ = Rⱼᵀ φ(kⱼ)</c>, where <c>R = Σ φ(qᵢ) doᵢᵀ</c> over the
    /// queries that see the key: S is summed from the front once more, and R from the back (Katharopoulos et al. 2020, eqs. 13–15).
    /// </remarks>
    public static unsafe void Backward(
        AttentionShape shape,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> value,
        ReadOnlySpan<float> output,
        ReadOnlySpan<float> normaliser,
        ReadOnlySpan<float> outputGradient,
        Span<float> queryGradient,
        Span<float> keyGradient,
        Span<float> valueGradient,
        ReadOnlySpan<float> state = default,
        Span<float> stateGradient = default,
        LinearAttentionForm form = default,
        KernelOptions options = default)
    {
        options.Check();
        CheckBackward(shape, query, key, value, output, normaliser, outputGradient, queryGradient, keyGradient, valueGradient, state, stateGradient, form);
        if (queryGradient.IsEmpty && keyGradient.IsEmpty)
        {
            return;
        }

        fixed (float* q = query, k = key, v = value, o = output, n = normaliser, s = state)
        fixed (float* dout = outputGradient, dq = queryGradient, dk = keyGradient, dv = valueGradient, ds = stateGradient)
        {
            Tiled.Run(new BackwardTiles(shape, form, new(q, k, v, o, n, s), new(dq, dk, dv, dout, null, ds)), options.ThreadsFor(3 * Cost(shape)), options);
        }
    }

    /// <summary>A tile is a key head of a sequence: its chunks follow one another, once from the front and once from the back.</summary>
    private readonly unsafe struct BackwardTiles(AttentionShape shape, LinearAttentionForm form, LinearBuffers buffers, LinearBuffers gradients) : ITiles
    {
        public long Count => (long)shape.Batch * shape.KeyHeads;

        public long ScratchCount => LinearGradientPanels.CountOf(shape, form);

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes> => new LinearGradientTile<TLanes>(shape, form, buffers, gradients, tile, scratch).Run(cancellation);
    }

    private static void CheckBackward(
        AttentionShape shape,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> value,
        ReadOnlySpan<float> output,
        ReadOnlySpan<float> normaliser,
        ReadOnlySpan<float> outputGradient,
        ReadOnlySpan<float> queryGradient,
        ReadOnlySpan<float> keyGradient,
        ReadOnlySpan<float> valueGradient,
        ReadOnlySpan<float> state,
        ReadOnlySpan<float> stateGradient,
        LinearAttentionForm form)
    {
        CheckInputs(shape, query, key, value, form);
        Guard.Length(nameof(output), output.Length, shape.Batch, shape.Heads, shape.Queries, shape.ValueWidth);
        Guard.Length(nameof(normaliser), normaliser.Length, shape.Batch, shape.Heads, shape.Queries);
        Guard.Length(nameof(outputGradient), outputGradient.Length, shape.Batch, shape.Heads, shape.Queries, shape.ValueWidth);
        Guard.Length(nameof(queryGradient), queryGradient.Length, shape.Batch, shape.Heads, shape.Queries, shape.Width);
        Guard.Length(nameof(keyGradient), keyGradient.Length, shape.Batch, shape.KeyHeads, shape.Keys, shape.Width);
        Guard.Length(nameof(valueGradient), valueGradient.Length, shape.Batch, shape.KeyHeads, shape.Keys, shape.ValueWidth);
        if (!state.IsEmpty)
        {
            CheckState(nameof(state), shape, state);
        }

        if (!stateGradient.IsEmpty)
        {
            CheckState(nameof(stateGradient), shape, stateGradient);
        }

        Inputs inputs = new(query, key, value, output, normaliser, outputGradient, state);
        inputs.CheckApart(nameof(queryGradient), queryGradient);
        inputs.CheckApart(nameof(keyGradient), keyGradient);
        inputs.CheckApart(nameof(valueGradient), valueGradient);
        inputs.CheckApart(nameof(stateGradient), stateGradient);
        Guard.Apart(nameof(keyGradient), keyGradient, nameof(queryGradient), queryGradient);
        Guard.Apart(nameof(valueGradient), valueGradient, nameof(queryGradient), queryGradient);
        Guard.Apart(nameof(valueGradient), valueGradient, nameof(keyGradient), keyGradient);
        Guard.Apart(nameof(stateGradient), stateGradient, nameof(queryGradient), queryGradient);
        Guard.Apart(nameof(stateGradient), stateGradient, nameof(keyGradient), keyGradient);
        Guard.Apart(nameof(stateGradient), stateGradient, nameof(valueGradient), valueGradient);
    }

    private readonly ref struct Inputs(
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> value,
        ReadOnlySpan<float> output,
        ReadOnlySpan<float> normaliser,
        ReadOnlySpan<float> outputGradient,
        ReadOnlySpan<float> state)
    {
        private readonly ReadOnlySpan<float> _query = query, _key = key, _value = value, _output = output, _normaliser = normaliser, _outputGradient = outputGradient, _state = state;

        internal void CheckApart(string name, ReadOnlySpan<float> result)
        {
            LinearAttention.CheckApart(name, result, _query, _key, _value);
            Guard.Apart(name, result, "output", _output);
            Guard.Apart(name, result, "normaliser", _normaliser);
            Guard.Apart(name, result, "outputGradient", _outputGradient);
            Guard.Apart(name, result, "state", _state);
        }
    }
}
