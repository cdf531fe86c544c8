using System.Globalization;
using System.Text;

namespace Attention.Models;

/// <summary>Splits a text into its characters, white space among them; put together, they are the text again.</summary>
/// <remarks>
/// What a reader calls a character is a text element: a letter with its accents, an emoji of several people, a flag (extended grapheme clusters, Unicode Standard Annex 29; the line break \r\n is
/// one too). What Unicode numbers is a code point, here a rune: the same accented letter may be two. A lone surrogate, which is no character, is a piece of its own in both.
/// </remarks>
public static class CharacterTokenizer
{
    /// <summary>The text elements of a text, in order.</summary>
    public static string[] Split(string text) => [.. Tokens(text).Select(token => token.Text)];

    /// <summary>The text elements of a text with their positions, in order.</summary>
    public static IEnumerable<Token> Tokens(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Scan(text, StringInfo.GetNextTextElementLength);
    }

    /// <summary>The code points of a text with their positions, in order.</summary>
    public static IEnumerable<Token> Runes(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Scan(text, (text, at) => Rune.TryGetRuneAt(text, at, out Rune rune) ? rune.Utf16SequenceLength : 1);
    }

    private static IEnumerable<Token> Scan(string text, Func<string, int, int> length)
    {
        for (int start = 0; start < text.Length;)
        {
            int end = start + length(text, start);
            yield return new Token(text[start..end], start);
            start = end;
        }
    }
}
