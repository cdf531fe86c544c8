using System.Globalization;
using System.Text;

namespace Attention.Models;

/// <summary>Splits a text into the words within which BERT looks for pieces, cleaned and, if asked for, lower-cased without accents.</summary>
/// <remarks>
/// <para>
/// The class BasicTokenizer of BERT's <c>tokenization.py</c> (Devlin et al. 2019): NUL, U+FFFD and controls (categories Cc and Cf, such as the joiners in emoji) go; the rest is split at white
/// space; every mark (category P, and all ASCII that is neither letter, digit nor space) and every ideograph is a word of its own. For uncased models letters become lower-case, then are
/// decomposed (NFD), then lose their marks (category Mn); Korean syllables stay decomposed, as the published vocabularies have them.
/// </para>
/// <para>
/// Departures, which no published English or Chinese vocabulary can tell: half a surrogate pair and U+FFFE go, as U+FFFD does; a capital sigma at the end of a word becomes σ, as any other,
/// and not ς.
/// </para>
/// </remarks>
public static class BertWordTokenizer
{
    /// <summary>The words of a text, in order, each with the place in the text that it was made from.</summary>
    /// <param name="text">The text.</param>
    /// <param name="lowerCase">Whether letters become lower-case and lose their accents, as uncased models want.</param>
    public static IReadOnlyList<Token> Tokens(string text, bool lowerCase = true)
    {
        ArgumentNullException.ThrowIfNull(text);
        Words words = new();
        for (int at = 0; at < text.Length;)
        {
            bool whole = Rune.TryGetRuneAt(text, at, out Rune rune);
            int end = at + (whole ? rune.Utf16SequenceLength : 1);
            if (whole && IsSpace(rune))
            {
                words.Finish();
            }
            else if (whole && !IsDropped(rune))
            {
                if (IsIdeograph(rune))
                {
                    words.Finish();
                    words.Add(Normalized(rune, lowerCase), at, end);
                    words.Finish();
                }
                else
                {
                    AddByMarks(words, Normalized(rune, lowerCase), at, end);
                }
            }

            at = end;
        }

        words.Finish();
        return words.Finished;
    }

    private static void AddByMarks(Words words, string letters, int start, int end)
    {
        // Marks such as an accent leave nothing of themselves, but belong to the word before them.
        if (letters.Length == 0)
        {
            words.Add("", start, end);
        }

        foreach (Rune letter in letters.EnumerateRunes())
        {
            bool apart = IsMark(letter);
            if (apart)
            {
                words.Finish();
            }

            words.Add(letter.ToString(), start, end);
            if (apart)
            {
                words.Finish();
            }
        }
    }

    private static string Normalized(Rune rune, bool lowerCase)
    {
        if (!lowerCase)
        {
            return rune.ToString();
        }

        // The one letter whose lower case is two: a dotted i, whose dot then goes as an accent does.
        Rune lower = rune.Value == 0x130 ? new Rune('i') : Rune.ToLowerInvariant(rune);
        return lower.IsAscii ? lower.ToString() : string.Concat(lower.ToString().Normalize(NormalizationForm.FormD).EnumerateRunes()
            .Where(letter => Rune.GetUnicodeCategory(letter) != UnicodeCategory.NonSpacingMark));
    }

    private static bool IsSpace(Rune rune) => rune.Value is '\t' or '\n' or '\r' || Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    private static bool IsDropped(Rune rune) => rune.Value is 0xFFFD or 0xFFFE || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format;

    private static bool IsMark(Rune rune) => rune.IsAscii ? !Rune.IsLetterOrDigit(rune) && rune.Value > ' ' : Rune.IsPunctuation(rune);

    // The blocks that tokenization.py names: ideographs, not kana or Hangul.
    private static bool IsIdeograph(Rune rune) => rune.Value is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2CEAF)
        or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);

    /// <summary>Puts words together letter by letter.</summary>
    private sealed class Words
    {
        private readonly StringBuilder _letters = new();
        private int _start, _end;

        internal List<Token> Finished { get; } = [];

        internal void Add(string letters, int start, int end)
        {
            if (_letters.Length == 0)
            {
                _start = start;
            }

            _letters.Append(letters);
            _end = end;
        }

        internal void Finish()
        {
            if (_letters.Length > 0)
            {
                Finished.Add(new Token(_letters.ToString(), _start, _end));
                _letters.Clear();
            }
        }
    }
}
