using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Attention.Models;

/// <summary>Text from a file as a message may show it.</summary>
internal static class Quoted
{
    private const int Longest = 80;

    /// <summary>The text in quotation marks, cut when it is long, with control characters written out: a hostile name must not flood or repaint a terminal.</summary>
    public static string Of(string text) => $"\"{Plain(text.AsSpan(0, Math.Min(text.Length, Longest)))}{(text.Length > Longest ? "…" : "")}\"";

    /// <summary>What the reader of JSON found wrong: its message quotes the file, sometimes all the rest of it, of which a few letters are enough.</summary>
    public static string Reason(JsonException error) =>
        error.Message.Length <= 3 * Longest ? Plain(error.Message) : $"{Plain(error.Message.AsSpan(0, Longest))}…{Plain(error.Message.AsSpan(error.Message.Length - (2 * Longest)))}";

    private static string Plain(ReadOnlySpan<char> text)
    {
        var plain = new StringBuilder();
        foreach (char letter in text)
        {
            // Marks of direction and breaks of lines change what a terminal shows as controls do.
            if (char.IsControl(letter) || char.IsSurrogate(letter) || char.GetUnicodeCategory(letter) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
            {
                plain.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:X4}");
            }
            else
            {
                plain.Append(letter);
            }
        }

        return plain.ToString();
    }
}
