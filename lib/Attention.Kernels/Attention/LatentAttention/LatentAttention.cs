namespace Attention.Kernels;

/// <summary>Multi-head latent attention: what is kept of a token is one short latent, from which every head's key and value are made, and one small key that carries the position.</summary>
/// <remarks>
/// DeepSeek-V2 2024, § 2.1, eq. 9–19: keys <c>[kᴿ | c W_uk]</c>, values <c>c W_uv</c>, queries <c>[qᴿ | q]</c>, of which kᴿ and qᴿ were turned by <see cref="RotaryPositions"/>; scores are
/// scaled by 1/√(P + C). The projections that make latents, queries and outputs are plain products, <see cref="Matmul"/>. Training uses the expanded form, which writes keys and
/// values down; <see cref="ForwardAbsorbed"/> moves W_uk into the queries and W_uv behind the weights, reads nothing but latents, and is for continuing a text.
/// </remarks>
public static partial class LatentAttention
{
    /// <summary>The expanded form: keys and values of all heads are made from the latents, and attended to.</summary>
    /// <param name="shape">The sizes that all buffers follow.</param>
    /// <param name="query">[B, N, H, P + C]; the rotary part first.</param>
    /// <param name="latent">[B, M, R]</param>
    /// <param name="rotaryKey">[B, M, P]; one for all heads.</param>
    /// <param name="keyWeights">[R, H, C]; W_uk.</param>
    /// <param name="valueWeights">[R, H, Dv]; W_uv.</param>
    /// <param name="key">[B, M, H, P + C]; overwritten with the keys, which Backward needs.</param>
    /// <param name="value">[B, M, H, Dv]; overwritten with the values, which Backward needs.</param>
    /// <param name="output">[B, N, H, Dv]; overwritten.</param>
    /// <param name="logSumExp">[B, H, N]; ln Σ e^score of each row, which Backward needs. Empty: not wanted.</param>
    /// <param name="mask">Which tokens a query sees; nothing is hidden when omitted.</param>
    /// <param name="options">Scale, threads, cancellation; the layout is always length first.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, a result overlaps another buffer, or the mask does not fit; the message does the arithmetic.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the results are half written.</exception>
    public static void Forward(
        LatentShape shape,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> latent,
        ReadOnlySpan<float> rotaryKey,
        ReadOnlySpan<float> keyWeights,
        ReadOnlySpan<float> valueWeights,
        Span<float> key,
        Span<float> value,
        Span<float> output,
        Span<float> logSumExp = default,
        Mask mask = default,
        AttentionOptions options = default)
    {
        CheckForward(shape, query, latent, rotaryKey, keyWeights, valueWeights, key, value, output, logSumExp, mask, options);
        if (!key.IsEmpty)
        {
            Matmul.Forward(shape.ContentKeys, latent, keyWeights, key[shape.Rotary..], options: options.ToKernelOptions());
            CopyRotaryKeys(shape, rotaryKey, key);
            Matmul.Forward(shape.Values, latent, valueWeights, value, options: options.ToKernelOptions());
        }

        ScaledDotProduct.Forward(shape.Expanded, query, key, value, output, logSumExp, mask, options with { Layout = AttentionLayout.LengthFirst });
    }

    private static void CopyRotaryKeys(LatentShape shape, ReadOnlySpan<float> rotaryKey, Span<float> key)
    {
        for (int row = 0; row < shape.Batch * shape.Keys; row++)
        {
            for (int h = 0; h < shape.Heads; h++)
            {
                rotaryKey.Slice(row * shape.Rotary, shape.Rotary).CopyTo(key[(((row * shape.Heads) + h) * shape.Width)..]);
            }
        }
    }

    private static void CheckForward(
        LatentShape shape,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> latent,
        ReadOnlySpan<float> rotaryKey,
        ReadOnlySpan<float> keyWeights,
        ReadOnlySpan<float> valueWeights,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> value,
        ReadOnlySpan<float> output,
        ReadOnlySpan<float> logSumExp,
        Mask mask,
        AttentionOptions options)
    {
        shape.Check();
        options.Check();
        Buffers results = default, inputs = default;
        shape.AddQueries(ref inputs, nameof(query), query);
        shape.AddLatents(ref inputs, nameof(latent), latent);
        shape.AddRotaryKeys(ref inputs, nameof(rotaryKey), rotaryKey);
        shape.AddKeyWeights(ref inputs, nameof(keyWeights), keyWeights);
        shape.AddValueWeights(ref inputs, nameof(valueWeights), valueWeights);
        shape.AddKeys(ref results, nameof(key), key);
        shape.AddValues(ref results, nameof(value), value);
        shape.AddOutputs(ref results, nameof(output), output);
        if (!logSumExp.IsEmpty)
        {
            shape.AddRows(ref results, nameof(logSumExp), logSumExp);
        }

        mask.Check(shape.Expanded);
        mask.AddTo(ref inputs);
        Guard.Apart(results, inputs);
    }
}
