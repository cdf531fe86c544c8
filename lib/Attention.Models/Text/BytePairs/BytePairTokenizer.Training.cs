using System.Text;

namespace Attention.Models;

public sealed partial class BytePairTokenizer
{
    /// <summary>Learns which bytes to merge: again and again the pair of neighbours that is most frequent within the words of the texts.</summary>
    /// <remarks>
    /// Sennrich et al. 2016, algorithm 1, on bytes. Of equally frequent pairs the one with the smaller left id goes first, then with the smaller right id, so that the same texts in any order give
    /// the same vocabulary. Ids are laid out as GPT-2's are: the 256 bytes, what was merged in this order, the special tokens. Counts are kept up to date place by place, and the frequent pairs
    /// wait in a queue: a merge costs as much as the places that it changes, and all of them together no more than a few steps for each letter, however long a word is.
    /// </remarks>
    /// <param name="texts">What to learn from; words do not reach from one text into the next.</param>
    /// <param name="vocabularySize">How many tokens there are at most, the 256 bytes and the special ones among them. Fewer when no frequent pair is left.</param>
    /// <param name="minimumCount">Pairs that occur less often are not merged.</param>
    /// <param name="specials">Tokens that are no pieces of text, such as <c>&lt;|endoftext|&gt;</c>.</param>
    public static BytePairTokenizer Train(IEnumerable<string> texts, int vocabularySize, int minimumCount = 2, IReadOnlyList<string>? specials = null)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentOutOfRangeException.ThrowIfLessThan(minimumCount, 1);
        specials ??= [];
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, 256 + specials.Count);
        List<string> spellings = [.. ByteAlphabet.Order.Select(single => ByteAlphabet.Spell([single]))];
        Dictionary<string, int> ids = new(StringComparer.Ordinal);
        foreach (string spelling in spellings)
        {
            ids.Add(spelling, ids.Count);
        }

        foreach (string special in specials)
        {
            ArgumentException.ThrowIfNullOrEmpty(special, nameof(specials));
            if (!ids.TryAdd(special, -1))
            {
                throw new ArgumentException($"specials: \"{special}\" is there twice, or the letter of a byte", nameof(specials));
            }
        }

        PairCounts counts = new(CountWords(texts));
        OrderedDictionary<(int Left, int Right), int> merges = [];
        while (spellings.Count < vocabularySize - specials.Count && counts.TryTakeMostFrequent(minimumCount, out (int Left, int Right) pair))
        {
            // Two ways can lead to the same bytes: the later one gives the token that is there. What a special token is written as is never learnt.
            string merged = spellings[pair.Left] + spellings[pair.Right];
            if (!ids.TryGetValue(merged, out int id))
            {
                id = spellings.Count;
                ids.Add(merged, id);
                spellings.Add(merged);
            }

            if (id >= 0)
            {
                merges.TryAdd(pair, id);
                counts.Merge(pair, id);
            }
        }

        foreach (string special in specials)
        {
            ids[special] = spellings.Count;
            spellings.Add(special);
        }

        (int Left, int Right, int Merged)[] inOrder = [.. merges.Select(merge => (merge.Key.Left, merge.Key.Right, merge.Value))];
        return new BytePairTokenizer(ids, inOrder, specials.ToDictionary(special => special, special => ids[special], StringComparer.Ordinal));
    }

    /// <summary>The distinct words as ids of bytes, with their counts.</summary>
    private static IEnumerable<(int[] Pieces, long Count)> CountWords(IEnumerable<string> texts)
    {
        Dictionary<string, long> counts = new(StringComparer.Ordinal);
        var counted = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (string text in texts)
        {
            for (int start = 0; start < text.Length;)
            {
                int end = Gpt2WordTokenizer.EndOf(text, start);
                ReadOnlySpan<char> word = text.AsSpan(start, end - start);
                counted[word] = counted.TryGetValue(word, out long count) ? count + 1 : 1;
                start = end;
            }
        }

        int[] ids = new int[256];
        for (int id = 0; id < 256; id++)
        {
            ids[ByteAlphabet.Order[id]] = id;
        }

        return counts.Select(word => (Array.ConvertAll(Encoding.UTF8.GetBytes(word.Key), single => ids[single]), word.Value));
    }
}
