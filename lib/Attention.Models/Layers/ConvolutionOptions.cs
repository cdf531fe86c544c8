using static System.FormattableString;

namespace Attention.Models;

/// <summary>The sizes and kinds of a convolution.</summary>
/// <param name="Input">Channels that it sees.</param>
/// <param name="Output">Channels that it makes.</param>
/// <param name="Kernel">Places a side of its window.</param>
public sealed record ConvolutionOptions(int Input, int Output, int Kernel)
{
    /// <summary>How far the window moves.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>Zeros around what it sees, on every side.</summary>
    public int Padding { get; init; }

    /// <summary>How far apart the window's places are.</summary>
    public int Dilation { get; init; } = 1;

    /// <summary>Parts of the channels that do not see each other; as many as channels: depthwise.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>Whether every output channel has a bias, which begins at zero.</summary>
    public bool HasBias { get; init; } = true;

    /// <summary>How the weights begin; null: Kaiming's uniform rule, for the ReLU that usually follows.</summary>
    public Initializer? Initializer { get; init; }

    internal SlidingWindow Window => new(Kernel, Kernel) { Stride = (Stride, Stride), Padding = (Padding, Padding), Dilation = (Dilation, Dilation) };

    internal void Check()
    {
        Window.Check("convolution");
        if (Input < 1 || Output < 1 || Groups < 1 || Input % Groups != 0 || Output % Groups != 0)
        {
            throw new ArgumentException(Invariant($"convolution: {Groups} groups do not share {Input} channels in and {Output} channels out evenly"));
        }
    }
}
