using static System.FormattableString;

namespace Attention.Models;

/// <summary>How a captioner looks at an image.</summary>
public enum CaptionAttention
{
    /// <summary>A mean of all places, weighted (Xu et al. 2015, § 4.2).</summary>
    Soft,

    /// <summary>One place, drawn in training with the weights as probabilities (§ 4.1); in use the likeliest.</summary>
    Hard,
}

/// <summary>The sizes and kinds of a captioner.</summary>
/// <param name="Vocabulary">How many words there are.</param>
/// <param name="FeatureWidth">Floats in a row of image features.</param>
/// <param name="Start">The word before the first.</param>
/// <param name="End">The word after the last; it also fills captions up to one length.</param>
public sealed record CaptionerOptions(int Vocabulary, int FeatureWidth, int Start, int End)
{
    /// <summary>How it looks.</summary>
    public CaptionAttention Attention { get; init; } = CaptionAttention.Soft;

    /// <summary>Floats in the LSTM's state, in a word's vector, and inside the score.</summary>
    public int Width { get; init; } = 64;

    /// <summary>λ: how much it costs that places are looked at more, or less, than once over the whole caption (eq. 14). Soft attention alone has it.</summary>
    public float DoublyStochastic { get; init; } = 1;

    /// <summary>λ_r: how much the reward of a drawn place counts. Hard attention alone has it.</summary>
    public float Reward { get; init; } = 1;

    /// <summary>λ_e: how much it is worth that the drawing stays open (the entropy). Hard attention alone has it.</summary>
    public float Entropy { get; init; } = 0.01f;

    internal void Check()
    {
        if (Vocabulary < 1 || FeatureWidth < 1 || Width < 1)
        {
            throw new ArgumentException(Invariant($"captioner: expected a vocabulary and widths of at least 1, got {Vocabulary}, {FeatureWidth} and {Width}"));
        }

        if ((uint)Start >= (uint)Vocabulary || (uint)End >= (uint)Vocabulary || Start == End)
        {
            throw new ArgumentException(Invariant($"captioner: expected two different words of {Vocabulary} for start and end, got {Start} and {End}"));
        }

        if (!(DoublyStochastic >= 0 && Reward >= 0 && Entropy >= 0))
        {
            throw new ArgumentException(Invariant($"captioner: expected weights that are not negative, got {DoublyStochastic}, {Reward} and {Entropy}"));
        }
    }
}
