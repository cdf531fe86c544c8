using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Attention.Models;

/// <summary>Named and numeric entities of SGML files.</summary>
internal static partial class SgmlEntities
{
    /// <summary>The text with its entities resolved; what is none stays as it is.</summary>
    public static string Resolve(string text) => text.Contains('&', StringComparison.Ordinal) ? Entity().Replace(text, Character) : text;

    private static string Character(Match match)
    {
        string name = match.Groups["name"].Value;
        bool hexadecimal = name.StartsWith("#x", StringComparison.OrdinalIgnoreCase);
        return name switch
        {
            "amp" => "&",
            "lt" => "<",
            "gt" => ">",
            "quot" => "\"",
            "apos" => "'",
            ['#', ..] when int.TryParse(name.AsSpan(hexadecimal ? 2 : 1), hexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out int code)
                && Rune.TryCreate(code, out Rune rune) => rune.ToString(),
            _ => match.Value,
        };
    }

    [GeneratedRegex("&(?<name>amp|lt|gt|quot|apos|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});", RegexOptions.CultureInvariant)]
    private static partial Regex Entity();
}
