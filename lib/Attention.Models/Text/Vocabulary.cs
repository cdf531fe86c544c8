namespace Attention.Models;

/// <summary>The words that a model knows, each with a number: its row in an embedding table.</summary>
/// <remarks>The same text gives the same ids everywhere: words stand in the order in which they first appear, or by how often they do.</remarks>
public sealed partial class Vocabulary
{
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly List<string> _words = [];
    private readonly int _unknown = -1;

    private Vocabulary(IEnumerable<string> words, string? unknown)
    {
        foreach (string word in words)
        {
            if (_ids.TryAdd(word, _words.Count))
            {
                _words.Add(word);
            }
        }

        _unknown = unknown is null ? -1 : _ids[unknown];
    }

    /// <summary>Collects the distinct words of a text, numbered as they first appear.</summary>
    /// <param name="words">The words; each counts once.</param>
    /// <param name="unknown">A word that stands for all others and gets id 0, such as <c>[UNK]</c>; null: a word that is not known is an error.</param>
    public static Vocabulary Of(IEnumerable<string> words, string? unknown = null)
    {
        ArgumentNullException.ThrowIfNull(words);
        return new Vocabulary(unknown is null ? words : words.Prepend(unknown), unknown);
    }

    /// <summary>Counts the words of a text and keeps the frequent ones, the most frequent first, equally frequent ones in ordinal order.</summary>
    /// <param name="words">The text, word by word.</param>
    /// <param name="minimumCount">Words that occur less often are left out.</param>
    /// <param name="maximumSize">How many words there are at most, special ones among them.</param>
    /// <param name="specials">Words that get the first ids in this order however often they occur, such as <c>[PAD]</c>.</param>
    /// <param name="unknown">A word that stands for all others; when it is not among the special ones, it comes before them. Null: a word that is not known is an error.</param>
    /// <exception cref="ArgumentException">The special words alone are more than the maximal size.</exception>
    public static Vocabulary OfFrequent(IEnumerable<string> words, int minimumCount = 1, int maximumSize = int.MaxValue, IReadOnlyList<string>? specials = null, string? unknown = null)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentOutOfRangeException.ThrowIfLessThan(minimumCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumSize, 1);
        specials ??= [];
        string[] first = [.. unknown is null || specials.Contains(unknown, StringComparer.Ordinal) ? specials : specials.Prepend(unknown)];
        first = [.. first.Distinct(StringComparer.Ordinal)];
        if (first.Length > maximumSize)
        {
            throw new ArgumentException($"maximumSize: {first.Length} special words do not fit into {maximumSize}", nameof(maximumSize));
        }

        IEnumerable<string> frequent = words.CountBy(word => word, StringComparer.Ordinal)
            .Where(word => word.Value >= minimumCount && !first.Contains(word.Key, StringComparer.Ordinal))
            .OrderByDescending(word => word.Value)
            .ThenBy(word => word.Key, StringComparer.Ordinal)
            .Select(word => word.Key)
            .Take(maximumSize - first.Length);
        return new Vocabulary(first.Concat(frequent), unknown);
    }

    /// <summary>How many words there are; ids go from 0 to one less.</summary>
    public int Count => _words.Count;

    /// <summary>The words by id.</summary>
    public IReadOnlyList<string> Words => _words;

    /// <summary>Whether the word has an id of its own.</summary>
    public bool Contains(string word) => _ids.ContainsKey(word);

    /// <summary>The word's id, or that of the unknown word.</summary>
    /// <exception cref="KeyNotFoundException">The word is not known, and no word stands for unknown ones.</exception>
    public int Id(string word) =>
        _ids.TryGetValue(word, out int id) ? id
        : _unknown >= 0 ? _unknown
        : throw new KeyNotFoundException($"\"{word}\" is not among the {Count} words of this vocabulary");

    /// <summary>The ids of many words.</summary>
    /// <exception cref="KeyNotFoundException">A word is not known, and no word stands for unknown ones.</exception>
    public int[] Ids(IEnumerable<string> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        return [.. words.Select(Id)];
    }

    /// <summary>The words that ids stand for.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An id is not one of this vocabulary's.</exception>
    public string[] WordsOf(IEnumerable<int> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return [.. ids.Select(id => (uint)id < (uint)Count
            ? _words[id]
            : throw new ArgumentOutOfRangeException(nameof(ids), id, $"ids: {id} is not among the {Count} of this vocabulary, which go from 0 to {Count - 1}"))];
    }
}
