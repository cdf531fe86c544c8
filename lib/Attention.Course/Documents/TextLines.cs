using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Attention.Course.Documents;

/// <summary>Text as nbformat stores it: one array entry per line, each but the last with its line break.</summary>
internal static partial class TextLines
{
    /// <summary>The entries; none for the empty text.</summary>
    public static JsonArray ToArray(string text)
    {
        var lines = new JsonArray();
        for (int start = 0; start < text.Length;)
        {
            int end = text.IndexOf('\n', start) + 1;
            end = end == 0 ? text.Length : end;
            lines.Add((JsonNode)text[start..end]);
            start = end;
        }

        return lines;
    }

    /// <summary>Every kind of line break as \n: a cell's source reads the same on every system.</summary>
    public static string OfSource(string text) => text.Contains('\r', StringComparison.Ordinal) ? text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n') : text;

    /// <summary>\r\n as \n; a lone \r stays, because a progress line that overwrites itself is made with it.</summary>
    public static string OfOutput(string text) => text.Contains('\r', StringComparison.Ordinal) ? LineBreak().Replace(text, "\n") : text;

    [GeneratedRegex("\r+\n")]
    private static partial Regex LineBreak();
}
