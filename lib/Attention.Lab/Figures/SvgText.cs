using System.Xml.Linq;

namespace Attention.Lab;

/// <summary>Titles, placed so that they stay inside the picture however long they are.</summary>
internal static class SvgText
{
    private const double Margin = 16, TitleSize = 15, AxisSize = 13;

    /// <summary>Adds the title of the figure, in as many lines as it needs, and tells where it ends.</summary>
    public static double Heading(List<XElement> parts, string title, double width)
    {
        double line = 10;
        foreach (string text in Glyphs.Wrap(title, width - (2 * Margin), TitleSize * Glyphs.Bold))
            parts.Add(Svg.Text(Margin, line += 19, text, size: TitleSize, bold: true));
        return line + 8;
    }

    /// <summary>Whether the vertical axis's title fits beside a plot of this height; if not, it belongs above.</summary>
    public static bool FitsBeside(string title, double height) => Glyphs.Width(title, AxisSize) <= height;

    /// <summary>The vertical axis's title, turned, to the left of the plot.</summary>
    public static XElement Beside(string title, double middle) => Svg.Text(Margin + AxisSize - 3, middle, title, "middle", AxisSize, turn: -90);

    /// <summary>Adds the vertical axis's title above the plot, and tells where it ends.</summary>
    public static double Above(List<XElement> parts, string title, double top, double width)
    {
        foreach (string text in Glyphs.Wrap(title, width - (2 * Margin), AxisSize))
            parts.Add(Svg.Text(Margin, top += 16, text, size: AxisSize));
        return top + 12;
    }

    /// <summary>Adds the horizontal axis's title under the plot's centre, and tells the line on which it ends.</summary>
    public static double Below(List<XElement> parts, string title, double centre, double line, double width)
    {
        foreach (string text in Glyphs.Wrap(title, width - (2 * Margin), AxisSize))
        {
            double half = Glyphs.Width(text, AxisSize) / 2;
            parts.Add(Svg.Text(Math.Clamp(centre, Margin + half, Math.Max(Margin + half, width - Margin - half)), line, text, "middle", AxisSize));
            line += 16;
        }

        return line - 16;
    }
}
