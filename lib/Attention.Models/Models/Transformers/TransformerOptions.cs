using static System.FormattableString;

namespace Attention.Models;

/// <summary>The sizes and kinds of a Transformer.</summary>
/// <param name="SourceVocabulary">How many tokens there are to read.</param>
/// <param name="TargetVocabulary">How many tokens there are to write.</param>
public sealed record TransformerOptions(int SourceVocabulary, int TargetVocabulary)
{
    /// <summary>Floats in a row.</summary>
    public int Width { get; init; } = 64;

    /// <summary>Attention heads, a divisor of the width.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>How many layers the encoder has, and how many the decoder.</summary>
    public int Layers { get; init; } = 2;

    /// <summary>Floats in a row inside the feed-forward part; null: four times the width.</summary>
    public int? InnerWidth { get; init; }

    /// <summary>Whether norms stand before each part and once at the end (Xiong et al. 2020), or after each part, as in the paper.</summary>
    public bool IsPreNorm { get; init; }

    /// <summary>The longest text, to read or to write, its start token counted.</summary>
    public int Positions { get; init; } = 256;

    /// <summary>The share of each part's output and of the embeddings that is dropped in training; 0.1 in the paper (§ 5.4).</summary>
    public float Dropout { get; init; }

    /// <summary>The share of the probability that is spread over all tokens alike in training; 0.1 in the paper (§ 5.4).</summary>
    public float LabelSmoothing { get; init; }

    /// <summary>Whether both languages share one embedding, as in the paper (§ 3.4); their vocabularies have to be one then.</summary>
    public bool SharesEmbedding { get; init; }

    /// <summary>The token that fills up a text.</summary>
    public int Padding { get; init; } = SequenceTask.Padding;

    /// <summary>The token before the first that is written.</summary>
    public int Start { get; init; } = SequenceTask.Start;

    /// <summary>The token that ends what is written.</summary>
    public int End { get; init; } = SequenceTask.End;

    /// <summary>The base model of the paper (table 3), for one vocabulary of 37000 byte pairs: 63 million parameters.</summary>
    public static TransformerOptions Base { get; } = new(37000, 37000) { Width = 512, Heads = 8, Layers = 6, Positions = 1024, Dropout = 0.1f, LabelSmoothing = 0.1f, SharesEmbedding = true };

    internal TransformerLayerOptions Layer => new(Width, Heads) { InnerWidth = InnerWidth, IsPreNorm = IsPreNorm, Dropout = Dropout };

    internal void Check()
    {
        if (SourceVocabulary < 1 || TargetVocabulary < 1 || Layers < 1 || Positions < 1 || InnerWidth < 1)
        {
            throw new ArgumentException(Invariant($"Transformer: expected sizes of at least 1, got vocabularies of {SourceVocabulary} and {TargetVocabulary}, {Layers} layers and {Positions} positions"));
        }

        if (new[] { Padding, Start, End }.Any(token => token < 0 || token >= TargetVocabulary) || Padding >= SourceVocabulary)
        {
            throw new ArgumentException(Invariant($"Transformer: padding {Padding}, start {Start} and end {End} are not all among {TargetVocabulary} tokens"));
        }

        if (SharesEmbedding && SourceVocabulary != TargetVocabulary)
        {
            throw new ArgumentException(Invariant($"Transformer: one embedding does not serve vocabularies of {SourceVocabulary} and {TargetVocabulary}"));
        }
    }
}
