using System.Text;

namespace Attention.Models;

/// <summary>Splits a text into words, numbers and marks.</summary>
/// <remarks>
/// A word is a run of letters, digits and their combining marks, with single apostrophes or hyphens inside: <c>don't</c>, <c>self-attention</c>. A Chinese or Japanese ideograph
/// is a word of its own, since no space separates words there. Everything else that is not white space is a token of one character. Case is kept, and no text is changed:
/// between the tokens lies nothing but white space.
/// </remarks>
public static class WordTokenizer
{
    /// <summary>The words of a text, in order.</summary>
    public static string[] Split(string text) => [.. Tokens(text).Select(token => token.Text)];

    /// <summary>The words of a text with their positions, in order.</summary>
    public static IEnumerable<Token> Tokens(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Scan(text);
    }

    private static IEnumerable<Token> Scan(string text)
    {
        for (int start = 0; start < text.Length;)
        {
            Rune first = RuneAt(text, start);
            int end = start + first.Utf16SequenceLength;
            if (Rune.IsWhiteSpace(first))
            {
                start = end;
                continue;
            }

            while (end < text.Length && (IsMark(RuneAt(text, end)) || (IsWordPart(first) && Continues(text, end))))
            {
                end += RuneAt(text, end).Utf16SequenceLength;
            }

            yield return new Token(text[start..end], start);
            start = end;
        }
    }

    /// <summary>Whether the word goes on at this position: with a letter, or with one apostrophe or hyphen between letters.</summary>
    private static bool Continues(string text, int at)
    {
        Rune rune = RuneAt(text, at);
        return IsWordPart(rune) || (rune.Value is '\'' or '’' or '-' && IsWordPart(RuneAt(text, at - 1, before: true)) && at + 1 < text.Length && IsWordPart(RuneAt(text, at + 1)));
    }

    private static bool IsWordPart(Rune rune) => (Rune.IsLetterOrDigit(rune) || IsMark(rune)) && !IsIdeograph(rune);

    private static bool IsMark(Rune rune) => Rune.GetUnicodeCategory(rune)
        is System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.SpacingCombiningMark or System.Globalization.UnicodeCategory.EnclosingMark;

    // Han, kana and their extensions: the scripts that write words without spaces.
    private static bool IsIdeograph(Rune rune) => rune.Value is (>= 0x3040 and <= 0x30FF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x4E00 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x323AF);

    // A lone surrogate is no character; it becomes a token of its own, as any other mark does.
    private static Rune RuneAt(string text, int at, bool before = false) =>
        before && at > 0 && char.IsLowSurrogate(text[at]) && Rune.TryGetRuneAt(text, at - 1, out Rune pair) ? pair
        : Rune.TryGetRuneAt(text, at, out Rune rune) ? rune
        : Rune.ReplacementChar;
}
