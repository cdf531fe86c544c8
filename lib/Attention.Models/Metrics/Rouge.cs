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

    /// <summary>ROUGE-L of one sentence, or of a summary taken as one: the longest sequence of words that both have in this order, with gaps allowed.</summary>
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

    /// <summary>ROUGE-L of a summary of sentences: each reference sentence recalls the words that its longest common sequences with all sentences of the summary have together.</summary>
    /// <param name="summary">The summary's sentences in tokens.</param>
    /// <param name="reference">The reference's sentences in tokens.</param>
    /// <remarks>
    /// Lin 2004, § 3.2, "union LCS", as ROUGE 1.5.5 and the common scorer ("rougeLsum") count: a word is found no oftener than each side has it. Of equally long sequences with a sentence the one
    /// that ends nearest to the reference sentence's start counts.
    /// </remarks>
    public static FScore OfSummary(IReadOnlyList<IReadOnlyList<string>> summary, IReadOnlyList<IReadOnlyList<string>> reference)
    {
        ArgumentNullException.ThrowIfNull(summary);
        ArgumentNullException.ThrowIfNull(reference);
        Dictionary<string, int> answered = NGrams.Count([.. summary.SelectMany(words => words)], 1), wanted = NGrams.Count([.. reference.SelectMany(words => words)], 1);
        Dictionary<string, int> left = new(answered, StringComparer.Ordinal);
        int right = 0;
        foreach (IReadOnlyList<string> sentence in reference)
        {
            var together = new bool[sentence.Count];
            foreach (IReadOnlyList<string> other in summary)
            {
                Mark(together, other, sentence);
            }

            foreach (string word in sentence.Where((_, at) => together[at] && left[sentence[at]] > 0))
            {
                left[word]--;
                right++;
            }
        }

        return FScore.Of(right, answered.Values.Sum(), wanted.Values.Sum());
    }

    /// <summary>Marks the words of the reference that one longest common sequence has.</summary>
    private static void Mark(bool[] found, IReadOnlyList<string> summary, IReadOnlyList<string> reference)
    {
        int[,] longest = new int[summary.Count + 1, reference.Count + 1];
        for (int i = 0; i < summary.Count; i++)
        {
            for (int j = 0; j < reference.Count; j++)
            {
                longest[i + 1, j + 1] = summary[i] == reference[j] ? longest[i, j] + 1 : Math.Max(longest[i, j + 1], longest[i + 1, j]);
            }
        }

        for (int i = summary.Count, j = reference.Count; i > 0 && j > 0;)
        {
            if (summary[i - 1] == reference[j - 1])
            {
                found[j - 1] = true;
                (i, j) = (i - 1, j - 1);
            }
            else if (longest[i - 1, j] > longest[i, j - 1])
            {
                i--;
            }
            else
            {
                j--;
            }
        }
    }

    /// <summary>The tokens that the common scorer for English counts: lower-cased runs of a–z and 0–9.</summary>
    public static string[] Tokens(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        char[] characters = [.. Squad.Lowered(text).Select(character => char.IsAsciiLetterOrDigit(character) ? character : ' ')];
        return new string(characters).Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }
}
