using System.Globalization;
using System.Text.RegularExpressions;

namespace Attention.Models;

/// <summary>A tag of an SGML file: its name in lower case, what it says, and the line at which it begins.</summary>
internal sealed record SgmlTag(string Name, bool Closing, IReadOnlyDictionary<string, string> Attributes, int Line)
{
    public string? this[string attribute] => Attributes.GetValueOrDefault(attribute);
}

/// <summary>What stands between tags, or a tag.</summary>
internal readonly record struct SgmlPiece(string Text, SgmlTag? Tag);

/// <summary>Cuts an SGML file into tags and text, line by line.</summary>
internal static partial class SgmlScanner
{
    // Tags of these files are a few attributes long; what goes on beyond this was never closed.
    private const int LongestTag = 1 << 12;

    public static IEnumerable<SgmlPiece> Read(string path)
    {
        // A tag may go on in the next line; its beginning waits here.
        string open = "";
        int openLine = 0;
        foreach ((int number, string text) in TextLines.Read(path))
        {
            string line = open.Length > 0 ? open + " " + text : text;
            int tagLine = open.Length > 0 ? openLine : number;
            int at = 0;
            open = "";
            while (TagStart(line, at) is int start && start >= 0)
            {
                yield return new SgmlPiece(line[at..start], null);
                int end = TagEnd(line, start);
                if ((end < 0 ? line.Length : end) - start > LongestTag)
                {
                    throw TextLines.Bad(path, start == 0 ? tagLine : number, "a tag that does not end");
                }

                if (end < 0)
                {
                    (open, openLine) = (line[start..], start == 0 ? tagLine : number);
                    break;
                }

                if (Parse(line[start..(end + 1)], start == 0 ? tagLine : number) is { } tag)
                {
                    yield return new SgmlPiece("", tag);
                }

                at = end + 1;
            }

            if (open.Length == 0)
            {
                yield return new SgmlPiece(line[at..] + "\n", null);
            }
        }

        if (open.Length > 0)
        {
            throw TextLines.Bad(path, openLine, "a tag that does not end");
        }
    }

    // A < that no letter, slash or mark of a declaration follows is text, as in "a < b".
    private static int TagStart(string line, int from)
    {
        for (int at = line.IndexOf('<', from); at >= 0; at = line.IndexOf('<', at + 1))
        {
            if (at + 1 < line.Length && (char.IsAsciiLetter(line[at + 1]) || line[at + 1] is '/' or '!' or '?'))
            {
                return at;
            }
        }

        return -1;
    }

    // A > within a comment or within quotation marks after an equals sign ends no tag.
    private static int TagEnd(string line, int start)
    {
        if (line.AsSpan(start).StartsWith("<!--", StringComparison.Ordinal))
        {
            int close = line.IndexOf("-->", start + 4, StringComparison.Ordinal);
            return close < 0 ? -1 : close + 2;
        }

        for (int at = start; at < line.Length; at++)
        {
            if (line[at] == '>')
            {
                return at;
            }

            if (line[at] is '"' or '\'' && line[at - 1] == '=')
            {
                int close = line.IndexOf(line[at], at + 1);
                at = close < 0 ? line.Length : close;
            }
        }

        return -1;
    }

    private static SgmlTag? Parse(string tag, int line)
    {
        Match match = TagPattern().Match(tag);
        if (!match.Success)
        {
            return null; // a declaration or a comment
        }

        var attributes = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (Match attribute in AttributePattern().Matches(match.Groups["rest"].Value))
        {
            attributes[attribute.Groups["name"].Value] = SgmlEntities.Resolve(attribute.Groups["value"].Value);
        }

        return new SgmlTag(match.Groups["name"].Value.ToLower(CultureInfo.InvariantCulture), match.Groups["slash"].Length > 0, attributes, line);
    }

    [GeneratedRegex("^<(?<slash>/?)(?<name>[A-Za-z][A-Za-z0-9_-]*)(?<rest>.*)>$", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex TagPattern();

    [GeneratedRegex("""(?<name>[A-Za-z][A-Za-z0-9_:-]*)\s*=\s*(?:"(?<value>[^"]*)"|'(?<value>[^']*)'|(?<value>[^\s"'/>]+))""", RegexOptions.CultureInvariant)]
    private static partial Regex AttributePattern();
}
