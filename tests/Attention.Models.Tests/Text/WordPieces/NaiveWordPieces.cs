using System.Globalization;
using System.Text;

namespace Attention.Models.Tests.Text.WordPieces;

/// <summary>BERT's tokenization step by step on whole strings, as its published script goes about it. Shares nothing with the library.</summary>
internal static class NaiveWordPieces
{
    internal static List<string> Words(string text, bool lowerCase)
    {
        var cleaned = new StringBuilder();
        foreach (Rune rune in text.EnumerateRunes())
        {
            UnicodeCategory category = Rune.GetUnicodeCategory(rune);
            bool space = rune.Value is 9 or 10 or 13 || category is UnicodeCategory.SpaceSeparator;
            if (space)
            {
                cleaned.Append(' ');
            }
            else if (rune.Value is not (0xFFFD or 0xFFFE) && category is not (UnicodeCategory.Control or UnicodeCategory.Format))
            {
                cleaned.Append(IsChinese(rune.Value) ? $" {rune} " : rune.ToString());
            }
        }

        List<string> words = [];
        foreach (string token in Pieces(cleaned.ToString()))
        {
            string letters = lowerCase ? WithoutAccents(string.Concat(token.EnumerateRunes().Select(rune => rune.Value == 0x130 ? "i\u0307" : Rune.ToLowerInvariant(rune).ToString()))) : token;
            words.AddRange(Pieces(string.Concat(letters.EnumerateRunes().Select(rune => IsPunctuation(rune) ? $" {rune} " : rune.ToString()))));
        }

        return words;
    }

    internal static List<string> Encode(string word, IReadOnlyList<string> vocabulary)
    {
        string[] letters = [.. word.EnumerateRunes().Select(rune => rune.ToString())];
        List<string> pieces = letters.Length > 200 ? ["[UNK]"] : [];
        for (int start = 0; pieces is not ["[UNK]"] && start < letters.Length;)
        {
            int end = letters.Length;
            string Piece() => (start > 0 ? "##" : "") + string.Concat(letters[start..end]);
            while (start < end && !vocabulary.Contains(Piece()))
            {
                end--;
            }

            if (start == end)
            {
                return ["[UNK]"];
            }

            pieces.Add(Piece());
            start = end;
        }

        return pieces;
    }

    private static string[] Pieces(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static string WithoutAccents(string text) =>
        string.Concat(text.Normalize(NormalizationForm.FormD).EnumerateRunes().Where(rune => Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark));

    private static bool IsPunctuation(Rune rune) => rune.Value is (>= 33 and <= 47) or (>= 58 and <= 64) or (>= 91 and <= 96) or (>= 123 and <= 126) || Rune.IsPunctuation(rune);

    private static bool IsChinese(int point) => (point >= 0x4E00 && point <= 0x9FFF) || (point >= 0x3400 && point <= 0x4DBF) || (point >= 0x20000 && point <= 0x2A6DF)
        || (point >= 0x2A700 && point <= 0x2B73F) || (point >= 0x2B740 && point <= 0x2B81F) || (point >= 0x2B820 && point <= 0x2CEAF)
        || (point >= 0xF900 && point <= 0xFAFF) || (point >= 0x2F800 && point <= 0x2FA1F);
}
