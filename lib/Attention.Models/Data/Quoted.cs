using System.Globalization;
using System.Text;

namespace Attention.Models;

/// <summary>Text from a file as a message may show it.</summary>
internal static class Quoted
{
    private const int Longest = 80;

    /// <summary>The text in quotation marks, cut when it is long, with control characters written out: a hostile name must not flood or repaint a terminal.</summary>
    public static string Of(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (char letter in text.AsSpan(0, Math.Min(text.Length, Longest)))
        {
            if (char.IsControl(letter) || char.IsSurrogate(letter))
            {
                quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:X4}");
            }
            else
            {
                quoted.Append(letter);
            }
        }

        return quoted.Append(text.Length > Longest ? "…\"" : "\"").ToString();
    }
}
