using System.Globalization;
using System.Text;
using System.Xml.Linq;

namespace Attention.Lab;

internal sealed partial class HeatMap
{
    private const double Widest = 344, LabelSize = 13, Gap = 8;
    private const string NotFinite = "#8c959f";

    public override string ToSvg()
    {
        double width = Math.Floor(Math.Clamp(Widest / DrawnColumns, 5, 60));
        double height = Math.Floor(Math.Clamp(Widest / DrawnRows, 5, Math.Min(48, Math.Max(width, 18))));
        double plotWidth = width * DrawnColumns, plotHeight = height * DrawnRows;

        string[] rowNames = [.. Enumerable.Range(0, DrawnRows).Select(row => Glyphs.Fit(Name(_y, row, Rows), 130, LabelSize))];
        string[] columnNames = [.. Enumerable.Range(0, DrawnColumns).Select(column => Glyphs.Fit(Name(_x, column, Columns), 110, LabelSize))];
        double rowLabels = rowNames.Max(name => Glyphs.Width(name, LabelSize)), columnLabels = columnNames.Max(name => Glyphs.Width(name, LabelSize));
        // A name under each column if it fits; else slanted if there is room for that or the names are long; else every so many columns.
        bool fits = columnLabels <= width - 4, turned = !fits && (width >= 16 || columnLabels > 60);
        double room = fits ? width : turned ? 16 : columnLabels + 6;
        int columnStep = (int)Math.Ceiling(room / width), rowStep = (int)Math.Ceiling(16 / height);

        double left = Math.Ceiling(16 + LabelSize + Gap + rowLabels + Gap);
        string[] barNames = [.. ScaleBar.Names(_colours)];
        double scale = 18 + ScaleBar.Width + 6 + Math.Max(barNames.Max(name => Glyphs.Width(name, 12)), Glyphs.Width(_measure, 12) - ScaleBar.Width - 6) + 14;
        double total = Math.Max(300, left + plotWidth + scale);
        var parts = new List<XElement>();
        double top = SvgText.Heading(parts, Title, total) + 8;
        if (SvgText.FitsBeside(_y.Title, plotHeight))
            parts.Add(SvgText.Beside(_y.Title, top + (plotHeight / 2)));
        else
            top = SvgText.Above(parts, _y.Title, top - 10, total);
        double labelsTop = top + plotHeight + Gap;
        double labelsHeight = turned ? (columnLabels * 0.72) + 10 : LabelSize + 2;
        double bottom = SvgText.Below(parts, _x.Title, left + (plotWidth / 2), labelsTop + labelsHeight + Gap + LabelSize, total);
        for (int row = 0; row < DrawnRows; row += rowStep)
            parts.Add(Svg.Text(left - Gap, top + (height * (row + 0.5)) + 4.5, rowNames[row], "end"));
        for (int column = 0; column < DrawnColumns; column += columnStep)
        {
            double centre = left + (width * (column + 0.5));
            parts.Add(turned
                ? Svg.Text(centre + 4, labelsTop + 6, columnNames[column], "end", turn: -45)
                : Svg.Text(centre, labelsTop + LabelSize - 2, columnNames[column], "middle"));
        }

        parts.AddRange(HasTitles ? Enumerable.Range(0, DrawnRows).Select(row => Row(row, left, top + (height * row), width, height)) : Carpet(left, top, width, height));
        double barHeight = Math.Max(plotHeight, 72);
        parts.AddRange(ScaleBar.Draw(_colours, left + plotWidth + 18, top, barHeight, _measure, barNames));
        bottom = Math.Max(bottom, top + barHeight + 20);
        if (_block > 1)
            parts.Add(Svg.Text(left, bottom += 20, BlockNote, size: 12));
        return Svg.Document(total, bottom + 14, Title, AlternativeText, parts);
    }

    private bool HasTitles => DrawnRows * DrawnColumns <= 576;

    private bool IsPrinted => DrawnRows * DrawnColumns <= 100;

    // Cells of one row stand on one line of the file.
    private XElement Row(int row, double left, double top, double width, double height)
    {
        XElement group = Svg.Group();
        for (int column = 0; column < DrawnColumns; column++)
        {
            double value = _cells[row, column], edge = left + (width * column);
            bool finite = double.IsFinite(value);
            XElement cell = Svg.Rectangle(edge, top, width - 1, height - 1, finite ? _colours.Colour(value) : NotFinite);
            cell.Add(Svg.Hover(Hover(row, column)));
            group.Add(cell);
            if (IsPrinted && width >= 34)
                group.Add(Print(row, column, edge + ((width - 1) / 2), top + (height / 2) + 4));
            else if (!finite)
                group.Add(Strike(edge, top, width - 1, height - 1));
        }

        return group;
    }

    // A title for each of thousands of cells would weigh more than the picture. Cells of one colour are strokes of one path, and each row has a title.
    private IEnumerable<XElement> Carpet(double left, double top, double width, double height)
    {
        var strokes = new SortedDictionary<string, StringBuilder>(StringComparer.Ordinal);
        for (int row = 0; row < DrawnRows; row++)
        {
            for (int column = 0; column < DrawnColumns;)
            {
                string colour = CoarseColour(row, column);
                int end = column + 1;
                while (end < DrawnColumns && CoarseColour(row, end) == colour)
                    end++;
                if (!strokes.TryGetValue(colour, out StringBuilder? path))
                    strokes.Add(colour, path = new StringBuilder());
                path.Append(CultureInfo.InvariantCulture, $"M{column} {row}h{end - column}");
                column = end;
            }
        }

        XElement group = Svg.Group(("transform", $"translate({Svg.Number(left)} {Svg.Number(top + (height / 2))})scale({Svg.Number(width)} {Svg.Number(height)})"), ("shape-rendering", "crispEdges"));
        foreach ((string colour, StringBuilder path) in strokes)
            group.Add(Svg.Element("path", new XAttribute("stroke", colour), new XAttribute("d", path.ToString())));
        yield return group;
        XElement titles = Svg.Group(("fill-opacity", "0"));
        for (int row = 0; row < DrawnRows; row++)
        {
            XElement line = Svg.Element("rect", Svg.At("x", left), Svg.At("y", top + (height * row)), Svg.At("width", width * DrawnColumns), Svg.At("height", height));
            line.Add(Svg.Hover(RowSummary(row)));
            titles.Add(line);
        }

        yield return titles;
    }

    private string CoarseColour(int row, int column) => double.IsFinite(_cells[row, column]) ? _colours.Coarse(_cells[row, column]) : NotFinite;

    private XElement Print(int row, int column, double centre, double baseline)
    {
        double value = _cells[row, column];
        string number = Numbers.Typeset(Printed(row, column));
        XElement text = Svg.Text(centre, baseline, number, "middle", fill: double.IsFinite(value) ? _colours.Ink(value) : "#000000");
        text.Add(new XAttribute("pointer-events", "none"));
        return text;
    }

    private static XElement Strike(double left, double top, double width, double height) => Svg.Element(
        "path",
        new XAttribute("d", $"M{Svg.Number(left)} {Svg.Number(top + height)}L{Svg.Number(left + width)} {Svg.Number(top)}"),
        new XAttribute("stroke", "#ffffff"),
        new XAttribute("pointer-events", "none"));

    private string RowSummary(int row)
    {
        int best = 0;
        for (int column = 1; column < DrawnColumns; column++)
        {
            if (_cells[row, column] > _cells[row, best] || double.IsNaN(_cells[row, best]))
                best = column;
        }

        return "largest in this row: " + Hover(row, best);
    }
}
