namespace Attention.Models;

/// <summary>The sizes of a recurrent layer.</summary>
/// <param name="Kind">Which cells.</param>
/// <param name="InputWidth">In: floats in a row of the input.</param>
/// <param name="Width">H: floats in a hidden state, of each direction.</param>
public sealed record RecurrentOptions(RecurrentKind Kind, int InputWidth, int Width)
{
    /// <summary>How many layers stand on each other; each reads the hidden states of the one below.</summary>
    public int Layers { get; init; } = 1;

    /// <summary>Whether each layer reads the sequence from its end, too, and gives both hidden states side by side (Schuster and Paliwal 1997).</summary>
    public bool IsBidirectional { get; init; }

    /// <summary>The share of the hidden states between layers that is dropped in training (Zaremba, Sutskever and Vinyals 2014).</summary>
    public float Dropout { get; init; }

    internal int Directions => IsBidirectional ? 2 : 1;

    internal void Check() => Sizes.AtLeast(1, nameof(Layers), Layers);
}
