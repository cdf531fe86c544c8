namespace Attention.Course.Documents;

/// <summary>How far a Markdown cell reaches when nothing but the text itself ends it.</summary>
internal static class MarkdownProse
{
    /// <summary>
    /// The line after the cell that begins at <paramref name="start"/>, and the line of a fence or comment in it that is never closed, if any.
    /// A cell ends before the next heading, marker or code cell; fenced blocks and comments belong to it whole.
    /// </summary>
    public static (int End, int? Unclosed) Scan(IReadOnlyList<string> lines, int start)
    {
        int? opened = null;
        Func<string, bool> closes = _ => true;
        int end = start;
        for (; end < lines.Count; end++)
        {
            string line = lines[end];
            if (opened is not null)
            {
                opened = closes(line) ? null : opened;
            }
            else if (end > start && (IsBoundary(line) || MarkdownLine.IsHeading(line)))
            {
                break;
            }
            else if (MarkdownLine.Fence(line) is (char character, int length))
            {
                opened = end;
                closes = next => MarkdownLine.Closes(next, character, length);
            }
            else if (MarkdownLine.OpensComment(line))
            {
                opened = end;
                closes = next => next.Contains("-->", StringComparison.Ordinal);
            }
        }

        return (end, opened);
    }

    /// <summary>Whether the text, standing in the Markdown form as it is, comes back as one cell.</summary>
    public static bool StandsAlone(string source)
    {
        string[] lines = source.Split('\n');
        return !MarkdownLine.IsBlank(lines[0]) && !MarkdownLine.IsBlank(lines[^1]) && !IsBoundary(lines[0]) && Scan(lines, 0) == (lines.Length, null);
    }

    private static bool IsBoundary(string line) => MarkdownLine.Marker(line) is not null || MarkdownLine.CodeCell(line) is not null;
}
