using static System.FormattableString;

namespace Attention.Models;

/// <summary>The sizes of a Transformer over images.</summary>
/// <param name="ImageSide">Pixels a side of the square images.</param>
/// <param name="PatchSide">Pixels a side of a patch, a divisor of the image's.</param>
/// <param name="Classes">How many classes there are, of images or of pixels.</param>
public sealed record VisionTransformerOptions(int ImageSide, int PatchSide, int Classes)
{
    /// <summary>Channels of the images.</summary>
    public int Channels { get; init; } = 3;

    /// <summary>Floats in a row.</summary>
    public int Width { get; init; } = 64;

    /// <summary>Attention heads, a divisor of the width.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>How many layers there are.</summary>
    public int Layers { get; init; } = 2;

    /// <summary>Floats in a row inside the feed-forward part; null: four times the width.</summary>
    public int? InnerWidth { get; init; }

    /// <summary>The share of each part's output and of the embedding that is dropped in training.</summary>
    public float Dropout { get; init; }

    /// <summary>ViT-Base as published, for ImageNet: patches of 16×16, 86 million parameters.</summary>
    public static VisionTransformerOptions Base16 { get; } = new(224, 16, 1000) { Width = 768, Heads = 12, Layers = 12, Dropout = 0.1f };

    internal int Grid => ImageSide / PatchSide;

    internal int Patches => Grid * Grid;

    internal TransformerLayerOptions Layer => new(Width, Heads) { InnerWidth = InnerWidth, Activation = Activation.Gelu, Dropout = Dropout };

    internal void Check()
    {
        if (ImageSide < 1 || PatchSide < 1 || ImageSide % PatchSide != 0)
        {
            throw new ArgumentException(Invariant($"vision: patches of {PatchSide} pixels do not fill a side of {ImageSide}"));
        }

        if (Classes < 1 || Channels < 1 || Layers < 0 || InnerWidth < 1)
        {
            throw new ArgumentException(
                Invariant($"vision: expected classes, channels and an inner width of at least 1 and no negative number of layers, got {Classes}, {Channels}, {InnerWidth ?? (4L * Width)} and {Layers}"));
        }
    }

    internal void CheckImages(Tensor images)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.Rank != 4 || images.Shape[0] == 0 || !images.Shape.Is(images.Shape[0], Channels, ImageSide, ImageSide))
        {
            throw new ArgumentException(Invariant($"vision: expected images [batch, {Channels}, {ImageSide}, {ImageSide}], got {images.Shape}"));
        }
    }
}
