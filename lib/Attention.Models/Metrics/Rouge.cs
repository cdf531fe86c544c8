namespace Attention.Models;

/// <summary>ROUGE: how much of a reference summary a summary recalls.</summary>
/// <remarks>Lin 2004. Tokens are the caller's, so that case, stems and languages are too; the common scorer for English lower-cases and keeps runs of a–z and 0–9.</remarks>
public static class Rouge
{
    /// <summary>ROUGE-N: the n-grams that both have.</summary>
    /// <param name="summary">Tokens of the summary.</param>
    /// <param name="reference">Tokens of the reference.</param>
    /// <param name="n">1 for words, 2 for pairs.</param>
    public static FScore OfNGrams(IReadOnlyList<string> summary, IReadOnlyList<string> reference, int n)
    {
        Dictionary<string, int> answered = NGrams.Count(summary, n), wanted = NGrams.Count(reference, n);
        return FScore.Of(NGrams.Matches(answered, wanted), answered.Values.Sum(), wanted.Values.Sum());
    }

    /// <summary>ROUGE-L: the longest sequence of words that both have in this order, with gaps allowed.</summary>
    /// <param name="summary">Tokens of the summary.</param>
    /// <param name="reference">Tokens of the reference.</param>
    public static FScore OfLongestCommonSubsequence(IReadOnlyList<string> summary, IReadOnlyList<string> reference)
    {
        ArgumentNullException.ThrowIfNull(summary);
        ArgumentNullException.ThrowIfNull(reference);
        int[] longest = new int[reference.Count + 1];
        foreach (string word in summary)
        {
            int diagonal = 0;
            for (int j = 0; j < reference.Count; j++)
            {
                int above = longest[j + 1];
                longest[j + 1] = word == reference[j] ? diagonal + 1 : Math.Max(above, longest[j]);
                diagonal = above;
            }
        }

        return FScore.Of(longest[^1], summary.Count, reference.Count);
    }

    /// <summary>The tokens that the common scorer for English counts: lower-cased runs of a–z and 0–9.</summary>
    public static string[] Tokens(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        char[] characters = [.. text.Select(character => char.IsAsciiLetterOrDigit(character) ? char.ToLowerInvariant(character) : ' ')];
        return new string(characters).Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }
}
