using System.Text;
using System.Text.RegularExpressions;

namespace Attention.Models.Tests.Text.BytePairs;

/// <summary>Byte-pair encoding as the papers write it down: count everything again before each merge, look at every pair of a word. Shares nothing with the library.</summary>
internal static partial class NaiveBytePairs
{
    /// <summary>GPT-2's letter for each byte.</summary>
    internal static char Letter(int single) => IsPrinted(single) ? (char)single : (char)(0x100 + Enumerable.Range(0, single).Count(before => !IsPrinted(before)));

    /// <summary>The published pattern, by UTF-16 code unit: right for texts without surrogates.</summary>
    [GeneratedRegex(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")]
    internal static partial Regex Words();

    internal static string Spell(string text) => string.Concat(Encoding.UTF8.GetBytes(text).Select(single => Letter(single)));

    /// <summary>The pieces of one word.</summary>
    internal static List<string> Merge(string word, IReadOnlyList<string> merges)
    {
        List<string> pieces = [.. Spell(word).Select(letter => letter.ToString())];
        while (true)
        {
            int rank = Enumerable.Range(0, Math.Max(0, pieces.Count - 1)).Select(i => Rank(merges, pieces[i], pieces[i + 1])).DefaultIfEmpty(int.MaxValue).Min();
            if (rank == int.MaxValue)
            {
                return pieces;
            }

            pieces = Join(pieces, merges[rank].Split(' '));
        }
    }

    /// <summary>The merges that training finds: the most frequent pair, and of equally frequent ones that whose halves come first in the vocabulary.</summary>
    internal static List<string> Train(IEnumerable<string> texts, int merges, int minimumCount)
    {
        List<List<string>> words = [.. texts.SelectMany(text => Words().Matches(text)).Select(word => Spell(word.Value).Select(letter => letter.ToString()).ToList())];
        List<string> found = [], vocabulary = [.. Enumerable.Range(0, 256).OrderBy(single => !IsPrinted(single)).Select(single => Letter(single).ToString())];
        while (vocabulary.Count < 256 + merges)
        {
            var counts = words.SelectMany(word => word.Zip(word.Skip(1))).CountBy(pair => pair).Where(pair => pair.Value >= minimumCount).ToList();
            if (counts.Count == 0)
            {
                break;
            }

            var (left, right) = counts.OrderByDescending(pair => pair.Value).ThenBy(pair => vocabulary.IndexOf(pair.Key.First)).ThenBy(pair => vocabulary.IndexOf(pair.Key.Second)).First().Key;
            if (!found.Contains($"{left} {right}"))
            {
                found.Add($"{left} {right}");
            }

            if (!vocabulary.Contains(left + right))
            {
                vocabulary.Add(left + right);
            }

            words = [.. words.Select(word => Join(word, [left, right]))];
        }

        return found;
    }

    private static bool IsPrinted(int single) => single is (>= 33 and <= 126) or (>= 161 and <= 172) or (>= 174 and <= 255);

    private static int Rank(IReadOnlyList<string> merges, string left, string right)
    {
        int rank = merges.ToList().IndexOf($"{left} {right}");
        return rank < 0 ? int.MaxValue : rank;
    }

    private static List<string> Join(List<string> pieces, string[] pair)
    {
        List<string> joined = [];
        for (int i = 0; i < pieces.Count; i++)
        {
            bool joins = i + 1 < pieces.Count && pieces[i] == pair[0] && pieces[i + 1] == pair[1];
            joined.Add(joins ? pair[0] + pair[1] : pieces[i]);
            i += joins ? 1 : 0;
        }

        return joined;
    }
}
