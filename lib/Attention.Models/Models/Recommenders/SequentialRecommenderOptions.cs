using static System.FormattableString;

namespace Attention.Models;

/// <summary>The sizes of a sequential recommender.</summary>
/// <param name="Items">How many items there are.</param>
public sealed record SequentialRecommenderOptions(int Items)
{
    /// <summary>How many of a user's latest items are looked at.</summary>
    public int Context { get; init; } = 50;

    /// <summary>Floats in a row.</summary>
    public int Width { get; init; } = 32;

    /// <summary>Attention heads, a divisor of the width; the paper has one.</summary>
    public int Heads { get; init; } = 1;

    /// <summary>How many layers there are.</summary>
    public int Layers { get; init; } = 2;

    /// <summary>Floats in a row inside the feed-forward part; null: as in a row.</summary>
    public int? InnerWidth { get; init; }

    /// <summary>The share of each part's output, of the embeddings and of the attention's weights that is dropped in training.</summary>
    public float Dropout { get; init; }

    internal TransformerLayerOptions Layer => new(Width, Heads) { InnerWidth = InnerWidth ?? Width, Dropout = Dropout, AttentionDropout = Dropout };

    internal void Check()
    {
        if (Items < 2 || Context < 1 || Width < 1 || Layers < 0 || InnerWidth < 1)
        {
            throw new ArgumentException(
                Invariant($"recommender: expected at least 2 items, a context and widths of at least 1 and no negative number of layers, got {Items}, {Context}, {Width}, {InnerWidth ?? Width} and {Layers}"));
        }
    }
}
