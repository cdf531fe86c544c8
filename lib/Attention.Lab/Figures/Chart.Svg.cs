using System.Xml.Linq;

namespace Attention.Lab;

internal sealed partial class Chart
{
    private const double PlotWidth = 392, PlotHeight = 236, LabelSize = 13;

    public override string ToSvg()
    {
        var parts = new List<XElement>();
        (double low, double high) = Range(Drawn.Select(point => point.Y));
        if (_kind == ChartKind.Bars)
            (low, high) = (Math.Min(low, 0), Math.Max(high, 0));
        var probe = new Scale(low, high, _y.Logarithmic, 0, 1, 5, round: true);
        double left = 16 + LabelSize + 8 + probe.Ticks.Max(tick => Glyphs.Width(YName(tick), 12)) + 8;
        double total = left + PlotWidth + 20;
        double top = SvgText.Heading(parts, Title, total) + 6;
        if (SvgText.FitsBeside(_y.Title, PlotHeight))
            parts.Add(SvgText.Beside(_y.Title, top + (PlotHeight / 2)));
        else
            top = SvgText.Above(parts, _y.Title, top - 10, total);
        double bottom = top + PlotHeight;
        var vertical = new Scale(low, high, _y.Logarithmic, bottom, top, 5, round: true);
        (double first, double last) = Range(_series.SelectMany(one => one.X).Where(double.IsFinite));
        if (_x.Labels is not null || _kind == ChartKind.Bars)
            (first, last) = (_x.Labels is null ? first - 0.5 : -0.5, (_x.Labels?.Count ?? last + 1) - 0.5);
        double inset = _kind == ChartKind.Bars || _x.Labels is not null ? 0 : 10;
        var horizontal = new Scale(first, last, _x.Logarithmic, left + inset, left + PlotWidth - inset, 6, round: false);

        foreach (double tick in vertical.Ticks)
        {
            parts.Add(Svg.Line(left, vertical.Pixel(tick), left + PlotWidth, vertical.Pixel(tick)));
            parts.Add(Svg.Text(left - 8, vertical.Pixel(tick) + 4, YName(tick), "end", 12));
        }

        double below = SvgText.Below(parts, _x.Title, left + (PlotWidth / 2), AddPositions(parts, horizontal, bottom) + LabelSize + 6, total);
        for (int i = 0; i < _series.Length; i++)
            parts.Add(_kind == ChartKind.Bars ? Bars(i, horizontal, vertical) : Points(i, horizontal, vertical));
        if (_series.Length > 1)
            below = AddLegend(parts, left, total - 16, below + 10);
        return Svg.Document(total, below + 16, Title, AlternativeText, parts);
    }

    private string YName(double tick) =>
        _y.Labels is { } labels && tick == Math.Floor(tick) && tick >= 0 && tick < labels.Count ? labels[(int)tick] : Numbers.Tick(tick);

    private double AddPositions(List<XElement> parts, Scale horizontal, double bottom)
    {
        IReadOnlyList<double> positions = Positions(horizontal);
        string[] names = [.. positions.Select(position => _x.Labels is null ? Numbers.Tick(position) : Glyphs.Fit(XName(position), 110, 12))];
        double room = positions.Count > 1 ? Math.Abs(horizontal.Pixel(positions[1]) - horizontal.Pixel(positions[0])) : PlotWidth;
        double widest = names.Max(name => Glyphs.Width(name, 12));
        bool turned = _x.Labels is not null && widest > room - 4;
        int step = Math.Max(1, (int)Math.Ceiling((turned ? 15 : widest + 6) / room));
        for (int i = 0; i < names.Length; i += step)
        {
            double centre = horizontal.Pixel(positions[i]);
            parts.Add(turned ? Svg.Text(centre + 4, bottom + 14, names[i], "end", 12, turn: -45) : Svg.Text(centre, bottom + 18, names[i], "middle", 12));
        }

        return bottom + (turned ? (widest * 0.72) + 14 : 22);
    }

    /// <summary>Where to write along the horizontal axis: at the labels, at the points themselves if they are few, else at round numbers.</summary>
    private IReadOnlyList<double> Positions(Scale horizontal)
    {
        if (_x.Labels is not null)
            return [.. Enumerable.Range(0, _x.Labels.Count).Select(i => (double)i)];
        if (FewPositions() is { } few && (few.Length == 1 || horizontal.Pixel(few[1]) - horizontal.Pixel(few[0]) >= 36))
            return few;
        return _kind == ChartKind.Bars ? [.. horizontal.Ticks.Where(tick => tick == Math.Floor(tick))] : horizontal.Ticks;
    }

    private double AddLegend(List<XElement> parts, double left, double right, double line)
    {
        double x0 = left;
        line += LabelSize;
        for (int i = 0; i < _series.Length; i++)
        {
            string name = Glyphs.Fit(_series[i].Name, right - left - 32, LabelSize);
            double width = 32 + Glyphs.Width(name, LabelSize) + 16;
            if (x0 > left && x0 + width > right)
                (x0, line) = (left, line + 20);
            XElement entry = Svg.Group(("fill", Colours[i]));
            if (_kind == ChartKind.Lines)
            {
                XElement sample = Svg.Element("path", new XAttribute("d", $"M{Svg.Number(x0)} {Svg.Number(line - 4.5)}h26"), new XAttribute("stroke", Colours[i]), new XAttribute("stroke-width", "2"));
                if (Dashes[i].Length > 0)
                    sample.Add(new XAttribute("stroke-dasharray", Dashes[i]));
                entry.Add(sample);
            }

            entry.Add(_kind == ChartKind.Bars ? Svg.Rectangle(x0 + 8, line - 10, 12, 12, Colours[i]) : Mark(i, x0 + 13, line - 4.5, null));
            entry.Add(Svg.Text(x0 + 32, line, name));
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
