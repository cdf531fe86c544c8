using static System.FormattableString;

namespace Attention.Models;

/// <summary>The sizes of a model of texts and images.</summary>
/// <param name="Vocabulary">How many words there are.</param>
/// <param name="ImageSide">Pixels a side of the square images.</param>
/// <param name="PatchSide">Pixels a side of a patch, a divisor of the image's.</param>
public sealed record TextImageOptions(int Vocabulary, int ImageSide, int PatchSide)
{
    /// <summary>Channels of the images.</summary>
    public int Channels { get; init; } = 3;

    /// <summary>The longest text that it reads.</summary>
    public int Context { get; init; } = 16;

    /// <summary>Floats in a row.</summary>
    public int Width { get; init; } = 32;

    /// <summary>Attention heads inside of a text and inside of an image, a divisor of the width.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Layers of each side.</summary>
    public int Layers { get; init; } = 1;

    /// <summary>Floats in a row inside the feed-forward parts; null: four times the width.</summary>
    public int? InnerWidth { get; init; }

    /// <summary>What the cosine of a word and a patch is multiplied by before the softmax over the patches: λ₁ of Lee et al. 2018, 9 there.</summary>
    public float Sharpness { get; init; } = 9;

    /// <summary>The share of each part's output and of the embeddings that is dropped in training.</summary>
    public float Dropout { get; init; }

    internal int Patches => ImageSide / PatchSide * (ImageSide / PatchSide);

    internal int PatchWidth => Channels * PatchSide * PatchSide;

    internal TransformerLayerOptions Layer => new(Width, Heads) { InnerWidth = InnerWidth, Activation = Activation.Gelu, Dropout = Dropout };

    internal void Check()
    {
        if (ImageSide < 1 || PatchSide < 1 || ImageSide % PatchSide != 0)
        {
            throw new ArgumentException(Invariant($"text and image: patches of {PatchSide} pixels do not fill a side of {ImageSide}"));
        }

        if (Vocabulary < 1 || Channels < 1 || Context < 1 || Layers < 0 || InnerWidth < 1)
        {
            throw new ArgumentException(Invariant(
                $"text and image: expected a vocabulary, channels, a context and an inner width of at least 1 and no negative number of layers, got {Vocabulary}, {Channels}, {Context}, {InnerWidth ?? (4L * Width)} and {Layers}"));
        }
    }
}
