namespace Attention.Models;

/// <summary>A rectangle in an image, in pixels or in shares of the image.</summary>
/// <param name="Left">Its left edge.</param>
/// <param name="Top">Its upper edge.</param>
/// <param name="Right">Its right edge, no smaller than the left one.</param>
/// <param name="Bottom">Its lower edge, no smaller than the upper one.</param>
public readonly record struct Box(double Left, double Top, double Right, double Bottom)
{
    /// <summary>Width times height; 0 for a box that is turned inside out.</summary>
    public double Area => Math.Max(0, Right - Left) * Math.Max(0, Bottom - Top);

    /// <summary>Intersection over union, 0 to 1 (Jaccard 1901); 0 when neither box has an area.</summary>
    public double IntersectionOverUnion(Box other)
    {
        double shared = new Box(Math.Max(Left, other.Left), Math.Max(Top, other.Top), Math.Min(Right, other.Right), Math.Min(Bottom, other.Bottom)).Area;
        double union = Area + other.Area - shared;
        return union > 0 ? shared / union : 0;
    }

    /// <summary>Intersection over union, less the share of the smallest box around both that neither fills: −1 to 1, and it still tells boxes apart that do not touch (Rezatofighi et al. 2019, algorithm 1).</summary>
    public double GeneralisedIntersectionOverUnion(Box other)
    {
        double shared = new Box(Math.Max(Left, other.Left), Math.Max(Top, other.Top), Math.Min(Right, other.Right), Math.Min(Bottom, other.Bottom)).Area;
        double union = Area + other.Area - shared;
        double around = new Box(Math.Min(Left, other.Left), Math.Min(Top, other.Top), Math.Max(Right, other.Right), Math.Max(Bottom, other.Bottom)).Area;
        return (union > 0 ? shared / union : 0) - (around > 0 ? (around - union) / around : 0);
    }
}
