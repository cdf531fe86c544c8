namespace Attention.Models;

/// <summary>A way to split text, with a vocabulary that numbers the pieces.</summary>
/// <remarks>
/// <c>new VocabularyTokenizer(WordTokenizer.Tokens, vocabulary)</c> reads words; with <c>CharacterTokenizer.Tokens</c> and an empty separator it reads characters, and then decoding gives back
/// exactly what was encoded, as long as the vocabulary knows every character.
/// </remarks>
/// <param name="split">Gives the pieces of a text, such as <see cref="WordTokenizer.Tokens"/>.</param>
/// <param name="vocabulary">Numbers the pieces.</param>
/// <param name="separator">Stands between two pieces in decoded text.</param>
public sealed class VocabularyTokenizer(Func<string, IEnumerable<Token>> split, Vocabulary vocabulary, string separator = " ") : ITokenizer
{
    private readonly Func<string, IEnumerable<Token>> _split = split ?? throw new ArgumentNullException(nameof(split));
    private readonly string _separator = separator ?? throw new ArgumentNullException(nameof(separator));

    /// <summary>Numbers the pieces.</summary>
    public Vocabulary Vocabulary { get; } = vocabulary ?? throw new ArgumentNullException(nameof(vocabulary));

    /// <inheritdoc/>
    public int Count => Vocabulary.Count;

    /// <inheritdoc/>
    public IReadOnlyList<Token> Tokens(string text) => [.. _split(text)];

    /// <inheritdoc/>
    /// <exception cref="KeyNotFoundException">A piece is not known, and no word of the vocabulary stands for unknown ones.</exception>
    public int[] Encode(string text) => Vocabulary.Ids(_split(text).Select(token => token.Text));

    /// <inheritdoc/>
    public string Decode(IEnumerable<int> ids) => string.Join(_separator, Vocabulary.WordsOf(ids));
}
