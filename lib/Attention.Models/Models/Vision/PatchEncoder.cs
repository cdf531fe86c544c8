namespace Attention.Models;

/// <summary>Images as rows that have seen each other: patches, learned positions, pre-norm encoder layers, a last norm (Dosovitskiy et al. 2021, eq. 1 to 4).</summary>
internal sealed class PatchEncoder : Module
{
    private readonly PatchEmbedding _patches;
    private readonly Tensor? _classToken;
    private readonly PositionEmbedding _positions;
    private readonly DropoutLayer _dropout;
    private readonly IReadOnlyList<EncoderLayer> _layers;
    private readonly LayerNormalization _norm;

    /// <summary>An encoder of these sizes, with a learned row before the patches or without.</summary>
    internal PatchEncoder(VisionTransformerOptions options, bool hasClassToken, RandomSource random)
    {
        options.Check();
        _patches = Add("patches", new PatchEmbedding(options.Channels, options.PatchSide, options.Width, random));
        _classToken = hasClassToken ? Parameter("classToken", Tensor.Zeros(1, 1, options.Width)) : null;
        _positions = Add("positions", new PositionEmbedding(options.Patches + (hasClassToken ? 1 : 0), options.Width, random));
        _dropout = Add("dropout", new DropoutLayer(options.Dropout, random));
        _layers = Add("layers", options.Layers, _ => new EncoderLayer(options.Layer, random));
        _norm = Add("norm", new LayerNormalization(options.Width));
    }

    /// <summary>[B, patches, Width], or with the class token's row before them.</summary>
    internal Tensor Forward(Tensor images)
    {
        Tensor x = _patches.Forward(images);
        x = _classToken is null ? x : Tensor.Concat(1, _classToken.Expand(x.Shape[0], 1, x.Shape[2]), x);
        x = _dropout.Forward(_positions.Forward(x));
        foreach (EncoderLayer layer in _layers)
        {
            x = layer.Forward(x);
        }

        return _norm.Forward(x);
    }
}
