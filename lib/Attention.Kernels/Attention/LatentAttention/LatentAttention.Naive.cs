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
        CheckInputs(shape, latent, rotaryKey, keyWeights, valueWeights, options);
        CheckExpanded(shape, latent, rotaryKey, keyWeights, valueWeights, "key", key, "value", value);
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
}
