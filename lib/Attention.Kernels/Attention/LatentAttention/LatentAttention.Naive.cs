namespace Attention.Kernels;

public static partial class LatentAttention
{
    /// <summary>The same as <see cref="Forward"/>, with keys and values made in plain loops and attended to by <see cref="ScaledDotProduct.ForwardNaive"/>: what Forward is held against.</summary>
    /// <inheritdoc cref="Forward"/>
    public static void ForwardNaive(
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
        for (int row = 0; row < shape.Batch * shape.Keys; row++)
        {
            ReadOnlySpan<float> c = latent.Slice(row * shape.Latent, shape.Latent);
            for (int h = 0; h < shape.Heads; h++)
            {
                Span<float> k = key.Slice(((row * shape.Heads) + h) * shape.Width, shape.Width);
                rotaryKey.Slice(row * shape.Rotary, shape.Rotary).CopyTo(k);
                Expand(c, keyWeights, shape.Heads, h, k[shape.Rotary..]);
                Expand(c, valueWeights, shape.Heads, h, value.Slice(((row * shape.Heads) + h) * shape.ValueWidth, shape.ValueWidth));
            }
        }

        ScaledDotProduct.ForwardNaive(shape.Expanded, query, key, value, output, default, logSumExp, mask, options with { Layout = AttentionLayout.LengthFirst });
    }

    /// <summary>
    /// The same as <see cref="ForwardAbsorbed"/>, with queries turned into latents and latents into values in plain loops, attended to by <see cref="Decode.ForwardNaive"/>: what
    /// ForwardAbsorbed is held against.
    /// </summary>
    /// <inheritdoc cref="ForwardAbsorbed"/>
    public static void ForwardAbsorbedNaive(
        LatentShape shape,
        KeyValueCache cache,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> keyWeights,
        ReadOnlySpan<float> valueWeights,
        Span<float> output,
        AttentionOptions options = default)
    {
        CheckAbsorbed(shape, cache, query, keyWeights, valueWeights, output, options);
        int rows = shape.Batch * shape.Queries * shape.Heads, width = shape.Rotary + shape.Latent;
        var absorbed = new float[Guard.Count("absorbed queries", shape.Batch, shape.Queries, shape.Heads, width)];
        var context = new float[Guard.Count("contexts", shape.Batch, shape.Queries, shape.Heads, shape.Latent)];
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<float> q = query.Slice(row * shape.Width, shape.Width);
            q[..shape.Rotary].CopyTo(absorbed.AsSpan(row * width));
            for (int r = 0; r < shape.Latent; r++)
            {
                for (int j = 0; j < shape.Content; j++)
                {
                    absorbed[(row * width) + shape.Rotary + r] += q[shape.Rotary + j] * keyWeights[(((r * shape.Heads) + (row % shape.Heads)) * shape.Content) + j];
                }
            }
        }

        AttentionOptions attention = options with { Layout = AttentionLayout.LengthFirst, Scale = options.ScaleFor(shape.Width) };
        Decode.ForwardNaive(new DecodeShape(shape.Heads, shape.Queries), cache, absorbed, context, options: attention);
        for (int row = 0; row < rows; row++)
        {
            Expand(context.AsSpan(row * shape.Latent, shape.Latent), valueWeights, shape.Heads, row % shape.Heads, output.Slice(row * shape.ValueWidth, shape.ValueWidth));
        }
    }

    /// <summary>The same as <see cref="Backward"/>, with the gradients of keys and values by <see cref="ScaledDotProduct.BackwardNaive"/> and of what they were made from in plain loops: what Backward is held against.</summary>
    /// <inheritdoc cref="Backward"/>
    public static void BackwardNaive(
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
        ScaledDotProduct.BackwardNaive(
            shape.Expanded, query, key, value, output, logSumExp, outputGradient, queryGradient, keyGradient, valueGradient, mask, options with { Layout = AttentionLayout.LengthFirst });
        latentGradient.Clear();
        rotaryKeyGradient.Clear();
        keyWeightsGradient.Clear();
        valueWeightsGradient.Clear();
        for (int row = 0; row < shape.Batch * shape.Keys; row++)
        {
            ReadOnlySpan<float> c = latent.Slice(row * shape.Latent, shape.Latent);
            Span<float> dc = latentGradient.Slice(row * shape.Latent, shape.Latent);
            for (int h = 0; h < shape.Heads; h++)
            {
                ReadOnlySpan<float> dk = keyGradient.Slice(((row * shape.Heads) + h) * shape.Width, shape.Width);
                ReadOnlySpan<float> dv = valueGradient.Slice(((row * shape.Heads) + h) * shape.ValueWidth, shape.ValueWidth);
                for (int p = 0; p < shape.Rotary; p++)
                {
                    rotaryKeyGradient[(row * shape.Rotary) + p] += dk[p];
                }

                ExpandBackward(c, keyWeights, shape.Heads, h, dk[shape.Rotary..], dc, keyWeightsGradient);
                ExpandBackward(c, valueWeights, shape.Heads, h, dv, dc, valueWeightsGradient);
            }
        }
    }

    /// <summary>One head's part of c W.</summary>
    private static void Expand(ReadOnlySpan<float> latent, ReadOnlySpan<float> weights, int heads, int head, Span<float> part)
    {
        for (int j = 0; j < part.Length; j++)
        {
            float sum = 0;
            for (int r = 0; r < latent.Length; r++)
            {
                sum += latent[r] * weights[(((r * heads) + head) * part.Length) + j];
            }

            part[j] = sum;
        }
    }

    /// <summary>What one head's part of c W adds to the gradients of c and W.</summary>
    private static void ExpandBackward(
        ReadOnlySpan<float> latent, ReadOnlySpan<float> weights, int heads, int head, ReadOnlySpan<float> partGradient, Span<float> latentGradient, Span<float> weightsGradient)
    {
        for (int r = 0; r < latent.Length; r++)
        {
            for (int j = 0; j < partGradient.Length; j++)
            {
                int at = (((r * heads) + head) * partGradient.Length) + j;
                latentGradient[r] += partGradient[j] * weights[at];
                weightsGradient[at] += latent[r] * partGradient[j];
            }
        }
    }
}
