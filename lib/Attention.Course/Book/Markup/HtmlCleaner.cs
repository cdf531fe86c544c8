using System.Text;
using System.Text.RegularExpressions;

namespace Attention.Course.Book.Markup;

/// <summary>Where a page's links and images lead.</summary>
internal interface ILinkMap
{
    /// <summary>The address a link gets on the page, or null when it may not be a link.</summary>
    string? Link(string address);

    /// <summary>The address an image gets on the page, or null when it cannot be shown.</summary>
    string? Image(string address);
}

/// <summary>
/// The gate through which everything passes that a notebook wrote: Markdown once rendered, HTML outputs, SVG. What leaves is balanced, so that it cannot
/// break the page around it; has no script, no style sheet and no address that a browser would fetch from elsewhere; and its ids are its own.
/// </summary>
/// <param name="prefix">Put before every id, so that two outputs of a page never share one.</param>
/// <param name="keep">Ids that belong to the page and stay as they are.</param>
/// <param name="links">Where links and images lead.</param>
internal sealed partial class HtmlCleaner(string prefix, IReadOnlySet<string> keep, ILinkMap links)
{
    private static readonly HashSet<string> Void = ["br", "hr", "img", "input", "wbr", "col"];

    private static readonly HashSet<string> Allowed =
    [
        .. Void, "a", "abbr", "b", "blockquote", "caption", "cite", "code", "colgroup", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure",
        "h1", "h2", "h3", "h4", "h5", "h6", "i", "ins", "kbd", "li", "mark", "meter", "ol", "p", "pre", "progress", "q", "s", "samp", "section", "small", "span", "strong", "sub",
        "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "u", "ul", "var",
    ];

    private static readonly HashSet<string> AllowedInSvg =
    [
        "svg", "a", "circle", "clippath", "defs", "desc", "ellipse", "filter", "g", "image", "line", "lineargradient", "marker", "mask", "path", "pattern", "polygon", "polyline",
        "radialgradient", "rect", "stop", "switch", "symbol", "text", "textpath", "title", "tspan", "use",
    ];

    private static readonly HashSet<string> References = ["for", "aria-labelledby", "aria-describedby", "aria-controls", "headers"];

    private readonly StringBuilder _html = new();
    private readonly Stack<string> _open = new();
    private HashSet<string> _ids = [];
    private int _svgDepth;

    /// <summary>Cleans one fragment. An instance serves one fragment.</summary>
    public string Clean(string html)
    {
        List<HtmlToken> tokens = [.. HtmlTokens.Read(html)];
        _ids = [.. tokens.OfType<HtmlStart>().SelectMany(t => t.Attributes).Where(a => a.Key == "id" && !keep.Contains(a.Value)).Select(a => a.Value)];
        string? skipped = null;
        foreach (HtmlToken token in tokens)
        {
            switch (token)
            {
                case HtmlEnd end when skipped is not null:
                    skipped = string.Equals(end.Name, skipped, StringComparison.OrdinalIgnoreCase) ? null : skipped;
                    break;
                case HtmlText text when skipped is null:
                    _html.Append(text.Encoded);
                    break;
                case HtmlStart start when skipped is null:
                    skipped = Open(start);
                    break;
                case HtmlEnd end:
                    Close(end.Name.ToLowerInvariant());
                    break;
                default:
                    break;
            }
        }

        while (_open.Count > 0)
        {
            CloseTop();
        }

        // A header cell without a text heads nothing.
        return EmptyHeader().Replace(_html.ToString(), "<td$1></td>");
    }

    // Returns the element whose content has to go too, or null.
    private string? Open(HtmlStart start)
    {
        string name = start.Name.ToLowerInvariant();
        bool inSvg = _svgDepth > 0 || name == "svg";
        if (!(inSvg ? AllowedInSvg : Allowed).Contains(name))
        {
            return start.SelfClosing || name is not ("script" or "style" or "iframe" or "object" or "textarea" or "title" or "template" or "noscript" or "foreignobject") ? null : name;
        }

        if (name == "img")
        {
            AppendImage(start);
            return null;
        }

        _html.Append(name == "table" ? "<div class=\"scroll\">" : "").Append('<').Append(start.Name);
        foreach ((string key, string value) in start.Attributes)
        {
            Append(name, key, value);
        }

        bool isEmpty = inSvg ? start.SelfClosing : Void.Contains(name);
        _html.Append(isEmpty && inSvg ? "/>" : ">");
        if (!isEmpty)
        {
            _open.Push(start.Name);
            _svgDepth += name == "svg" ? 1 : 0;
        }

        return null;
    }

    // An image that cannot be shown is its text.
    private void AppendImage(HtmlStart image)
    {
        string? Value(string name) => image.Attributes.Where(a => a.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(a => a.Value).FirstOrDefault();
        string text = Html.Escape(Value("alt") ?? "");
        if (Value("src") is not { } source || links.Image(source) is not { } address)
        {
            _html.Append(text);
            return;
        }

        _html.Append("<img src=\"").Append(Html.Escape(address)).Append("\" alt=\"").Append(text).Append('"');
        foreach ((string key, string value) in image.Attributes.Where(a => a.Key.ToLowerInvariant() is not ("src" or "alt")))
        {
            Append("img", key, value);
        }

        _html.Append('>');
    }

    private void Close(string name)
    {
        if (!_open.Any(open => string.Equals(open, name, StringComparison.OrdinalIgnoreCase)))
        {
            return;
        }

        while (!string.Equals(CloseTop(), name, StringComparison.OrdinalIgnoreCase))
        {
        }
    }

    private string CloseTop()
    {
        string name = _open.Pop();
        _html.Append("</").Append(name).Append('>');
        _html.Append(name.Equals("table", StringComparison.OrdinalIgnoreCase) ? "</div>" : "");
        _svgDepth -= name.Equals("svg", StringComparison.OrdinalIgnoreCase) ? 1 : 0;
        return name;
    }

    private void Append(string element, string key, string value)
    {
        string name = key.ToLowerInvariant();
        string? cleaned = name switch
        {
            _ when !AttributeName().IsMatch(name) || name.StartsWith("on", StringComparison.Ordinal) => null,
            "src" or "srcdoc" or "srcset" or "formaction" or "action" or "background" or "ping" or "autofocus" or "tabindex" or "target" => null,
            "id" => _ids.Contains(value) ? prefix + value : value,
            "href" or "xlink:href" => CleanHref(element, value),
            _ when References.Contains(name) => string.Join(' ', value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Scoped)),
            _ => LocalUrl().Replace(value, m => $"url(#{Scoped(m.Groups[1].Value)})"),
        };
        if (cleaned is null || (cleaned.Contains("url(", StringComparison.OrdinalIgnoreCase) && LocalUrl().Replace(cleaned, "").Contains("url(", StringComparison.OrdinalIgnoreCase)))
        {
            return;
        }

        _html.Append(' ').Append(key).Append("=\"").Append(Html.Escape(cleaned)).Append('"');
        if (element == "a" && name == "href" && cleaned.StartsWith("http", StringComparison.Ordinal))
        {
            _html.Append(" rel=\"noopener noreferrer\"");
        }
    }

    private string? CleanHref(string element, string value) =>
        value.StartsWith('#') && _ids.Contains(value[1..]) ? "#" + Scoped(value[1..])
        : element == "a" ? links.Link(value)
        : element == "image" ? links.Image(value)
        : value.StartsWith('#') ? value
        : null;

    private string Scoped(string id) => _ids.Contains(id) ? prefix + id : id;

    [GeneratedRegex("<th([^>]*)></th>")]
    private static partial Regex EmptyHeader();

    [GeneratedRegex("^[a-z_:][a-z0-9_:.-]*$")]
    private static partial Regex AttributeName();

    [GeneratedRegex(@"url\(\s*['""]?#([^'"")\s]+)['""]?\s*\)", RegexOptions.IgnoreCase)]
    private static partial Regex LocalUrl();
}
