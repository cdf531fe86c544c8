namespace Attention.Models;

/// <summary>The words that a model knows, each with a number: its row in an embedding table.</summary>
/// <remarks>Ids count from zero in the order in which words first appear, so that the same text gives the same ids everywhere.</remarks>
public sealed class Vocabulary
{
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly List<string> _words = [];
    private readonly string? _unknown;

    private Vocabulary(IEnumerable<string> words, string? unknown)
    {
        _unknown = unknown;
        foreach (string word in unknown is null ? words : words.Prepend(unknown))
        {
            if (_ids.TryAdd(word, _words.Count))
            {
                _words.Add(word);
            }
        }
    }

    /// <summary>Collects the distinct words of a text.</summary>
    /// <param name="words">The words; each counts once.</param>
    /// <param name="unknown">A word that stands for all others and gets id 0, such as <c>[UNK]</c>; null: a word that is not known is an error.</param>
    public static Vocabulary Of(IEnumerable<string> words, string? unknown = null)
    {
        ArgumentNullException.ThrowIfNull(words);
        return new Vocabulary(words, unknown);
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
        : _unknown is not null ? 0
        : throw new KeyNotFoundException($"\"{word}\" is not among the {Count} words of this vocabulary");

    /// <summary>The ids of many words.</summary>
    /// <exception cref="KeyNotFoundException">A word is not known, and no word stands for unknown ones.</exception>
    public int[] Ids(IEnumerable<string> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        return [.. words.Select(Id)];
    }
}
