namespace Attention.Models;

/// <summary>A layer of Transformer-XL, post-norm as in the paper.</summary>
internal sealed class TransformerXlLayer : Module
{
    private readonly RelativeAttentionLayer _attention;
    private readonly FeedForward _feedForward;
    private readonly Residual _first, _second;

    internal TransformerXlLayer(TransformerXlOptions options, RandomSource random)
    {
        LayerNormalization first = Add("attentionNorm", new LayerNormalization(options.Width));
        _attention = Add("attention", new RelativeAttentionLayer(options.Width, options.Heads, random));
        LayerNormalization second = Add("feedForwardNorm", new LayerNormalization(options.Width));
        _feedForward = Add("feedForward", new FeedForward(options.Width, options.InnerWidth ?? checked(4 * options.Width), random, initializer: Initializers.Normal()));
        DropoutLayer dropout = Add("dropout", new DropoutLayer(options.Dropout, random));
        (_first, _second) = (new(first, dropout, isPreNorm: false), new(second, dropout, isPreNorm: false));
    }

    internal Tensor Forward(Tensor x, Tensor? memory, Tensor distances, Tensor contentBias, Tensor positionBias)
    {
        Tensor all = memory is null ? x : Tensor.Concat(1, memory, x);
        x = _first.Around(x, rows => _attention.Forward(rows, all, distances.Slice(0, 0, all.Shape[1]), contentBias, positionBias));
        return _second.Around(x, _feedForward.Forward);
    }
}
