using static System.FormattableString;

namespace Attention.Models;

/// <summary>The sizes and kinds of a Transformer-XL.</summary>
/// <param name="Vocabulary">How many tokens there are.</param>
public sealed record TransformerXlOptions(int Vocabulary)
{
    /// <summary>The longest segment that is read at once.</summary>
    public int Segment { get; init; } = 32;

    /// <summary>How many rows of earlier segments each layer remembers.</summary>
    public int Memory { get; init; } = 32;

    /// <summary>Floats in a row; even.</summary>
    public int Width { get; init; } = 64;

    /// <summary>Attention heads, a divisor of the width.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>How many layers there are.</summary>
    public int Layers { get; init; } = 2;

    /// <summary>Floats in a row inside the feed-forward part; null: four times the width.</summary>
    public int? InnerWidth { get; init; }

    /// <summary>The share of each part's output and of the embeddings that is dropped in training.</summary>
    public float Dropout { get; init; }

    internal void Check()
    {
        if (Vocabulary < 1 || Segment < 1 || Memory < 0 || Width < 1 || Heads < 1 || Width % Heads != 0 || Layers < 1 || InnerWidth < 1)
        {
            throw new ArgumentException(Invariant(
                $"Transformer-XL: expected sizes of at least 1, and heads that share the width evenly, got a vocabulary of {Vocabulary}, segments of {Segment}, a memory of {Memory}, {Heads} heads for the width {Width} and {Layers} layers"));
        }
    }
}
