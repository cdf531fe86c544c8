using System.Globalization;
using System.Text;
using System.Xml.Linq;

namespace Attention.Lab;

/// <summary>The few SVG elements that a figure is made of; well-formed and escaped by construction.</summary>
internal static class Svg
{
    public const string Paper = "#ffffff", Ink = "#1f2328", Faint = "#d1d9e0";

    // Every colour and the font stand in attributes too, for readers that know no CSS variables or strip styles. A page may set the three --figure-… variables;
    // without them the figure brings its own paper, so that its ink is readable whatever lies around it.
    private const string Style =
        ".attention-figure{max-width:100%;height:auto}"
        + ".attention-figure .paper{fill:var(--figure-paper,#ffffff)}.attention-figure .ink{fill:var(--figure-ink,#1f2328)}.attention-figure .faint{stroke:var(--figure-faint,#d1d9e0)}"
        + "@media(prefers-color-scheme:dark){.attention-figure .paper{fill:var(--figure-paper,#151b23)}.attention-figure .ink{fill:var(--figure-ink,#e6edf3)}.attention-figure .faint{stroke:var(--figure-faint,#3d444d)}}";

    /// <summary>The whole picture, its parts one per line, so that a change to one part is a change to one line.</summary>
    public static string Document(double width, double height, string title, string alternativeText, IEnumerable<XElement> parts)
    {
        string w = Number(Math.Ceiling(width)), h = Number(Math.Ceiling(height));
        XElement root = Element(
            "svg",
            new XAttribute("viewBox", $"0 0 {w} {h}"),
            new XAttribute("width", w),
            new XAttribute("height", h),
            new XAttribute("class", "attention-figure"),
            new XAttribute("font-family", "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', sans-serif"),
            new XAttribute("role", "img"),
            new XAttribute("aria-label", $"{title}. {alternativeText}"));
        root.Add(Element("style", Style), Element("desc", alternativeText), Rectangle(0, 0, Math.Ceiling(width), Math.Ceiling(height), Paper, ("class", "paper"), ("rx", "6")));
        root.Add(parts);

        string open = new XElement(root.Name, root.Attributes()).ToString(SaveOptions.DisableFormatting);
        var text = new StringBuilder("<svg xmlns=\"http://www.w3.org/2000/svg\"").Append(open["<svg".Length..^" />".Length]).Append(">\n");
        foreach (XElement part in root.Elements())
            text.Append(part.ToString(SaveOptions.DisableFormatting)).Append('\n');
        return text.Append("</svg>\n").ToString();
    }

    public static XElement Element(string name, params object?[] content) => new(name, content);

    public static XElement Group(params (string Name, string Value)[] attributes) => Element("g", Attributes(attributes));

    public static XElement Rectangle(double x, double y, double width, double height, string fill, params (string Name, string Value)[] more) =>
        Element("rect", At("x", x), At("y", y), At("width", width), At("height", height), new XAttribute("fill", fill), Attributes(more));

    public static XElement Line(double x1, double y1, double x2, double y2) =>
        Element("path", new XAttribute("d", $"M{Number(x1)} {Number(y1)}L{Number(x2)} {Number(y2)}"), new XAttribute("stroke", Faint), new XAttribute("class", "faint"));

    /// <summary>A piece of text; the anchor is start, middle or end; it is turned by an angle around its own position.</summary>
    public static XElement Text(double x, double y, string text, string anchor = "start", double size = 13, bool bold = false, int turn = 0, string? fill = null)
    {
        XElement element = Element("text", At("x", x), At("y", y), new XAttribute("font-size", Number(size)), new XAttribute("fill", fill ?? Ink));
        if (fill is null)
            element.Add(new XAttribute("class", "ink"));
        if (anchor != "start")
            element.Add(new XAttribute("text-anchor", anchor));
        if (bold)
            element.Add(new XAttribute("font-weight", "600"));
        if (turn != 0)
            element.Add(new XAttribute("transform", $"rotate({Number(turn)} {Number(x)} {Number(y)})"));
        element.Add(text);
        return element;
    }

    /// <summary>What hovering over the element says.</summary>
    public static XElement Hover(string text) => Element("title", text);

    /// <summary>A coordinate with at most two decimals.</summary>
    public static string Number(double value)
    {
        string text = Math.Round(value, 2, MidpointRounding.AwayFromZero).ToString("0.##", CultureInfo.InvariantCulture);
        return text == "-0" ? "0" : text;
    }

    public static XAttribute At(string name, double value) => new(name, Number(value));

    private static IEnumerable<XAttribute> Attributes((string Name, string Value)[] attributes) =>
        attributes.Select(attribute => new XAttribute(attribute.Name, attribute.Value));
}
