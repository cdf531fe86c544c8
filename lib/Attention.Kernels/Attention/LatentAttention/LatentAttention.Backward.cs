namespace Attention.Kernels;

public static partial class LatentAttention
{
    /// <summary>The gradient of <see cref="Forward"/>, the expanded form.</summary>
    /// <param name="shape">The sizes that all buffers follow.</param>
    /// <param name="query">[B, N, H, P + C]</param>
    /// <param name="latent">[B, M, R]</param>
    /// <param name="keyWeights">[R, H, C]</param>
    /// <param name="valueWeights">[R, H, Dv]</param>
    /// <param name="key">[B, M, H, P + C]; what Forward wrote.</param>
    /// <param name="value">[B, M, H, Dv]; what Forward wrote.</param>
    /// <param name="output">[B, N, H, Dv]; what Forward wrote.</param>
    /// <param name="logSumExp">[B, H, N]; what Forward wrote.</param>
    /// <param name="outputGradient">[B, N, H, Dv]; dL/doutput.</param>
    /// <param name="keyGradient">[B, M, H, P + C]; overwritten with dL/dkey, on the way.</param>
    /// <param name="valueGradient">[B, M, H, Dv]; overwritten with dL/dvalue, on the way.</param>
    /// <param name="queryGradient">[B, N, H, P + C]; dL/dquery, overwritten.</param>
    /// <param name="latentGradient">[B, M, R]; dL/dlatent, overwritten.</param>
    /// <param name="rotaryKeyGradient">[B, M, P]; dL/drotaryKey, summed over the heads, overwritten.</param>
    /// <param name="keyWeightsGradient">[R, H, C]; dL/dW_uk, overwritten.</param>
    /// <param name="valueWeightsGradient">[R, H, Dv]; dL/dW_uv, overwritten.</param>
    /// <param name="mask">The mask that Forward was given.</param>
    /// <param name="options">The scale that Forward was given; threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, a gradient overlaps another buffer, or the mask does not fit; the message does the arithmetic.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradients are half written.</exception>
    /// <remarks>dc = dK W_ukᵀ + dV W_uvᵀ, dW_uk = cᵀ dK, dW_uv = cᵀ dV, with dK and dV of <see cref="ScaledDotProduct"/>.</remarks>
    public static void Backward(
        LatentShape shape,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> latent,
        ReadOnlySpan<float> keyWeights,
        ReadOnlySpan<float> valueWeights,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> value,
        ReadOnlySpan<float> output,
        ReadOnlySpan<float> logSumExp,
        ReadOnlySpan<float> outputGradient,
        Span<float> keyGradient,
        Span<float> valueGradient,
        Span<float> queryGradient,
        Span<float> latentGradient,
        Span<float> rotaryKeyGradient,
        Span<float> keyWeightsGradient,
        Span<float> valueWeightsGradient,
        Mask mask = default,
        AttentionOptions options = default)
    {
        CheckBackward(
            shape,
            query,
            latent,
            keyWeights,
            valueWeights,
            key,
            value,
            output,
            logSumExp,
            outputGradient,
            keyGradient,
            valueGradient,
            queryGradient,
            latentGradient,
            rotaryKeyGradient,
            keyWeightsGradient,
            valueWeightsGradient,
            mask,
            options);
        ScaledDotProduct.Backward(
            shape.Expanded, query, key, value, output, logSumExp, outputGradient, queryGradient, keyGradient, valueGradient, mask, options with { Layout = AttentionLayout.LengthFirst });
        if (keyGradient.IsEmpty)
        {
            keyWeightsGradient.Clear();
            valueWeightsGradient.Clear();
            return;
        }

        KernelOptions kernel = options.ToKernelOptions();
        Matmul.Backward(shape.ContentKeys, latent, keyWeights, keyGradient[shape.Rotary..], latentGradient, keyWeightsGradient, options: kernel);
        Matmul.Backward(shape.Values, latent, valueWeights, valueGradient, default, valueWeightsGradient, options: kernel);
        var latents = new MatmulShape(shape.Batch * shape.Keys, shape.Latent, shape.Heads * shape.ValueWidth) { TransposeRight = true, Accumulate = true };
        Matmul.Forward(latents, valueGradient, valueWeights, latentGradient, options: kernel);
        SumRotaryKeys(shape, keyGradient, rotaryKeyGradient);
    }

    private static void SumRotaryKeys(LatentShape shape, ReadOnlySpan<float> keyGradient, Span<float> rotaryKeyGradient)
    {
        for (int row = 0; row < shape.Batch * shape.Keys; row++)
        {
            for (int p = 0; p < shape.Rotary; p++)
            {
                float sum = 0;
                for (int h = 0; h < shape.Heads; h++)
                {
                    sum += keyGradient[(((row * shape.Heads) + h) * shape.Width) + p];
                }

                rotaryKeyGradient[(row * shape.Rotary) + p] = sum;
            }
        }
    }

    private static void CheckBackward(
        LatentShape shape,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> latent,
        ReadOnlySpan<float> keyWeights,
        ReadOnlySpan<float> valueWeights,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> value,
        ReadOnlySpan<float> output,
        ReadOnlySpan<float> logSumExp,
        ReadOnlySpan<float> outputGradient,
        ReadOnlySpan<float> keyGradient,
        ReadOnlySpan<float> valueGradient,
        ReadOnlySpan<float> queryGradient,
        ReadOnlySpan<float> latentGradient,
        ReadOnlySpan<float> rotaryKeyGradient,
        ReadOnlySpan<float> keyWeightsGradient,
        ReadOnlySpan<float> valueWeightsGradient,
        Mask mask,
        AttentionOptions options)
    {
        shape.Check();
        options.Check();
        Buffers results = default, inputs = default;
        shape.AddKeys(ref results, nameof(keyGradient), keyGradient);
        shape.AddValues(ref results, nameof(valueGradient), valueGradient);
        shape.AddQueries(ref results, nameof(queryGradient), queryGradient);
        shape.AddLatents(ref results, nameof(latentGradient), latentGradient);
        shape.AddRotaryKeys(ref results, nameof(rotaryKeyGradient), rotaryKeyGradient);
        shape.AddKeyWeights(ref results, nameof(keyWeightsGradient), keyWeightsGradient);
        shape.AddValueWeights(ref results, nameof(valueWeightsGradient), valueWeightsGradient);
        shape.AddQueries(ref inputs, nameof(query), query);
        shape.AddLatents(ref inputs, nameof(latent), latent);
        shape.AddKeyWeights(ref inputs, nameof(keyWeights), keyWeights);
        shape.AddValueWeights(ref inputs, nameof(valueWeights), valueWeights);
        shape.AddKeys(ref inputs, nameof(key), key);
        shape.AddValues(ref inputs, nameof(value), value);
        shape.AddOutputs(ref inputs, nameof(output), output);
        shape.AddRows(ref inputs, nameof(logSumExp), logSumExp);
        shape.AddOutputs(ref inputs, nameof(outputGradient), outputGradient);
        mask.Check(shape.Expanded);
        mask.AddTo(ref inputs);
        Guard.Apart(results, inputs);
    }
}
