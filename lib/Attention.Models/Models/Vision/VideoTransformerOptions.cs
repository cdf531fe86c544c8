using static System.FormattableString;

namespace Attention.Models;

/// <summary>The sizes of a Transformer over clips.</summary>
/// <param name="Frame">How a frame is read, and what classes clips have; width, heads and dropout are those of the layers over frames, too.</param>
/// <param name="Frames">The longest clip.</param>
public sealed record VideoTransformerOptions(VisionTransformerOptions Frame, int Frames)
{
    /// <summary>Layers in which the rows of the frames see each other.</summary>
    public int TemporalLayers { get; init; } = 1;

    internal void Check()
    {
        ArgumentNullException.ThrowIfNull(Frame);
        if (Frames < 1 || TemporalLayers < 1)
        {
            throw new ArgumentException(Invariant($"video: expected frames and layers over them of at least 1, got {Frames} and {TemporalLayers}"));
        }
    }
}
