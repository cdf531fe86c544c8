using static System.FormattableString;

namespace Attention.Models;

/// <summary>The sizes of a detector.</summary>
/// <param name="ImageSide">Pixels a side of the square images, a multiple of 4.</param>
/// <param name="Classes">How many classes objects have; "no object" is one more.</param>
public sealed record DetectorOptions(int ImageSide, int Classes)
{
    /// <summary>Channels of the images.</summary>
    public int Channels { get; init; } = 3;

    /// <summary>How many objects can be found in an image; 100 in the paper.</summary>
    public int Queries { get; init; } = 6;

    /// <summary>Floats in a row; 256 in the paper.</summary>
    public int Width { get; init; } = 64;

    /// <summary>Attention heads, a divisor of the width.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>How many layers the encoder has, and how many the decoder; 6 in the paper.</summary>
    public int Layers { get; init; } = 2;

    /// <summary>Floats in a row inside the feed-forward parts; null: four times the width.</summary>
    public int? InnerWidth { get; init; }

    /// <summary>The share of each part's output that is dropped in training; 0.1 in the paper.</summary>
    public float Dropout { get; init; }

    /// <summary>How much the distance of two boxes' numbers counts, in matching and in the loss (λ of L1).</summary>
    public float DistanceWeight { get; init; } = 5;

    /// <summary>How much the generalised intersection over union counts, in matching and in the loss (λ of IoU).</summary>
    public float OverlapWeight { get; init; } = 2;

    /// <summary>How much a query without an object counts in the loss of classes: there are many of them.</summary>
    public float NoObjectWeight { get; init; } = 0.1f;

    internal TransformerLayerOptions Layer => new(Width, Heads) { InnerWidth = InnerWidth, Dropout = Dropout };

    internal void Check()
    {
        if (ImageSide < 4 || ImageSide % 4 != 0)
        {
            throw new ArgumentException(Invariant($"detector: expected images whose side is a multiple of 4, got {ImageSide}"));
        }

        if (Classes < 1 || Channels < 1 || Queries < 1 || Layers < 1 || InnerWidth < 1)
        {
            throw new ArgumentException(Invariant($"detector: expected at least 1 of everything, got {Classes} classes, {Channels} channels, {Queries} queries, {Layers} layers, inner width {InnerWidth ?? (4L * Width)}"));
        }

        if (!(DistanceWeight >= 0 && OverlapWeight >= 0 && NoObjectWeight > 0))
        {
            throw new ArgumentException(Invariant($"detector: expected weights that are not negative, and one above 0 for no object, got {DistanceWeight}, {OverlapWeight} and {NoObjectWeight}"));
        }
    }
}
