using static System.FormattableString;

namespace Attention.Models;

/// <summary>The sizes and kinds of a BERT.</summary>
/// <param name="Vocabulary">How many word pieces there are.</param>
public sealed record BertOptions(int Vocabulary)
{
    /// <summary>The longest text.</summary>
    public int Positions { get; init; } = 128;

    /// <summary>Floats in a row.</summary>
    public int Width { get; init; } = 64;

    /// <summary>Attention heads, a divisor of the width.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>How many layers there are.</summary>
    public int Layers { get; init; } = 2;

    /// <summary>Floats in a row inside the feed-forward part; null: four times the width.</summary>
    public int? InnerWidth { get; init; }

    /// <summary>How many kinds of segment there are: the first sentence, the second.</summary>
    public int Segments { get; init; } = 2;

    /// <summary>The share of each part's output, of the embeddings and of the attention's weights that is dropped in training; 0.1 in the paper (§ A.2).</summary>
    public float Dropout { get; init; }

    /// <summary>The base model as published, uncased: 110 million parameters.</summary>
    public static BertOptions Base { get; } = new(30522) { Positions = 512, Width = 768, Heads = 12, Layers = 12, Dropout = 0.1f };

    internal TransformerLayerOptions Layer => new(Width, Heads)
    {
        InnerWidth = InnerWidth,
        IsPreNorm = false,
        Epsilon = Bert.Epsilon,
        Activation = Activation.Gelu,
        Dropout = Dropout,
        AttentionDropout = Dropout,
        Initializer = Initializers.TruncatedNormal(),
    };

    internal void Check()
    {
        if (Vocabulary < 1 || Positions < 1 || Layers < 0 || Segments < 1 || InnerWidth < 1)
        {
            throw new ArgumentException(Invariant($"BERT: expected sizes of at least 1, got a vocabulary of {Vocabulary}, {Positions} positions, {Layers} layers and {Segments} segments"));
        }
    }
}
