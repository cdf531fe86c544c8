using Attention.Kernels;

namespace Attention.Models;

/// <summary>A layer of an encoder: rows attend to each other, and then each is bent for itself (Vaswani et al. 2017, § 3.1). Under a causal mask it is the layer of a language model, such as GPT's.</summary>
/// <remarks>Pre-norm: <c>x += Attention(Norm(x))</c>, <c>x += FFN(Norm(x))</c>. Post-norm: <c>x = Norm(x + Attention(x))</c>, <c>x = Norm(x + FFN(x))</c>.</remarks>
public sealed class EncoderLayer : Module
{
    private readonly AttentionLayer _attention;
    private readonly FeedForward _feedForward;
    private readonly Residual _first;
    private readonly Residual _second;

    /// <summary>A layer of these sizes.</summary>
    /// <param name="options">The sizes and kinds.</param>
    /// <param name="random">For the first weights, and for dropout.</param>
    public EncoderLayer(TransformerLayerOptions options, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(options);
        Normalization first = Add("attentionNorm", options.NewNormalization());
        _attention = Add("attention", new AttentionLayer(options.SelfAttention, random));
        Normalization second = Add("feedForwardNorm", options.NewNormalization());
        _feedForward = Add("feedForward", options.NewFeedForward(random));
        DropoutLayer dropout = Add("dropout", new DropoutLayer(options.Dropout, random));
        _first = new(first, dropout, options.IsPreNorm);
        _second = new(second, dropout, options.IsPreNorm);
    }

    /// <summary>Every row after it has seen the others.</summary>
    /// <param name="x">[B, N, Width]</param>
    /// <param name="mask">Which rows a row sees; all, when omitted.</param>
    /// <returns>[B, N, Width]</returns>
    public Tensor Forward(Tensor x, Mask mask = default)
    {
        x = _first.Around(x, rows => _attention.Forward(rows, mask: mask));
        return _second.Around(x, _feedForward.Forward);
    }

    /// <summary>A cache for so many tokens of each sequence.</summary>
    public KeyValueCache NewCache(int batch, int capacity) => _attention.NewCache(batch, capacity);

    /// <summary>A cache of pages, whose forks share what they have in common: for texts that part, as those of a beam search do.</summary>
    /// <param name="batch">How many sequences it begins with.</param>
    /// <param name="pages">What <see cref="NewPages"/> gave.</param>
    public KeyValueCache NewCache(int batch, PagePool pages) => _attention.NewCache(batch, pages);

    /// <summary>Pages for so many sequences of so many tokens each, in a cache and in its forks.</summary>
    public PagePool NewPages(int sequences, int capacity) => _attention.NewPages(sequences, capacity);

    /// <summary>The newest rows, which see themselves and what the cache holds: what Forward of everything under a causal mask has at its end.</summary>
    /// <param name="x">[B, N, Width]</param>
    /// <param name="cache">What <see cref="NewCache(int, int)"/> gave; the rows are added to it.</param>
    /// <param name="mask">What else is hidden or added: key starts, a window, slopes.</param>
    /// <returns>[B, N, Width]</returns>
    public Tensor Continue(Tensor x, KeyValueCache cache, Mask mask = default)
    {
        x = _first.Around(x, rows => _attention.Continue(rows, cache, mask));
        return _second.Around(x, _feedForward.Forward);
    }
}
