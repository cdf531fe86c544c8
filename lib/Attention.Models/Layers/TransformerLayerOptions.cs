using Attention.Kernels;

namespace Attention.Models;

/// <summary>The sizes and kinds of one layer of a Transformer.</summary>
/// <param name="Width">Floats in a row.</param>
/// <param name="Heads">Attention heads, a divisor of the width.</param>
public sealed record TransformerLayerOptions(int Width, int Heads)
{
    /// <summary>Floats in a row inside the feed-forward part; null: four times the width.</summary>
    public int? InnerWidth { get; init; }

    /// <summary>Key and value heads, a divisor of the heads; null: as many as heads.</summary>
    public int? KeyHeads { get; init; }

    /// <summary>
    /// Whether rows are normalised before each part, so that the residual stream is never normalised itself (Xiong et al. 2020; GPT-2); if not, after it, as in Vaswani et al. 2017 and BERT.
    /// </summary>
    public bool IsPreNorm { get; init; } = true;

    /// <summary>Whether root mean square normalization takes the place of layer normalization.</summary>
    public bool HasRmsNorm { get; init; }

    /// <summary>Keeps a row of equal numbers finite.</summary>
    public float Epsilon { get; init; } = 1e-5f;

    /// <summary>What bends the rows inside the feed-forward part.</summary>
    public Activation Activation { get; init; } = Activation.Relu;

    /// <summary>Whether the feed-forward part has a gate.</summary>
    public bool IsGated { get; init; }

    /// <summary>Whether linear layers have biases.</summary>
    public bool HasBias { get; init; } = true;

    /// <summary>The share of each part's output that is dropped in training (Vaswani et al. 2017, § 5.4).</summary>
    public float Dropout { get; init; }

    /// <summary>The share of the attention's weights that is dropped in training.</summary>
    public float AttentionDropout { get; init; }

    /// <summary>Turns queries and keys by their positions; null: not.</summary>
    public RotaryTable? Rotary { get; init; }

    /// <summary>How the weights begin; null: Xavier's uniform rule.</summary>
    public Initializer? Initializer { get; init; }

    internal AttentionLayerOptions SelfAttention => new(Width, Heads)
    {
        KeyHeads = KeyHeads,
        HasBias = HasBias,
        Dropout = AttentionDropout,
        Rotary = Rotary,
        Initializer = Initializer,
    };

    internal Normalization NewNormalization() => HasRmsNorm ? new RmsNormalization(Width, Epsilon) : new LayerNormalization(Width, Epsilon);

    internal FeedForward NewFeedForward(RandomSource random) => new(Width, InnerWidth ?? checked(4 * Width), random, Activation, 0, IsGated, HasBias, Initializer);
}
