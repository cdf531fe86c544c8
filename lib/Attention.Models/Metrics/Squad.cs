using System.Text.RegularExpressions;

namespace Attention.Models;

/// <summary>How an answer to a question is held against the answers that people gave, as SQuAD's official script does.</summary>
/// <remarks>
/// Rajpurkar et al. 2016 and 2018: case, ASCII punctuation, the articles a, an, the, and extra spaces do not count; of several right answers the best counts. A question without an
/// answer has the answer "", and only "" is right for it.
/// </remarks>
public static partial class Squad
{
    /// <summary>1 when the answer is one of the right ones, 0 otherwise.</summary>
    /// <param name="answer">What the model says; empty: there is no answer.</param>
    /// <param name="rightAnswers">What people said; none: there is no answer.</param>
    public static double ExactMatch(string answer, IReadOnlyList<string> rightAnswers) => Best(answer, rightAnswers, (given, right) => given == right ? 1 : 0);

    /// <summary>The overlap of words between the answer and the right one that is nearest: the harmonic mean of precision and recall.</summary>
    /// <param name="answer">What the model says; empty: there is no answer.</param>
    /// <param name="rightAnswers">What people said; none: there is no answer.</param>
    public static double F1(string answer, IReadOnlyList<string> rightAnswers) => Best(answer, rightAnswers, Overlap);

    /// <summary>An answer as it is compared.</summary>
    public static string Normalise(string answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        string plain = string.Concat(Lowered(answer).Where(character => !(char.IsAscii(character) && (char.IsPunctuation(character) || char.IsSymbol(character)))));
        return string.Join(' ', Words(Article().Replace(plain, " ")));
    }

    /// <summary>Lower case as Python has it for all but Greek: of İ, which the framework leaves as it is, an i and its dot.</summary>
    internal static string Lowered(string text) => text.Replace("\u0130", "i\u0307", StringComparison.Ordinal).ToLowerInvariant();

    private static double Best(string answer, IReadOnlyList<string> rightAnswers, Func<string, string, double> compare)
    {
        ArgumentNullException.ThrowIfNull(rightAnswers);
        string given = Normalise(answer);
        // A right answer that is nothing but articles and marks cannot be matched; the official script leaves it out too.
        string[] right = [.. rightAnswers.Select(Normalise).Where(text => text.Length > 0)];
        return right.Length == 0 ? compare(given, "") : right.Max(text => compare(given, text));
    }

    private static double Overlap(string given, string right)
    {
        string[] answered = Words(given), wanted = Words(right);
        // Silence where silence is wanted is right; where only one side says nothing, the shares are 0.
        return answered.Length + wanted.Length == 0 ? 1 : FScore.Of(NGrams.Matches(NGrams.Count(answered, 1), NGrams.Count(wanted, 1)), answered.Length, wanted.Length).F1;
    }

    private static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    // A word ends where Python says so, to which ½ is a letter of a word and a combining accent is none.
    [GeneratedRegex(@"(?<![\p{L}\p{N}_])(a|an|the)(?![\p{L}\p{N}_])")]
    private static partial Regex Article();
}
