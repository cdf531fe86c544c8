using static System.FormattableString;

namespace Attention.Models;

/// <summary>The sizes and kinds of a GPT.</summary>
/// <param name="Vocabulary">How many tokens there are.</param>
public sealed record GptOptions(int Vocabulary)
{
    /// <summary>The longest text that it sees.</summary>
    public int Context { get; init; } = 128;

    /// <summary>Floats in a row.</summary>
    public int Width { get; init; } = 64;

    /// <summary>Attention heads, a divisor of the width.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>How many layers there are.</summary>
    public int Layers { get; init; } = 2;

    /// <summary>Floats in a row inside the feed-forward part; null: four times the width.</summary>
    public int? InnerWidth { get; init; }

    /// <summary>What bends the rows inside the feed-forward part; GPT-2's by the tanh approximation.</summary>
    public Activation Activation { get; init; } = Activation.GeluTanh;

    /// <summary>Whether logits are made with the token embedding (Press and Wolf 2017), as in GPT-2, or with an output matrix of their own.</summary>
    public bool IsTied { get; init; } = true;

    /// <summary>The share of each part's output, of the embeddings and of the attention's weights that is dropped in training.</summary>
    public float Dropout { get; init; }

    /// <summary>The smallest GPT-2 as published: 124 million parameters.</summary>
    public static GptOptions Gpt2Small { get; } = new(50257) { Context = 1024, Width = 768, Heads = 12, Layers = 12, Dropout = 0.1f };

    internal TransformerLayerOptions Layer => new(Width, Heads)
    {
        InnerWidth = InnerWidth,
        Activation = Activation,
        Dropout = Dropout,
        AttentionDropout = Dropout,
        Initializer = Initializers.Normal(),
    };

    internal void Check()
    {
        if (Vocabulary < 1 || Context < 1 || Layers < 0 || InnerWidth < 1)
        {
            throw new ArgumentException(Invariant($"GPT: expected a vocabulary, a context and an inner width of at least 1 and no negative number of layers, got {Vocabulary}, {Context}, {InnerWidth ?? (4L * Width)} and {Layers}"));
        }
    }
}
