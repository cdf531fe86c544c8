namespace Attention.Kernels;

/// <summary>The gradients of latent attention by number, so that a check need not name each.</summary>
internal readonly ref struct LatentGradients(
    ReadOnlySpan<float> key,
    ReadOnlySpan<float> value,
    ReadOnlySpan<float> query,
    ReadOnlySpan<float> latent,
    ReadOnlySpan<float> rotaryKey,
    ReadOnlySpan<float> keyWeights,
    ReadOnlySpan<float> valueWeights)
{
    internal const int Count = 7;

    private readonly ReadOnlySpan<float> _key = key;
    private readonly ReadOnlySpan<float> _value = value;
    private readonly ReadOnlySpan<float> _query = query;
    private readonly ReadOnlySpan<float> _latent = latent;
    private readonly ReadOnlySpan<float> _rotaryKey = rotaryKey;
    private readonly ReadOnlySpan<float> _keyWeights = keyWeights;
    private readonly ReadOnlySpan<float> _valueWeights = valueWeights;

    internal ReadOnlySpan<float> this[int index] => index switch
    {
        0 => _key,
        1 => _value,
        2 => _query,
        3 => _latent,
        4 => _rotaryKey,
        5 => _keyWeights,
        _ => _valueWeights,
    };

    internal static string NameOf(int index) => index switch
    {
        0 => "keyGradient",
        1 => "valueGradient",
        2 => "queryGradient",
        3 => "latentGradient",
        4 => "rotaryKeyGradient",
        5 => "keyWeightsGradient",
        _ => "valueWeightsGradient",
    };

    internal void CheckLengths(LatentShape shape)
    {
        CheckLength(0, shape.Batch, shape.Keys, shape.Heads, shape.Width);
        CheckLength(1, shape.Batch, shape.Keys, shape.Heads, shape.ValueWidth);
        CheckLength(2, shape.Batch, shape.Queries, shape.Heads, shape.Width);
        CheckLength(3, shape.Batch, shape.Keys, shape.Latent);
        CheckLength(4, shape.Batch, shape.Keys, shape.Rotary);
        CheckLength(5, shape.Latent, shape.Heads, shape.Content);
        CheckLength(6, shape.Latent, shape.Heads, shape.ValueWidth);
    }

    private void CheckLength(int index, params ReadOnlySpan<int> sizes) => Guard.Length(NameOf(index), this[index].Length, sizes);
}
