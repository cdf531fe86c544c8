using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace Attention.Course.Book.Markup;

/// <summary>An SVG picture that an output holds as text.</summary>
internal static class SvgText
{
    private const string Namespace = "http://www.w3.org/2000/svg";

    /// <summary>Reads the picture, or returns null when the text is no well-formed SVG.</summary>
    public static XElement? TryParse(string svg)
    {
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null, IgnoreComments = true, IgnoreProcessingInstructions = true };
        try
        {
            using XmlReader reader = XmlReader.Create(new StringReader(svg.Trim()), settings);
            XElement root = XElement.Load(reader, LoadOptions.PreserveWhitespace);
            return root.Name.LocalName == "svg" && root.Name.NamespaceName is Namespace or "" ? root : null;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    /// <summary>What a screen reader calls the picture: its label, or its title and description.</summary>
    public static string Name(XElement svg)
    {
        string label = (string?)svg.Attribute("aria-label") ?? "";
        IEnumerable<string> parts = label.Length > 0
            ? [label]
            : svg.Elements().Where(e => e.Name.LocalName is "title" or "desc").Select(e => e.Value);
        return string.Join(". ", parts.Select(p => string.Join(' ', p.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.')).Where(p => p.Length > 0));
    }

    /// <summary>The picture as it stands inside a page: one image with a name, its parts hidden from the accessibility tree.</summary>
    public static string ToHtml(XElement svg, string name)
    {
        var copy = new XElement(svg);
        copy.SetAttributeValue("role", "img");
        copy.SetAttributeValue("aria-labelledby", null);
        copy.SetAttributeValue("aria-describedby", null);
        copy.SetAttributeValue("aria-label", name);
        if (copy.Attribute("viewBox") is null && (string?)copy.Attribute("width") is { } width && (string?)copy.Attribute("height") is { } height
            && double.TryParse(width, CultureInfo.InvariantCulture, out _) && double.TryParse(height, CultureInfo.InvariantCulture, out _))
        {
            copy.SetAttributeValue("viewBox", $"0 0 {width} {height}");
        }

        return copy.ToString(SaveOptions.DisableFormatting);
    }
}
