using static System.FormattableString;

namespace Attention.Models;

/// <summary>The sizes of a reader that answers questions by pointing.</summary>
/// <param name="Vocabulary">How many tokens there are.</param>
public sealed record SpanReaderOptions(int Vocabulary)
{
    /// <summary>The longest passage, and the longest question, that it reads.</summary>
    public int Context { get; init; } = 128;

    /// <summary>Floats in a row.</summary>
    public int Width { get; init; } = 32;

    /// <summary>Attention heads, a divisor of the width.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Layers that read question and passage, each for itself.</summary>
    public int Layers { get; init; } = 1;

    /// <summary>Layers in which the passage asks the question.</summary>
    public int CrossLayers { get; init; } = 2;

    /// <summary>Floats in a row inside the feed-forward parts; null: four times the width.</summary>
    public int? InnerWidth { get; init; }

    /// <summary>The share of each part's output and of the embeddings that is dropped in training.</summary>
    public float Dropout { get; init; }

    /// <summary>The most tokens that an answer has.</summary>
    public int LongestAnswer { get; init; } = 15;

    internal TransformerLayerOptions Layer => new(Width, Heads) { InnerWidth = InnerWidth, Activation = Activation.Gelu, Dropout = Dropout };

    internal void Check()
    {
        if (Vocabulary < 1 || Context < 1 || Layers < 0 || CrossLayers < 0 || InnerWidth < 1 || LongestAnswer < 1)
        {
            throw new ArgumentException(Invariant(
                $"reader: expected a vocabulary, a context, an inner width and answers of at least 1 and no negative number of layers, got {Vocabulary}, {Context}, {InnerWidth ?? (4L * Width)}, {LongestAnswer}, {Layers} and {CrossLayers}"));
        }
    }
}

/// <summary>A piece of a passage: an answer.</summary>
/// <param name="First">The first token of it.</param>
/// <param name="Last">The last token of it.</param>
public readonly record struct TokenSpan(int First, int Last);

/// <summary>A question about a passage, as tokens.</summary>
/// <param name="Question">The question's tokens.</param>
/// <param name="Passage">The passage's tokens.</param>
/// <param name="Answer">Where the answer stands; null: the passage does not say.</param>
public sealed record SpanQuestion(int[] Question, int[] Passage, TokenSpan? Answer = null)
{
    /// <summary>A question of SQuAD as tokens; of several right answers the first is taken.</summary>
    /// <param name="question">The question.</param>
    /// <param name="split">Makes tokens of a text, such as <see cref="WordTokenizer.Tokens"/>.</param>
    /// <param name="vocabulary">Makes ids of tokens.</param>
    /// <exception cref="ArgumentException">No token of the passage touches the answer.</exception>
    public static SpanQuestion Of(SquadQuestion question, Func<string, IEnumerable<Token>> split, Vocabulary vocabulary)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(split);
        ArgumentNullException.ThrowIfNull(vocabulary);
        Token[] passage = [.. split(question.Context)];
        return new SpanQuestion(vocabulary.Ids(split(question.Question).Select(token => token.Text)), vocabulary.Ids(passage.Select(token => token.Text)), Place(question, passage));
    }

    private static TokenSpan? Place(SquadQuestion question, Token[] passage)
    {
        if (question.IsImpossible || question.Answers.Count == 0)
        {
            return null;
        }

        // A token that an answer begins or ends within belongs to it.
        SquadAnswer answer = question.Answers[0];
        int first = Array.FindIndex(passage, token => token.End > answer.Start), last = Array.FindLastIndex(passage, token => token.Start < answer.Start + answer.Text.Length);
        return first >= 0 && first <= last ? new TokenSpan(first, last) : throw new ArgumentException(Invariant($"question {question.Id}: no token stands where the answer does, at {answer.Start}"), nameof(question));
    }
}
