using static System.FormattableString;

namespace Attention.Models;

/// <summary>The sizes of a <see cref="PointerGenerator"/>.</summary>
/// <param name="Vocabulary">V: words that have a vector and can be written without being copied, the special ones among them.</param>
public sealed record PointerGeneratorOptions(int Vocabulary)
{
    /// <summary>Floats in the vector of a word.</summary>
    public int EmbeddingWidth { get; init; } = 32;

    /// <summary>H: floats in a hidden state of the encoder, in each direction, and of the decoder.</summary>
    public int Width { get; init; } = 48;

    /// <summary>Whether attention sees where it has been, and pays for going there again.</summary>
    public bool HasCoverage { get; init; }

    /// <summary>λ: how much it pays.</summary>
    public float CoverageWeight { get; init; } = 1;

    /// <summary>The id that fills up sources.</summary>
    public int Padding { get; init; }

    /// <summary>The id before a summary.</summary>
    public int Start { get; init; } = 1;

    /// <summary>The id after a summary.</summary>
    public int End { get; init; } = 2;

    /// <summary>The id whose vector all words outside of the vocabulary share.</summary>
    public int Unknown { get; init; } = 3;

    internal ScoreAttentionOptions Scores => new(Width, 2 * Width) { Hidden = 2 * Width, HasCoverage = HasCoverage };

    internal void Check()
    {
        Sizes.AtLeast(1, nameof(EmbeddingWidth), EmbeddingWidth);
        Sizes.AtLeast(1, nameof(Width), Width);
        Sizes.IsToken(nameof(Padding), Padding, Vocabulary);
        Sizes.IsToken(nameof(Start), Start, Vocabulary);
        Sizes.IsToken(nameof(End), End, Vocabulary);
        Sizes.IsToken(nameof(Unknown), Unknown, Vocabulary);
        if (!(CoverageWeight >= 0 && float.IsFinite(CoverageWeight)))
        {
            throw new ArgumentException(Invariant($"{nameof(CoverageWeight)}: expected at least 0, got {CoverageWeight}"));
        }
    }
}
