using static System.FormattableString;

namespace Attention.Kernels;

public static partial class LatentAttention
{
    /// <summary>The absorbed form, for the newest tokens of each sequence: scores and sums are taken over the latents themselves, as if all heads shared one key and one value.</summary>
    /// <param name="shape">The sizes; Keys plays no part, for each sequence has the cache's length.</param>
    /// <param name="cache">Of shape <see cref="LatentShape.Cache"/>: keys [kᴿ | c] of P + R floats, whose ends are the values c; those of the new tokens already appended, by <see cref="AppendLatents"/>.</param>
    /// <param name="query">[B, N, H, P + C]; the rotary part first.</param>
    /// <param name="keyWeights">[R, H, C]; W_uk.</param>
    /// <param name="valueWeights">[R, H, Dv]; W_uv.</param>
    /// <param name="output">[B, N, H, Dv]; overwritten, must not overlap an input.</param>
    /// <param name="options">Scale, threads, cancellation; the layout is always length first.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, the cache has other sizes, it holds fewer tokens than attend, or the options drop weights; the message does the arithmetic.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the output is half written.</exception>
    /// <remarks>q · (c W_uk) = (q W_ukᵀ) · c and Σ w (c W_uv) = (Σ w c) W_uv (DeepSeek-V2 2024, § 2.1.2). Equal to the expanded form up to rounding. It has no gradient: train with the expanded form.</remarks>
    public static unsafe void ForwardAbsorbed(
        LatentShape shape,
        KeyValueCache cache,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> keyWeights,
        ReadOnlySpan<float> valueWeights,
        Span<float> output,
        AttentionOptions options = default)
    {
        CheckAbsorbed(shape, cache, query, keyWeights, valueWeights, output, options);
        if (output.IsEmpty)
        {
            return;
        }

        int width = shape.Rotary + shape.Latent;
        int absorbedCount = Guard.Count("absorbed queries", shape.Batch, shape.Queries, shape.Heads, width);
        int contextCount = Guard.Count("contexts", shape.Batch, shape.Queries, shape.Heads, shape.Latent);
        KernelOptions kernel = options.ToKernelOptions();
        Scratch scratch = Scratch.Rent((long)absorbedCount + contextCount);
        try
        {
            var absorbed = new Span<float>(scratch.Start, absorbedCount);
            var context = new Span<float>(scratch.Start + absorbedCount, contextCount);
            int rows = shape.Batch * shape.Queries;
            var toLatent = new MatmulShape(rows, shape.Latent, shape.Content)
            {
                Batch = shape.Heads,
                TransposeRight = true,
                LeftStride = shape.Heads * shape.Width,
                LeftBatchStride = shape.Width,
                RightStride = shape.Heads * shape.Content,
                RightBatchStride = shape.Content,
                ResultStride = shape.Heads * width,
                ResultBatchStride = width,
            };
            Matmul.Forward(toLatent, query[shape.Rotary..], keyWeights, absorbed[shape.Rotary..], options: kernel);
            for (int row = 0; row < rows * shape.Heads; row++)
            {
                query.Slice(row * shape.Width, shape.Rotary).CopyTo(absorbed[(row * width)..]);
            }

            AttentionOptions attention = options with { Layout = AttentionLayout.LengthFirst, Scale = options.ScaleFor(shape.Width) };
            Decode.Forward(new DecodeShape(shape.Heads, shape.Queries), cache, absorbed, context, options: attention);
            var toValues = new MatmulShape(rows, shape.ValueWidth, shape.Latent)
            {
                Batch = shape.Heads,
                LeftStride = shape.Heads * shape.Latent,
                LeftBatchStride = shape.Latent,
                RightStride = shape.Heads * shape.ValueWidth,
                RightBatchStride = shape.ValueWidth,
                ResultStride = shape.Heads * shape.ValueWidth,
                ResultBatchStride = shape.ValueWidth,
            };
            Matmul.Forward(toValues, context, valueWeights, output, options: kernel);
        }
        finally
        {
            Scratch.Return(scratch);
        }
    }

    /// <summary>Adds the latents of new tokens to a cache for <see cref="ForwardAbsorbed"/>.</summary>
    /// <param name="shape">The sizes; Keys is how many new tokens each sequence has.</param>
    /// <param name="cache">Of shape <see cref="LatentShape.Cache"/>.</param>
    /// <param name="latent">[B, M, R]</param>
    /// <param name="rotaryKey">[B, M, P]</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, the cache has other sizes, or it has no room; the message does the arithmetic.</exception>
    /// <remarks>A token costs P + R floats; keys and values of H heads of their own would cost H (P + C + Dv).</remarks>
    public static unsafe void AppendLatents(LatentShape shape, KeyValueCache cache, ReadOnlySpan<float> latent, ReadOnlySpan<float> rotaryKey)
    {
        ArgumentNullException.ThrowIfNull(cache);
        shape.Check();
        CheckCache(shape, cache);
        Guard.Length(nameof(latent), latent.Length, shape.Batch, shape.Keys, shape.Latent);
        Guard.Length(nameof(rotaryKey), rotaryKey.Length, shape.Batch, shape.Keys, shape.Rotary);
        int width = shape.Rotary + shape.Latent;
        int count = Guard.Count("keys", shape.Batch, shape.Keys, width);
        Scratch scratch = Scratch.Rent(count);
        try
        {
            var keys = new Span<float>(scratch.Start, count);
            for (int row = 0; row < shape.Batch * shape.Keys; row++)
            {
                rotaryKey.Slice(row * shape.Rotary, shape.Rotary).CopyTo(keys[(row * width)..]);
                latent.Slice(row * shape.Latent, shape.Latent).CopyTo(keys[((row * width) + shape.Rotary)..]);
            }

            cache.Append(shape.Keys, keys, []);
        }
        finally
        {
            Scratch.Return(scratch);
        }
    }

    private static void CheckAbsorbed(
        LatentShape shape,
        KeyValueCache cache,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> keyWeights,
        ReadOnlySpan<float> valueWeights,
        ReadOnlySpan<float> output,
        AttentionOptions options)
    {
        ArgumentNullException.ThrowIfNull(cache);
        options.Check();
        options.CheckUncapped("the absorbed form");
        shape.Check();
        CheckCache(shape, cache);
        if (options.Dropout.IsActive)
        {
            throw new ArgumentException(Invariant($"Dropout: expected a rate of 0, got {options.Dropout.Rate}; the absorbed form continues a text and drops nothing, the expanded form trains"));
        }

        Buffers results = default, inputs = default;
        shape.AddQueries(ref inputs, nameof(query), query);
        shape.AddKeyWeights(ref inputs, nameof(keyWeights), keyWeights);
        shape.AddValueWeights(ref inputs, nameof(valueWeights), valueWeights);
        shape.AddOutputs(ref results, nameof(output), output);
        Guard.Apart(results, inputs);
    }

    private static void CheckCache(LatentShape shape, KeyValueCache cache)
    {
        CacheShape expected = shape.Cache;
        if (cache.Shape != expected)
        {
            throw new ArgumentException($"cache: expected {expected}, got {cache.Shape}");
        }
    }
}
