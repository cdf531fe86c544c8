using System.Text;
using System.Xml.Linq;

namespace Attention.Lab;

internal sealed partial class Chart
{
    private const double PlotWidth = 392, PlotHeight = 236, LabelSize = 13;

    private static readonly string[] Dashes = ["", "7 4", "2 4", "9 4 2 4", "12 4", "12 4 2 4"];

    // Beyond so many points marks would hide the line.
    private bool HasMarks => series.Sum(one => one.X.Count) <= 150;

    public override string ToSvg()
    {
        var parts = new List<XElement>();
        (double low, double high) = Range(Drawn.Select(point => point.Y));
        if (kind == ChartKind.Bars)
            (low, high) = (Math.Min(low, 0), Math.Max(high, 0));
        var probe = new Scale(low, high, y.Logarithmic, 0, 1, 5, round: true);
        double left = 16 + LabelSize + 8 + probe.Ticks.Max(tick => Glyphs.Width(YName(tick), 12)) + 8;
        double total = left + PlotWidth + 20;
        double top = SvgText.Heading(parts, Title, total) + 6;
        double bottom = top + PlotHeight;
        var vertical = new Scale(low, high, y.Logarithmic, bottom, top, 5, round: true);
        (double first, double last) = Range(series.SelectMany(one => one.X).Where(double.IsFinite));
        if (x.Labels is not null || kind == ChartKind.Bars)
            (first, last) = (x.Labels is null ? first - 0.5 : -0.5, (x.Labels?.Count ?? last + 1) - 0.5);
        double inset = kind == ChartKind.Bars || x.Labels is not null ? 0 : 10;
        var horizontal = new Scale(first, last, x.Logarithmic, left + inset, left + PlotWidth - inset, 6, round: false);

        foreach (double tick in vertical.Ticks)
        {
            parts.Add(Svg.Line(left, vertical.Pixel(tick), left + PlotWidth, vertical.Pixel(tick)));
            parts.Add(Svg.Text(left - 8, vertical.Pixel(tick) + 4, YName(tick), "end", 12));
        }

        parts.Add(Svg.Text(16 + LabelSize - 3, top + (PlotHeight / 2), y.Title, "middle", LabelSize, turn: -90));
        double below = AddPositions(parts, horizontal, bottom) + LabelSize + 6;
        parts.Add(Svg.Text(left + (PlotWidth / 2), below, x.Title, "middle"));
        for (int i = 0; i < series.Length; i++)
            parts.Add(kind == ChartKind.Bars ? Bars(i, horizontal, vertical) : Points(i, horizontal, vertical));
        if (series.Length > 1)
            below = AddLegend(parts, left, total - 16, below + 10);
        return Svg.Document(total, below + 16, Title, AlternativeText, parts);
    }

    private string YName(double tick) => y.Labels is { } labels && tick == Math.Floor(tick) && tick >= 0 && tick < labels.Count ? labels[(int)tick] : Numbers.Typeset(Numbers.Significant(tick, 6));

    private double AddPositions(List<XElement> parts, Scale horizontal, double bottom)
    {
        IReadOnlyList<double> positions = x.Labels is null ? Whole(horizontal.Ticks) : [.. Enumerable.Range(0, x.Labels.Count).Select(i => (double)i)];
        string[] names = [.. positions.Select(position => Glyphs.Fit(Numbers.Typeset(XName(position)), 110, 12))];
        double room = positions.Count > 1 ? Math.Abs(horizontal.Pixel(positions[1]) - horizontal.Pixel(positions[0])) : PlotWidth;
        double widest = names.Max(name => Glyphs.Width(name, 12));
        bool turned = x.Labels is not null && widest > room - 4;
        int step = turned ? Math.Max(1, (int)Math.Ceiling(15 / room)) : Math.Max(1, (int)Math.Ceiling((widest + 6) / room));
        for (int i = 0; i < names.Length; i += step)
        {
            double centre = horizontal.Pixel(positions[i]);
            parts.Add(turned ? Svg.Text(centre + 4, bottom + 14, names[i], "end", 12, turn: -45) : Svg.Text(centre, bottom + 18, names[i], "middle", 12));
        }

        return bottom + (turned ? (widest * 0.72) + 14 : 22);
    }

    private IReadOnlyList<double> Whole(IReadOnlyList<double> ticks) =>
        kind == ChartKind.Bars ? [.. ticks.Where(tick => tick == Math.Floor(tick))] : ticks;

    private XElement Bars(int index, Scale horizontal, Scale vertical)
    {
        Series one = series[index];
        XElement group = Svg.Group(("fill", Colours[index]));
        double slot = Math.Abs(horizontal.Pixel(1) - horizontal.Pixel(0)) * 0.8, width = slot / series.Length;
        for (int i = 0; i < one.X.Count; i++)
        {
            if (!one.IsDrawn(i))
                continue;
            double edge = horizontal.Pixel(one.X[i]) - (slot / 2) + (index * width);
            double foot = vertical.Pixel(0), head = vertical.Pixel(one.Y[i]);
            XElement bar = Svg.Rectangle(edge, Math.Min(foot, head), Math.Max(width - 1, 0.5), Math.Abs(foot - head), Colours[index]);
            bar.Add(Svg.Hover(Hover(one, i)));
            group.Add(bar);
        }

        return group;
    }

    private XElement Points(int index, Scale horizontal, Scale vertical)
    {
        Series one = series[index];
        XElement group = Svg.Group(("fill", Colours[index]));
        if (kind == ChartKind.Lines)
            group.Add(Path(one, index, horizontal, vertical));
        if (kind == ChartKind.Scatter || HasMarks)
        {
            for (int i = 0; i < one.X.Count; i++)
            {
                if (one.IsDrawn(i))
                    group.Add(Mark(index, horizontal.Pixel(one.X[i]), vertical.Pixel(one.Y[i]), Hover(one, i)));
            }
        }
        else
        {
            group.AddFirst(Svg.Hover(one.Name));
        }

        return group;
    }

    private static XElement Path(Series one, int index, Scale horizontal, Scale vertical)
    {
        var path = new StringBuilder();
        bool pen = false;
        for (int i = 0; i < one.X.Count; i++)
        {
            bool drawn = one.IsDrawn(i);
            if (drawn)
                path.Append(pen ? 'L' : 'M').Append(Svg.Number(horizontal.Pixel(one.X[i]))).Append(' ').Append(Svg.Number(vertical.Pixel(one.Y[i])));
            pen = drawn;
        }

        XElement line = Svg.Element("path", new XAttribute("d", path.ToString()), new XAttribute("fill", "none"), new XAttribute("stroke", Colours[index]), new XAttribute("stroke-width", "2"), new XAttribute("stroke-linejoin", "round"));
        if (Dashes[index].Length > 0)
            line.Add(new XAttribute("stroke-dasharray", Dashes[index]));
        return line;
    }

    /// <summary>Series differ in shape as well as in colour.</summary>
    private static XElement Mark(int index, double x, double y, string? hover)
    {
        XElement mark = Svg.Element("path", new XAttribute("d", $"M{Svg.Number(x)} {Svg.Number(y)}{Shapes[index]}"), new XAttribute("fill", Colours[index]));
        if (hover is not null)
            mark.Add(Svg.Hover(hover));
        return mark;
    }

    private static readonly string[] Shapes =
        ["m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z", "m-3.5 -3.5h7v7h-7z", "m0 -5l5 5l-5 5l-5 -5z", "m0 -5l4.5 8h-9z", "m0 5l4.5 -8h-9z", "m-1.5 -4.5h3v3h3v3h-3v3h-3v-3h-3v-3h3z"];

    private double AddLegend(List<XElement> parts, double left, double right, double line)
    {
        double x0 = left;
        line += LabelSize;
        for (int i = 0; i < series.Length; i++)
        {
            double width = 32 + Glyphs.Width(series[i].Name, LabelSize) + 16;
            if (x0 > left && x0 + width > right)
                (x0, line) = (left, line + 20);
            XElement entry = Svg.Group(("fill", Colours[i]));
            if (kind == ChartKind.Lines)
            {
                XElement sample = Svg.Element("path", new XAttribute("d", $"M{Svg.Number(x0)} {Svg.Number(line - 4.5)}h26"), new XAttribute("stroke", Colours[i]), new XAttribute("stroke-width", "2"));
                if (Dashes[i].Length > 0)
                    sample.Add(new XAttribute("stroke-dasharray", Dashes[i]));
                entry.Add(sample);
            }

            entry.Add(kind == ChartKind.Bars ? Svg.Rectangle(x0 + 8, line - 10, 12, 12, Colours[i]) : Mark(i, x0 + 13, line - 4.5, null));
            entry.Add(Svg.Text(x0 + 32, line, series[i].Name));
            parts.Add(entry);
            x0 += width;
        }

        return line;
    }

    private static (double Low, double High) Range(IEnumerable<double> numbers)
    {
        (double low, double high) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (double number in numbers)
            (low, high) = (Math.Min(low, number), Math.Max(high, number));
        return (low, high);
    }
}
