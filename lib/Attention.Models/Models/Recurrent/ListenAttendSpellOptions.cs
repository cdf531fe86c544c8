namespace Attention.Models;

/// <summary>The sizes of a <see cref="ListenAttendSpell"/> model.</summary>
/// <param name="Features">Floats in a moment of sound, such as the bands of a spectrogram.</param>
/// <param name="Vocabulary">What it can write, start and end among it.</param>
public sealed record ListenAttendSpellOptions(int Features, int Vocabulary)
{
    /// <summary>H: floats in a hidden state of the listener, in each direction, and of the speller.</summary>
    public int Width { get; init; } = 32;

    /// <summary>Layers of the listener that halve the time, above the one that does not.</summary>
    public int Pyramids { get; init; } = 2;

    /// <summary>Recurrent layers of the speller.</summary>
    public int SpellerLayers { get; init; } = 1;

    /// <summary>Floats in the vector of a letter.</summary>
    public int EmbeddingWidth { get; init; } = 16;

    /// <summary>The id before a transcript.</summary>
    public int Start { get; init; } = SequenceTask.Start;

    /// <summary>The id after a transcript.</summary>
    public int End { get; init; } = SequenceTask.End;

    internal void Check()
    {
        Sizes.AtLeast(1, nameof(Features), Features);
        Sizes.AtLeast(1, nameof(Width), Width);
        Sizes.AtLeast(0, nameof(Pyramids), Pyramids);
        Sizes.AtLeast(1, nameof(SpellerLayers), SpellerLayers);
        Sizes.AtLeast(1, nameof(EmbeddingWidth), EmbeddingWidth);
        Sizes.IsToken(nameof(Start), Start, Vocabulary);
        Sizes.IsToken(nameof(End), End, Vocabulary);
    }
}
