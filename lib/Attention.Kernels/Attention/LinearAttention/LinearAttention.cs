namespace Attention.Kernels;

/// <summary>Attention whose weights are products of features, φ(q)·φ(k), so that all keys fold into one small matrix and the cost grows with N + M instead of N · M.</summary>
/// <remarks>
/// <para>
/// <c>outputᵢ = Σⱼ (φ(qᵢ)·φ(kⱼ)) vⱼ / Σⱼ φ(qᵢ)·φ(kⱼ) = φ(qᵢ)ᵀ S / φ(qᵢ)ᵀ z</c> with <c>S = Σⱼ φ(kⱼ) vⱼᵀ</c> and <c>z = Σⱼ φ(kⱼ)</c> (Katharopoulos et al. 2020, eqs. 5 and 9–12).
/// Under a causal form the sums run to j = i.
/// </para>
/// <para>
/// A query whose weights sum to exactly zero, as where there is no key, yields zeros and has no gradient. Queries are not scaled.
/// What a causal form hides is not looked at: a NaN reaches only the queries from its position on.
/// </para>
/// <para>
/// All keys of a sequence become one sum, so no mask can single out a key for one query: only the causal form is left. A scale divides out where the feature map is homogeneous, and else is a factor
/// on the queries. Buffers are heads first. A key head of a sequence is one thread's, with all that it serves: its state is one chain of sums.
/// </para>
/// </remarks>
public static partial class LinearAttention
{
    /// <summary>Attends every query row to all keys, or to those up to its own.</summary>
    /// <param name="shape">The sizes that all buffers follow.</param>
    /// <param name="query">[B, H, N, D]</param>
    /// <param name="key">[B, G, M, D]; one key head serves H/G query heads.</param>
    /// <param name="value">[B, G, M, Dv]</param>
    /// <param name="output">[B, H, N, Dv]; overwritten, must not overlap another buffer.</param>
    /// <param name="normaliser">[B, H, N]; the sum of each query's weights, which the backward pass needs. Empty: not wanted.</param>
    /// <param name="state">[B, G, D, Dv + 1]; S, with z as its last column, over all keys that came before. Read, and overwritten with the state after the last key, so that the next call
    /// carries on. Empty: nothing came before, and nothing follows.</param>
    /// <param name="form">Feature map, causal or not, chunk length.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, a result overlaps another buffer, or a causal form has N ≠ M; the message does the arithmetic.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the outputs are half written.</exception>
    public static unsafe void Forward(
        AttentionShape shape,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> value,
        Span<float> output,
        Span<float> normaliser = default,
        Span<float> state = default,
        LinearAttentionForm form = default,
        KernelOptions options = default)
    {
        options.Check();
        Check(shape, query, key, value, output, normaliser, state, form);
        if (output.IsEmpty && (key.IsEmpty || state.IsEmpty))
        {
            return;
        }

        fixed (float* q = query, k = key, v = value, o = output, n = normaliser, s = state)
        {
            Tiled.Run(new ForwardTiles(shape, form, new(q, k, v, o, n, s)), options.ThreadsFor(Cost(shape)), options);
        }
    }

    private static double Cost(AttentionShape shape) =>
        ((double)shape.Batch * shape.Heads * shape.Queries + ((double)shape.Batch * shape.KeyHeads * shape.Keys)) * shape.Width * (shape.ValueWidth + 1);

    private static void Check(
        AttentionShape shape,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> value,
        ReadOnlySpan<float> output,
        ReadOnlySpan<float> normaliser,
        ReadOnlySpan<float> state,
        LinearAttentionForm form)
    {
        CheckInputs(shape, query, key, value, form);
        Guard.Length(nameof(output), output.Length, shape.Batch, shape.Heads, shape.Queries, shape.ValueWidth);
        CheckApart(nameof(output), output, query, key, value);
        if (!normaliser.IsEmpty)
        {
            Guard.Length(nameof(normaliser), normaliser.Length, shape.Batch, shape.Heads, shape.Queries);
            CheckApart(nameof(normaliser), normaliser, query, key, value);
            Guard.Apart(nameof(normaliser), normaliser, nameof(output), output);
        }

        if (!state.IsEmpty)
        {
            CheckState(nameof(state), shape, state);
            CheckApart(nameof(state), state, query, key, value);
            Guard.Apart(nameof(state), state, nameof(output), output);
            Guard.Apart(nameof(state), state, nameof(normaliser), normaliser);
        }
    }

    private static void CheckInputs(AttentionShape shape, ReadOnlySpan<float> query, ReadOnlySpan<float> key, ReadOnlySpan<float> value, LinearAttentionForm form)
    {
        shape.Check();
        form.Check(shape);
        Guard.Count("state", shape.Width, (int)Math.Min(int.MaxValue, shape.ValueWidth + 1L)); // each thread keeps that of one head
        Guard.Length(nameof(query), query.Length, shape.Batch, shape.Heads, shape.Queries, shape.Width);
        Guard.Length(nameof(key), key.Length, shape.Batch, shape.KeyHeads, shape.Keys, shape.Width);
        Guard.Length(nameof(value), value.Length, shape.Batch, shape.KeyHeads, shape.Keys, shape.ValueWidth);
    }

    private static void CheckState(string name, AttentionShape shape, ReadOnlySpan<float> state) =>
        Guard.Length(name, state.Length, shape.Batch, shape.KeyHeads, shape.Width, shape.ValueWidth + 1);

    private static void CheckApart(string name, ReadOnlySpan<float> result, ReadOnlySpan<float> query, ReadOnlySpan<float> key, ReadOnlySpan<float> value)
    {
        Guard.Apart(name, result, nameof(query), query);
        Guard.Apart(name, result, nameof(key), key);
        Guard.Apart(name, result, nameof(value), value);
    }
}
