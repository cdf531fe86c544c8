using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Attention.Course.Documents;

/// <summary>Ids of cells: nbformat's rule, and readable ids for cells that have none.</summary>
internal static partial class CellIds
{
    private const int LongestWords = 48;

    /// <summary>1 to 64 letters, digits, hyphens or underscores.</summary>
    public static bool IsValid(string id) => Rule().IsMatch(id);

    /// <summary>Gives every cell without an id (the empty string) one that depends only on the text of this cell and of those before it.</summary>
    public static void Fill(IReadOnlyList<Cell> cells)
    {
        var taken = cells.Select(cell => cell.Id).Where(id => id.Length > 0).ToHashSet();
        string section = "cell";
        foreach (Cell cell in cells)
        {
            string? heading = cell.Kind == CellKind.Markdown ? Heading(cell.Source) : null;
            string words = Words(heading ?? (cell.Kind == CellKind.Code ? FirstComment(cell.Source) : FirstLine(cell.Source)));
            if (cell.Id.Length == 0)
            {
                string wanted = words.Length > 0 ? words : cell.Kind == CellKind.Code ? $"{section}-code" : section;
                cell.Id = Free(wanted, taken);
                taken.Add(cell.Id);
            }

            section = heading is not null && words.Length > 0 ? words : section;
        }
    }

    /// <summary>The text of the first line when that is a heading, or null.</summary>
    public static string? Heading(string markdown)
    {
        Match match = HeadingLine().Match(markdown);
        return match.Success ? match.Groups["text"].Value.Trim() : null;
    }

    private static string FirstLine(string text) => text.Split('\n').FirstOrDefault(line => !string.IsNullOrWhiteSpace(line)) ?? "";

    private static string FirstComment(string code)
    {
        string line = FirstLine(code).Trim();
        return line.StartsWith("//", StringComparison.Ordinal) ? line : "";
    }

    /// <summary>Lower-case words of letters and digits, joined by hyphens, cut at a word's end.</summary>
    private static string Words(string text)
    {
        var words = new StringBuilder();
        foreach (Match word in Word().Matches(RemoveAccents(text)))
        {
            int length = words.Length + (words.Length > 0 ? 1 : 0) + word.Length;
            if (length > LongestWords)
            {
                break;
            }

            words.Append(words.Length > 0 ? "-" : "").Append(word.Value.ToLowerInvariant());
        }

        return words.ToString();
    }

    /// <summary>Letters without their accents; what is no letter separates words, and may be no valid character at all.</summary>
    private static string RemoveAccents(string text)
    {
        string letters = string.Concat(text.Select(c => char.IsLetterOrDigit(c) || IsAccent(c) ? c : ' '));
        return string.Concat(letters.Normalize(NormalizationForm.FormD).Where(c => !IsAccent(c)));
    }

    private static bool IsAccent(char c) => CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark;

    private static string Free(string wanted, HashSet<string> taken)
    {
        string id = wanted;
        for (int number = 2; taken.Contains(id); number++)
        {
            id = $"{wanted}-{number}";
        }

        return id;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,64}\z")]
    private static partial Regex Rule();

    [GeneratedRegex(@"\A#{1,6}[ \t]+(?<text>[^\n]*?)[ \t#]*(\n|\z)")]
    private static partial Regex HeadingLine();

    [GeneratedRegex("[A-Za-z0-9]+")]
    private static partial Regex Word();
}
