using System.Globalization;
using System.Text;

namespace Attention.Models;

/// <summary>Splits a text into the words within which GPT-2 merges bytes; put together, they are the text again.</summary>
/// <remarks>
/// The pattern of GPT-2's <c>encoder.py</c> (Radford et al. 2019), by code point as there:
/// <c>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c>. A word takes the one space before it; of more spaces the others stand by themselves.
/// A lone surrogate counts as a mark. Letters and numbers are those of the running .NET's Unicode version.
/// </remarks>
public static class Gpt2WordTokenizer
{
    private enum Kind
    {
        Mark,
        Letter,
        Number,
        Space,
    }

    /// <summary>The words of a text, in order, with the space before each.</summary>
    public static string[] Split(string text) => [.. Tokens(text).Select(token => token.Text)];

    /// <summary>The words of a text with their positions, in order, with the space before each.</summary>
    public static IEnumerable<Token> Tokens(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Scan(text);
    }

    private static IEnumerable<Token> Scan(string text)
    {
        for (int start = 0; start < text.Length;)
        {
            int end = EndOf(text, start);
            yield return new Token(text[start..end], start);
            start = end;
        }
    }

    /// <summary>Where the word that starts here ends.</summary>
    internal static int EndOf(ReadOnlySpan<char> text, int start)
    {
        int contraction = Contraction(text[start..]);
        if (contraction > 0)
        {
            return start + contraction;
        }

        int first = text[start] == ' ' && start + 1 < text.Length ? start + 1 : start;
        Kind kind = KindAt(text, first, out int length);
        if (kind != Kind.Space)
        {
            return EndOfRun(text, first + length, kind);
        }

        // White space before a word leaves its last character to what follows: only one space joins a word, but anything else stays apart from what is before it too.
        int end = EndOfRun(text, start + 1, Kind.Space);
        return end == text.Length || end == start + 1 ? end : end - 1;
    }

    private static int EndOfRun(ReadOnlySpan<char> text, int at, Kind kind)
    {
        while (at < text.Length && KindAt(text, at, out int length) == kind)
        {
            at += length;
        }

        return at;
    }

    private static int Contraction(ReadOnlySpan<char> text) => text switch
    {
        ['\'', 's' or 't' or 'm' or 'd', ..] => 2,
        ['\'', 'r' or 'v', 'e', ..] or ['\'', 'l', 'l', ..] => 3,
        _ => 0,
    };

    private static Kind KindAt(ReadOnlySpan<char> text, int at, out int length)
    {
        char unit = text[at];
        length = 1;
        if (unit < 0x80)
        {
            return char.IsAsciiLetter(unit) ? Kind.Letter : char.IsAsciiDigit(unit) ? Kind.Number : char.IsWhiteSpace(unit) ? Kind.Space : Kind.Mark;
        }

        if (Rune.DecodeFromUtf16(text[at..], out Rune rune, out length) != System.Buffers.OperationStatus.Done)
        {
            length = 1;
            return Kind.Mark;
        }

        return Rune.IsWhiteSpace(rune) ? Kind.Space : Rune.GetUnicodeCategory(rune) switch
        {
            <= UnicodeCategory.OtherLetter => Kind.Letter,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Kind.Number,
            _ => Kind.Mark,
        };
    }
}
