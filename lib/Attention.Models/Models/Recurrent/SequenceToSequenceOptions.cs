namespace Attention.Models;

/// <summary>Where a recurrent decoder attends to the source.</summary>
public enum DecoderAttention
{
    /// <summary>Nowhere: all that is known of the source is the encoder's last state.</summary>
    None,

    /// <summary>Before its step, from the state before it; what it finds goes into the step (Bahdanau, Cho and Bengio 2015).</summary>
    Bahdanau,

    /// <summary>After its step, from the state after it (Luong, Pham and Manning 2015).</summary>
    Luong,
}

/// <summary>The sizes and kinds of a <see cref="SequenceToSequence"/> model.</summary>
/// <param name="SourceVocabulary">Tokens of the source.</param>
/// <param name="TargetVocabulary">Tokens of the target, start and end among them.</param>
public sealed record SequenceToSequenceOptions(int SourceVocabulary, int TargetVocabulary)
{
    /// <summary>Floats in the vector of a token.</summary>
    public int EmbeddingWidth { get; init; } = 32;

    /// <summary>H: floats in a hidden state of the encoder, in each direction, and of the decoder.</summary>
    public int Width { get; init; } = 64;

    /// <summary>Recurrent layers of the encoder and of the decoder.</summary>
    public int Layers { get; init; } = 1;

    /// <summary>Which cells.</summary>
    public RecurrentKind Kind { get; init; } = RecurrentKind.Lstm;

    /// <summary>Whether the encoder reads the source from its end, too; the decoder then begins from a layer over what it read that way.</summary>
    public bool IsBidirectional { get; init; }

    /// <summary>Whether the encoder reads the source from its end only, so that its first words are near the target's (Sutskever, Vinyals and Le 2014, § 3.3).</summary>
    public bool ReversesSource { get; init; }

    /// <summary>Where the decoder attends.</summary>
    public DecoderAttention Attention { get; init; } = DecoderAttention.Luong;

    /// <summary>How it scores.</summary>
    public AttentionScore Score { get; init; } = AttentionScore.General;

    /// <summary>Which words of the source it looks at.</summary>
    public AttentionWindow Window { get; init; }

    /// <summary>How far a local window reaches to either side.</summary>
    public int Radius { get; init; } = 2;

    /// <summary>The longest source, which a location score has to know.</summary>
    public int LongestSource { get; init; } = 64;

    /// <summary>Whether what the decoder told a word from goes into its next step (Luong, Pham and Manning 2015, § 3.3).</summary>
    public bool HasInputFeeding { get; init; }

    /// <summary>The share of vectors and readouts that is dropped in training.</summary>
    public float Dropout { get; init; }

    /// <summary>The id that fills up sources.</summary>
    public int Padding { get; init; } = SequenceTask.Padding;

    /// <summary>The id before a target.</summary>
    public int Start { get; init; } = SequenceTask.Start;

    /// <summary>The id after a target.</summary>
    public int End { get; init; } = SequenceTask.End;

    /// <summary>Without attention: LSTMs, the source reversed (Sutskever, Vinyals and Le 2014).</summary>
    /// <param name="sourceVocabulary">Tokens of the source.</param>
    /// <param name="targetVocabulary">Tokens of the target.</param>
    public static SequenceToSequenceOptions Sutskever(int sourceVocabulary, int targetVocabulary) =>
        new(sourceVocabulary, targetVocabulary) { Attention = DecoderAttention.None, ReversesSource = true };

    /// <summary>With additive attention: GRUs, the encoder bidirectional (Bahdanau, Cho and Bengio 2015).</summary>
    /// <param name="sourceVocabulary">Tokens of the source.</param>
    /// <param name="targetVocabulary">Tokens of the target.</param>
    public static SequenceToSequenceOptions Bahdanau(int sourceVocabulary, int targetVocabulary) =>
        new(sourceVocabulary, targetVocabulary) { Attention = DecoderAttention.Bahdanau, Score = AttentionScore.Additive, Kind = RecurrentKind.Gru, IsBidirectional = true };

    /// <summary>With attention after the step, by the general score, and input feeding: LSTMs (Luong, Pham and Manning 2015).</summary>
    /// <param name="sourceVocabulary">Tokens of the source.</param>
    /// <param name="targetVocabulary">Tokens of the target.</param>
    public static SequenceToSequenceOptions Luong(int sourceVocabulary, int targetVocabulary) =>
        new(sourceVocabulary, targetVocabulary) { HasInputFeeding = true };

    internal RecurrentOptions Encoder => new(Kind, EmbeddingWidth, Width) { Layers = Layers, IsBidirectional = IsBidirectional, Dropout = Dropout };

    internal int KeyWidth => IsBidirectional ? 2 * Width : Width;

    internal ScoreAttentionOptions Scores => new(Width, KeyWidth) { Score = Score, Window = Window, Radius = Radius, MostKeys = LongestSource };

    internal void Check()
    {
        Sizes.AtLeast(1, nameof(SourceVocabulary), SourceVocabulary);
        Sizes.AtLeast(1, nameof(TargetVocabulary), TargetVocabulary);
        Sizes.AtLeast(1, nameof(EmbeddingWidth), EmbeddingWidth);
        Sizes.AtLeast(1, nameof(Width), Width);
        Sizes.AtLeast(1, nameof(Layers), Layers);
        Sizes.IsToken(nameof(Padding), Padding, SourceVocabulary);
        Sizes.IsToken(nameof(Start), Start, TargetVocabulary);
        Sizes.IsToken(nameof(End), End, TargetVocabulary);
        if (HasInputFeeding && Attention != DecoderAttention.Luong)
        {
            throw new ArgumentException($"{nameof(HasInputFeeding)}: belongs to Luong's decoder, got {Attention}");
        }
    }
}
