using System.Text.RegularExpressions;

namespace Attention.Course.Documents;

/// <summary>What a single line means in the Markdown form of a notebook.</summary>
internal static partial class MarkdownLine
{
    public const string End = "<!-- end -->";
    public const string Output = "<!-- output -->";

    /// <summary>A comment that steers the import: its kind, and the header that follows. Any other comment is prose.</summary>
    public static (string Kind, string Header)? Marker(string line) =>
        MarkerPattern().Match(line) is { Success: true } match ? (match.Groups["kind"].Value, match.Groups["header"].Value) : null;

    /// <summary>The fence that opens a code cell: its backticks and the header behind it.</summary>
    public static (int Length, string Header)? CodeCell(string line) =>
        CodeCellPattern().Match(line) is { Success: true } match ? (match.Groups["fence"].Length, match.Groups["header"].Value) : null;

    /// <summary>Any fence of Markdown that opens a block: its character and length.</summary>
    public static (char Character, int Length)? Fence(string line) =>
        FencePattern().Match(line) is { Success: true } match ? (match.Groups["fence"].Value[0], match.Groups["fence"].Length) : null;

    /// <summary>Whether the line closes a block that <see cref="Fence"/> opened.</summary>
    public static bool Closes(string line, char character, int length)
    {
        string fence = line.TrimEnd(' ', '\t');
        string bare = fence.TrimStart(' ');
        return fence.Length - bare.Length <= 3 && bare.Length >= length && bare.All(c => c == character);
    }

    public static bool IsHeading(string line) => HeadingPattern().IsMatch(line);

    public static bool IsBlank(string line) => string.IsNullOrWhiteSpace(line);

    /// <summary>Whether a comment begins here that does not end on the same line.</summary>
    public static bool OpensComment(string line) => CommentPattern().IsMatch(line) && !line.Contains("-->", StringComparison.Ordinal);

    /// <summary>Inside a cell that an end marker closes, a line that looks like one carries a backslash more.</summary>
    public static string Escape(string line) => EndPattern().Replace(line, @"${open}\${slashes}${close}");

    /// <summary>Undoes <see cref="Escape"/>.</summary>
    public static string Unescape(string line) => EndPattern().Replace(line, match =>
        match.Groups["slashes"].Length == 0 ? line : match.Groups["open"].Value + match.Groups["slashes"].Value[1..] + match.Groups["close"].Value);

    [GeneratedRegex(@"\A<!-- *(?<kind>notebook|cell|markdown|raw|end|output)(?: *| +(?<header>[#.{].*?) *)-->[ \t]*\z", RegexOptions.Singleline)]
    private static partial Regex MarkerPattern();

    [GeneratedRegex(@"\A(?<fence>`{3,})[ \t]*csharp(?:[ \t]+(?<header>[^`]*?))?[ \t]*\z", RegexOptions.Singleline)]
    private static partial Regex CodeCellPattern();

    [GeneratedRegex(@"\A {0,3}(?:(?<fence>`{3,})[^`]*|(?<fence>~{3,}).*)\z", RegexOptions.Singleline)]
    private static partial Regex FencePattern();

    [GeneratedRegex(@"\A#{1,6}(?:[ \t]|\z)")]
    private static partial Regex HeadingPattern();

    [GeneratedRegex(@"\A {0,3}<!--")]
    private static partial Regex CommentPattern();

    [GeneratedRegex(@"\A(?<open><!-- *)(?<slashes>\\*)(?<close>end *-->[ \t]*)\z")]
    private static partial Regex EndPattern();
}
