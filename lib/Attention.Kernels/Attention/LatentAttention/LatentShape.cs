namespace Attention.Kernels;

/// <summary>The sizes of multi-head latent attention.</summary>
/// <param name="Batch">B: independent sequences.</param>
/// <param name="Heads">H: heads.</param>
/// <param name="Queries">N: queries per sequence.</param>
/// <param name="Keys">M: latents per sequence.</param>
/// <param name="Latent">R: floats in a latent, from which all heads' keys and values are made.</param>
/// <param name="Rotary">P: floats of a query and of a key that carry the position, the first in their rows; the key's are the same for all heads.</param>
/// <param name="Content">C: floats of a query and of a key that are made without a position.</param>
/// <param name="ValueWidth">Dv: floats in a value.</param>
public readonly record struct LatentShape(int Batch, int Heads, int Queries, int Keys, int Latent, int Rotary, int Content, int ValueWidth)
{
    /// <summary>D = P + C: floats in a query and in a key.</summary>
    public int Width => Rotary + Content;

    /// <summary>What the absorbed form keeps of tokens: of each the rotary key and, behind it, the latent, which is the end of the key and the value both.</summary>
    /// <exception cref="ArgumentException">P + R is more than one buffer can hold.</exception>
    public CacheShape Cache => new(Batch, 1, Guard.Sum("cache", Rotary, Latent), Latent) { ValuesEndKeys = true };

    /// <summary>The attention over keys and values that were made from the latents.</summary>
    internal AttentionShape Expanded => new(Batch, Heads, Heads, Queries, Keys, Width, ValueWidth);

    /// <summary>Each head's content keys, one product per head: latents, which all heads share, times the head's columns of the weights.</summary>
    internal MatmulShape ContentKeys => new(Batch * Keys, Content, Latent)
    {
        Batch = Heads,
        LeftBatchStride = 0,
        RightStride = Heads * Content,
        RightBatchStride = Content,
        ResultStride = Heads * Width,
        ResultBatchStride = Width,
    };

    /// <summary>All heads' values at once.</summary>
    internal MatmulShape Values => new(Batch * Keys, Heads * ValueWidth, Latent);

    internal void Check()
    {
        Guard.NotNegative(nameof(Batch), Batch);
        Guard.Positive(nameof(Heads), Heads);
        Guard.NotNegative(nameof(Queries), Queries);
        Guard.NotNegative(nameof(Keys), Keys);
        Guard.Positive(nameof(Latent), Latent);
        Guard.NotNegative(nameof(Rotary), Rotary);
        Guard.Positive(nameof(Content), Content);
        Guard.Positive(nameof(ValueWidth), ValueWidth);
        _ = Guard.Sum("Width", Rotary, Content);
    }

    /// <summary>[B, N, H, P + C]</summary>
    internal void AddQueries(ref Buffers buffers, string name, ReadOnlySpan<float> buffer) => AddChecked(ref buffers, name, buffer, Batch, Queries, Heads, Width);

    /// <summary>[B, M, R]</summary>
    internal void AddLatents(ref Buffers buffers, string name, ReadOnlySpan<float> buffer) => AddChecked(ref buffers, name, buffer, Batch, Keys, Latent);

    /// <summary>[B, M, P]</summary>
    internal void AddRotaryKeys(ref Buffers buffers, string name, ReadOnlySpan<float> buffer) => AddChecked(ref buffers, name, buffer, Batch, Keys, Rotary);

    /// <summary>[R, H, C]</summary>
    internal void AddKeyWeights(ref Buffers buffers, string name, ReadOnlySpan<float> buffer) => AddChecked(ref buffers, name, buffer, Latent, Heads, Content);

    /// <summary>[R, H, Dv]</summary>
    internal void AddValueWeights(ref Buffers buffers, string name, ReadOnlySpan<float> buffer) => AddChecked(ref buffers, name, buffer, Latent, Heads, ValueWidth);

    /// <summary>[B, M, H, P + C]</summary>
    internal void AddKeys(ref Buffers buffers, string name, ReadOnlySpan<float> buffer) => AddChecked(ref buffers, name, buffer, Batch, Keys, Heads, Width);

    /// <summary>[B, M, H, Dv]</summary>
    internal void AddValues(ref Buffers buffers, string name, ReadOnlySpan<float> buffer) => AddChecked(ref buffers, name, buffer, Batch, Keys, Heads, ValueWidth);

    /// <summary>[B, N, H, Dv]</summary>
    internal void AddOutputs(ref Buffers buffers, string name, ReadOnlySpan<float> buffer) => AddChecked(ref buffers, name, buffer, Batch, Queries, Heads, ValueWidth);

    /// <summary>[B, H, N]</summary>
    internal void AddRows(ref Buffers buffers, string name, ReadOnlySpan<float> buffer) => AddChecked(ref buffers, name, buffer, Batch, Heads, Queries);

    private static void AddChecked(ref Buffers buffers, string name, ReadOnlySpan<float> buffer, params ReadOnlySpan<int> sizes)
    {
        Guard.Length(name, buffer.Length, sizes);
        buffers.Add(name, buffer);
    }
}
