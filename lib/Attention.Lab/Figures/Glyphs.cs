using System.Globalization;
using System.Text;

namespace Attention.Lab;

/// <summary>Measures and mends text without asking for a font, so that a figure is the same on every machine.</summary>
internal static class Glyphs
{
    /// <summary>How much wider bold letters are.</summary>
    public const double Bold = 1.12;

    /// <summary>How many columns of a fixed-width font the text takes: wide East Asian letters take two, combining marks none.</summary>
    public static int Columns(string text)
    {
        int columns = 0;
        foreach (Rune rune in text.EnumerateRunes())
            columns += IsMark(rune) ? 0 : IsWide(rune) ? 2 : 1;
        return columns;
    }

    /// <summary>About how wide the text is in a proportional font of this size; a little too wide rather than too narrow.</summary>
    public static double Width(string text, double size)
    {
        double ems = 0;
        foreach (Rune rune in text.EnumerateRunes())
            ems += IsMark(rune) ? 0 : IsWide(rune) ? 1 : Ems(rune.Value);
        return ems * size;
    }

    /// <summary>Pads to a number of columns, numbers on the right of the gap and words on the left.</summary>
    public static string Pad(string text, int columns, bool right)
    {
        string gap = new(' ', Math.Max(0, columns - Columns(text)));
        return right ? gap + text : text + gap;
    }

    /// <summary>The text, or as much of it as fits with an ellipsis.</summary>
    public static string Fit(string text, double width, double size)
    {
        if (Width(text, size) <= width)
            return text;
        var kept = new StringBuilder();
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (Width(kept.ToString() + rune + "…", size) > width)
                break;
            kept.Append(rune);
        }

        return kept.Append('…').ToString();
    }

    /// <summary>Breaks text into lines at its spaces.</summary>
    public static IReadOnlyList<string> Wrap(string text, double width, double size)
    {
        var lines = new List<string>();
        string line = "";
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string longer = line.Length == 0 ? word : line + " " + word;
            if (line.Length > 0 && Width(longer, size) > width)
            {
                lines.Add(line);
                longer = word;
            }

            line = longer;
        }

        lines.Add(line);
        return lines;
    }

    /// <summary>Makes every character visible and legal in XML: a line feed becomes ␊, half a surrogate pair �.</summary>
    public static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (rune.Value < 0x20)
                clean.Append((char)(0x2400 + rune.Value));
            else if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control || rune.Value is 0xFFFE or 0xFFFF)
                clean.Append('\uFFFD');
            else
                clean.Append(rune.ToString());
        }

        return clean.ToString();
    }

    // As wide as DejaVu Sans, the widest of the usual fonts, has them.
    private static double Ems(int letter) => letter switch
    {
        ' ' or 'i' or 'j' or 'l' or 'I' or '.' or ',' or ':' or ';' or '\'' or '|' or '!' => 0.33,
        'f' or 'r' or 't' or '(' or ')' or '[' or ']' or '-' => 0.4,
        >= '0' and <= '9' => 0.64,
        'm' or 'w' or 'M' or 'W' or '@' or '%' or '…' or '+' or '=' or '<' or '>' or '−' or '→' => 0.9,
        >= 'A' and <= 'Z' => 0.7,
        _ => 0.6,
    };

    private static bool IsMark(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format;

    private static bool IsWide(Rune rune) => rune.Value is
        (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3) or (>= 0xF900 and <= 0xFAFF)
        or (>= 0xFE30 and <= 0xFE6F) or (>= 0xFF00 and <= 0xFF60) or (>= 0xFFE0 and <= 0xFFE6) or (>= 0x1F300 and <= 0x1FAFF) or (>= 0x20000 and <= 0x3FFFD);
}
