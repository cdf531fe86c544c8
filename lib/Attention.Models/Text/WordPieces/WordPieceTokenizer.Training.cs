namespace Attention.Models;

public sealed partial class WordPieceTokenizer
{
    /// <summary>Learns pieces: from single letters on, again and again the pair of neighbours within words that is most frequent becomes one piece.</summary>
    /// <remarks>
    /// BERT's own trainer was never published. Schuster and Nakajima 2012 choose the pair that raises the likelihood of the text most; as others who train for BERT do, this chooses the most frequent
    /// pair (Sennrich et al. 2016), whose pieces the same greedy search then uses. Of equally frequent pairs the one with the smaller left id goes first, then with the smaller right id. Ids are laid
    /// out: <c>[PAD] [UNK] [CLS] [SEP] [MASK]</c>, the letters in ordinal order, those that continue a word, what was merged in this order.
    /// </remarks>
    /// <param name="texts">What to learn from.</param>
    /// <param name="vocabularySize">How many pieces there are at most.</param>
    /// <param name="minimumCount">Pairs that occur less often are not merged.</param>
    /// <param name="lowerCase">Whether letters become lower-case and lose their accents first.</param>
    /// <param name="maximumAlphabet">How many letters there are at most, the most frequent ones; words with others teach nothing, and are <c>[UNK]</c> later.</param>
    public static WordPieceTokenizer Train(IEnumerable<string> texts, int vocabularySize, int minimumCount = 2, bool lowerCase = true, int maximumAlphabet = 1000)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentOutOfRangeException.ThrowIfLessThan(minimumCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumAlphabet, 1);
        string[] specials = [Padding, Unknown, Class, Separator, Mask];
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, specials.Length);
        (string[] Letters, int Count)[] words = [.. texts
            .SelectMany(text => BertWordTokenizer.Tokens(text, lowerCase))
            .CountBy(word => word.Text, StringComparer.Ordinal)
            .Select(word => (word.Key.EnumerateRunes().Select(rune => rune.ToString()).ToArray(), word.Value))];
        HashSet<string> alphabet = Alphabet(words, maximumAlphabet);
        words = [.. words.Where(word => Array.TrueForAll(word.Letters, alphabet.Contains))];
        for (int word = 0; word < words.Length; word++)
        {
            words[word].Letters = [.. words[word].Letters.Select((letter, i) => i == 0 ? letter : Continuation + letter)];
        }

        List<string> pieces = [.. specials, .. words.SelectMany(word => word.Letters).Distinct(StringComparer.Ordinal)
            .OrderBy(letter => letter.StartsWith(Continuation, StringComparison.Ordinal)).ThenBy(letter => letter, StringComparer.Ordinal)];
        if (pieces.Count > vocabularySize)
        {
            throw new ArgumentException($"vocabularySize: {specials.Length} special pieces and {pieces.Count - specials.Length} letters do not fit into {vocabularySize}", nameof(vocabularySize));
        }

        Dictionary<string, int> ids = new(StringComparer.Ordinal);
        foreach (string piece in pieces)
        {
            ids.Add(piece, ids.Count);
        }

        PairCounts counts = new(words.Select(word => (Array.ConvertAll(word.Letters, letter => ids[letter]), (long)word.Count)));
        while (pieces.Count < vocabularySize && counts.TryTakeMostFrequent(minimumCount, out (int Left, int Right) pair))
        {
            string merged = pieces[pair.Left] + pieces[pair.Right][Continuation.Length..];
            if (ids.TryAdd(merged, pieces.Count))
            {
                pieces.Add(merged);
            }

            counts.Merge(pair, ids[merged]);
        }

        return new WordPieceTokenizer(Vocabulary.Of(pieces), lowerCase);
    }

    private static HashSet<string> Alphabet((string[] Letters, int Count)[] words, int maximum)
    {
        Dictionary<string, long> counts = new(StringComparer.Ordinal);
        foreach ((string[] letters, int count) in words)
        {
            foreach (string letter in letters)
            {
                counts[letter] = counts.GetValueOrDefault(letter) + count;
            }
        }

        return counts.OrderByDescending(letter => letter.Value).ThenBy(letter => letter.Key, StringComparer.Ordinal).Take(maximum).Select(letter => letter.Key).ToHashSet(StringComparer.Ordinal);
    }
}
