using System.Text;
using System.Xml.Linq;

namespace Attention.Lab;

internal sealed partial class Chart
{
    private static readonly string[] Dashes = ["", "7 4", "2 4", "9 4 2 4", "12 4", "12 4 2 4"];

    private static readonly string[] Shapes =
        ["m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z", "m-3.5 -3.5h7v7h-7z", "m0 -5l5 5l-5 5l-5 -5z", "m0 -5l4.5 8h-9z", "m0 5l4.5 -8h-9z", "m-1.5 -4.5h3v3h3v3h-3v3h-3v-3h-3v-3h3z"];

    // Beyond so many points marks would hide the line.
    private bool HasMarks => _series.Sum(one => one.X.Count) <= 150;

    private XElement Bars(int index, Scale horizontal, Scale vertical)
    {
        Series one = _series[index];
        XElement group = Svg.Group(("fill", Colours[index]));
        double slot = Math.Abs(horizontal.Pixel(1) - horizontal.Pixel(0)) * 0.8, width = slot / _series.Length;
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
        Series one = _series[index];
        XElement group = Svg.Group(("fill", Colours[index]));
        if (_kind == ChartKind.Lines)
            group.Add(Path(one, index, horizontal, vertical));
        if (_kind == ChartKind.Scatter || HasMarks)
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
}
