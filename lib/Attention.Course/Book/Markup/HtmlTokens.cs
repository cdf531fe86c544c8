using System.Net;

namespace Attention.Course.Book.Markup;

/// <summary>A piece of HTML as written.</summary>
internal abstract record HtmlToken;

/// <summary>Characters between tags, entities still encoded, with no <c>&lt;</c> left in them.</summary>
internal sealed record HtmlText(string Encoded) : HtmlToken;

/// <summary>A start tag; the attributes' values are decoded.</summary>
internal sealed record HtmlStart(string Name, IReadOnlyList<KeyValuePair<string, string>> Attributes, bool SelfClosing) : HtmlToken;

/// <summary>An end tag.</summary>
internal sealed record HtmlEnd(string Name) : HtmlToken;

/// <summary>Splits HTML into text and tags. Comments, doctypes and processing instructions vanish; what is no tag is text.</summary>
internal static class HtmlTokens
{
    // Their content is not HTML: it runs to the end tag, whatever it holds.
    private static readonly HashSet<string> RawText = ["script", "style", "textarea", "iframe", "noembed", "noframes", "noscript", "xmp", "plaintext"];

    public static IEnumerable<HtmlToken> Read(string html)
    {
        int at = 0;
        while (at < html.Length)
        {
            int open = html.IndexOf('<', at);
            if (open < 0)
            {
                yield return new HtmlText(html[at..]);
                yield break;
            }

            if (open > at)
            {
                yield return new HtmlText(html[at..open]);
            }

            (HtmlToken? token, at) = ReadMarkup(html, open);
            if (token is not null)
            {
                yield return token;
            }

            if (token is HtmlStart { SelfClosing: false } start && RawText.Contains(start.Name.ToLowerInvariant()))
            {
                int end = html.IndexOf("</" + start.Name, at, StringComparison.OrdinalIgnoreCase);
                end = end < 0 ? html.Length : end;
                yield return new HtmlText(html[at..end].Replace("<", "&lt;", StringComparison.Ordinal));
                at = end;
            }
        }
    }

    private static (HtmlToken? Token, int Next) ReadMarkup(string html, int open)
    {
        char next = open + 1 < html.Length ? html[open + 1] : ' ';
        if (next is '!' or '?')
        {
            bool isComment = string.CompareOrdinal(html, open, "<!--", 0, 4) == 0;
            int end = html.IndexOf(isComment ? "-->" : ">", open + (isComment ? 4 : 1), StringComparison.Ordinal);
            return (null, end < 0 ? html.Length : end + (isComment ? 3 : 1));
        }

        bool isEnd = next == '/';
        int at = isEnd ? open + 2 : open + 1;
        if (at >= html.Length || !char.IsAsciiLetter(html[at]))
        {
            return (new HtmlText("&lt;"), open + 1);
        }

        int nameEnd = at;
        while (nameEnd < html.Length && (char.IsAsciiLetterOrDigit(html[nameEnd]) || html[nameEnd] is '-' or ':' or '_'))
        {
            nameEnd++;
        }

        string name = html[at..nameEnd];
        (List<KeyValuePair<string, string>> attributes, bool selfClosing, int after) = ReadAttributes(html, nameEnd);
        return after < 0 ? (new HtmlText("&lt;"), open + 1)
            : isEnd ? (new HtmlEnd(name), after)
            : (new HtmlStart(name, attributes, selfClosing), after);
    }

    // Next is −1 when the tag never ends: then it is no tag.
    private static (List<KeyValuePair<string, string>> Attributes, bool SelfClosing, int Next) ReadAttributes(string html, int at)
    {
        var attributes = new List<KeyValuePair<string, string>>();
        while (true)
        {
            bool slash = false;
            while (at < html.Length && (char.IsWhiteSpace(html[at]) || html[at] == '/'))
            {
                slash = html[at++] == '/';
            }

            if (at >= html.Length)
            {
                return (attributes, false, -1);
            }

            if (html[at] == '>')
            {
                return (attributes, slash, at + 1);
            }

            int start = at++;
            while (at < html.Length && !char.IsWhiteSpace(html[at]) && html[at] is not ('=' or '>' or '/'))
            {
                at++;
            }

            string name = html[start..at];
            (string value, at) = ReadValue(html, at);
            attributes.Add(new(name, WebUtility.HtmlDecode(value)));
        }
    }

    private static (string Value, int Next) ReadValue(string html, int at)
    {
        int equals = at;
        while (equals < html.Length && char.IsWhiteSpace(html[equals]))
        {
            equals++;
        }

        if (equals >= html.Length || html[equals] != '=')
        {
            return ("", at);
        }

        int start = equals + 1;
        while (start < html.Length && char.IsWhiteSpace(html[start]))
        {
            start++;
        }

        if (start < html.Length && html[start] is '"' or '\'')
        {
            int close = html.IndexOf(html[start], start + 1);
            return close < 0 ? ("", html.Length) : (html[(start + 1)..close], close + 1);
        }

        int end = start;
        while (end < html.Length && !char.IsWhiteSpace(html[end]) && html[end] != '>')
        {
            end++;
        }

        return (html[start..end], end);
    }
}
