using Attention.Kernels;

namespace Attention.Models;

/// <summary>A layer of a decoder: rows attend to those before them, then to the encoder's, and then each is bent for itself (Vaswani et al. 2017, § 3.1).</summary>
public sealed class DecoderLayer : Module
{
    private readonly AttentionLayer _attention;
    private readonly AttentionLayer _crossAttention;
    private readonly FeedForward _feedForward;
    private readonly Residual _first;
    private readonly Residual _second;
    private readonly Residual _third;

    /// <summary>A layer of these sizes.</summary>
    /// <param name="options">The sizes and kinds.</param>
    /// <param name="random">For the first weights, and for dropout.</param>
    /// <param name="memoryWidth">Floats in a row of the encoder's; null: as here.</param>
    public DecoderLayer(TransformerLayerOptions options, RandomSource random, int? memoryWidth = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        Normalization first = Add("attentionNorm", options.NewNormalization());
        _attention = Add("attention", new AttentionLayer(options.SelfAttention, random));
        Normalization second = Add("crossAttentionNorm", options.NewNormalization());
        _crossAttention = Add("crossAttention", new AttentionLayer(options.SelfAttention with { Rotary = null, MemoryWidth = memoryWidth }, random));
        Normalization third = Add("feedForwardNorm", options.NewNormalization());
        _feedForward = Add("feedForward", options.NewFeedForward(random));
        DropoutLayer dropout = Add("dropout", new DropoutLayer(options.Dropout, random));
        (_first, _second, _third) = (new(first, dropout, options.IsPreNorm), new(second, dropout, options.IsPreNorm), new(third, dropout, options.IsPreNorm));
    }

    /// <summary>Every row after it has seen those before it, and the memory.</summary>
    /// <param name="x">[B, N, Width]</param>
    /// <param name="memory">[B, M, MemoryWidth]; what the encoder gave.</param>
    /// <param name="mask">Which rows of x a row sees; <see cref="Mask.Causal"/> for a text that is being written.</param>
    /// <param name="memoryMask">Which rows of the memory a row sees, such as those that are no padding.</param>
    /// <returns>[B, N, Width]</returns>
    public Tensor Forward(Tensor x, Tensor memory, Mask mask, Mask memoryMask = default)
    {
        x = _first.Around(x, rows => _attention.Forward(rows, mask: mask));
        x = _second.Around(x, rows => _crossAttention.Forward(rows, memory, memoryMask));
        return _third.Around(x, _feedForward.Forward);
    }

    /// <summary>Projects the memory, once for all rows that will be written.</summary>
    /// <param name="memory">[B, M, MemoryWidth]</param>
    public KeysAndValues Remember(Tensor memory) => _crossAttention.Remember(memory);

    /// <summary>A cache for so many tokens of each sequence.</summary>
    public KeyValueCache NewCache(int batch, int capacity) => _attention.NewCache(batch, capacity);

    /// <summary>A cache of pages, whose forks share what they have in common: for texts that part, as those of a beam search do.</summary>
    /// <param name="batch">How many sequences it begins with.</param>
    /// <param name="pages">What <see cref="NewPages"/> gave.</param>
    public KeyValueCache NewCache(int batch, PagePool pages) => _attention.NewCache(batch, pages);

    /// <summary>Pages for so many sequences of so many tokens each, in a cache and in its forks.</summary>
    public PagePool NewPages(int sequences, int capacity) => _attention.NewPages(sequences, capacity);

    /// <summary>The newest rows, which see themselves, what the cache holds, and the memory: what Forward of everything under a causal mask has at its end.</summary>
    /// <param name="x">[B, N, Width]</param>
    /// <param name="cache">What <see cref="NewCache(int, int)"/> gave; the rows are added to it.</param>
    /// <param name="memory">What <see cref="Remember"/> gave.</param>
    /// <param name="memoryMask">As of Forward.</param>
    /// <returns>[B, N, Width]</returns>
    public Tensor Continue(Tensor x, KeyValueCache cache, KeysAndValues memory, Mask memoryMask = default)
    {
        x = _first.Around(x, rows => _attention.Continue(rows, cache));
        x = _second.Around(x, rows => _crossAttention.Forward(rows, memory, memoryMask));
        return _third.Around(x, _feedForward.Forward);
    }
}
