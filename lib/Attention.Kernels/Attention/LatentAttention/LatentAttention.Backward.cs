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
        var gradients = new LatentGradients(keyGradient, valueGradient, queryGradient, latentGradient, rotaryKeyGradient, keyWeightsGradient, valueWeightsGradient);
        CheckBackward(shape, query, latent, keyWeights, valueWeights, key, value, output, logSumExp, outputGradient, gradients, options);
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
        LatentGradients gradients,
        AttentionOptions options)
    {
        shape.Check();
        options.Check();
        Guard.Length(nameof(query), query.Length, shape.Batch, shape.Queries, shape.Heads, shape.Width);
        Guard.Length(nameof(latent), latent.Length, shape.Batch, shape.Keys, shape.Latent);
        Guard.Length(nameof(keyWeights), keyWeights.Length, shape.Latent, shape.Heads, shape.Content);
        Guard.Length(nameof(valueWeights), valueWeights.Length, shape.Latent, shape.Heads, shape.ValueWidth);
        Guard.Length(nameof(key), key.Length, shape.Batch, shape.Keys, shape.Heads, shape.Width);
        Guard.Length(nameof(value), value.Length, shape.Batch, shape.Keys, shape.Heads, shape.ValueWidth);
        Guard.Length(nameof(output), output.Length, shape.Batch, shape.Queries, shape.Heads, shape.ValueWidth);
        Guard.Length(nameof(logSumExp), logSumExp.Length, shape.Batch, shape.Heads, shape.Queries);
        Guard.Length(nameof(outputGradient), outputGradient.Length, shape.Batch, shape.Queries, shape.Heads, shape.ValueWidth);
        gradients.CheckLengths(shape);
        for (int i = 0; i < LatentGradients.Count; i++)
        {
            string name = LatentGradients.NameOf(i);
            Guard.Apart(name, gradients[i], nameof(query), query);
            Guard.Apart(name, gradients[i], nameof(latent), latent);
            Guard.Apart(name, gradients[i], nameof(keyWeights), keyWeights);
            Guard.Apart(name, gradients[i], nameof(valueWeights), valueWeights);
            Guard.Apart(name, gradients[i], nameof(key), key);
            Guard.Apart(name, gradients[i], nameof(value), value);
            Guard.Apart(name, gradients[i], nameof(output), output);
            Guard.Apart(name, gradients[i], nameof(logSumExp), logSumExp);
            Guard.Apart(name, gradients[i], nameof(outputGradient), outputGradient);
            for (int other = 0; other < i; other++)
            {
                Guard.Apart(name, gradients[i], LatentGradients.NameOf(other), gradients[other]);
            }
        }
    }
}
