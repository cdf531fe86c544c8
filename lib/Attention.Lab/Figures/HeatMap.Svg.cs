using System.Xml.Linq;

namespace Attention.Lab;

internal sealed partial class HeatMap
{
    private const double Widest = 344, LabelSize = 13, Gap = 8;

    public override string ToSvg()
    {
        double width = Math.Clamp(Widest / DrawnColumns, 5, 60);
        double height = Math.Clamp(Widest / DrawnRows, 5, Math.Min(48, Math.Max(width, 18)));
        double plotWidth = width * DrawnColumns, plotHeight = height * DrawnRows;

        string[] rowNames = [.. Enumerable.Range(0, DrawnRows).Select(row => Glyphs.Fit(Name(y, row, Rows), 130, LabelSize))];
        string[] columnNames = [.. Enumerable.Range(0, DrawnColumns).Select(column => Glyphs.Fit(Name(x, column, Columns), 110, LabelSize))];
        double rowLabels = rowNames.Max(name => Glyphs.Width(name, LabelSize)), columnLabels = columnNames.Max(name => Glyphs.Width(name, LabelSize));
        int columnStep = Math.Max(1, (int)Math.Ceiling(15 / width)), rowStep = Math.Max(1, (int)Math.Ceiling(15 / height));
        bool turned = columnLabels > (width * columnStep) - 4;

        double left = 16 + LabelSize + Gap + rowLabels + Gap;
        string[] barNames = [.. ScaleBar.Names(colours, decimals)];
        double scale = 18 + ScaleBar.Width + 6 + Math.Max(barNames.Max(name => Glyphs.Width(name, 12)), Glyphs.Width(measure, 12) - ScaleBar.Width - 6) + 14;
        double total = Math.Max(300, left + plotWidth + scale);
        var parts = new List<XElement>();
        double top = SvgText.Heading(parts, Title, total) + 8;
        double labelsTop = top + plotHeight + Gap;
        double labelsHeight = turned ? (columnLabels * 0.72) + 10 : LabelSize + 2;
        double bottom = labelsTop + labelsHeight + Gap + LabelSize;

        parts.Add(Svg.Text(16 + LabelSize - 3, top + (plotHeight / 2), y.Title, "middle", LabelSize, turn: -90));
        parts.Add(Svg.Text(left + (plotWidth / 2), bottom, x.Title, "middle"));
        for (int row = 0; row < DrawnRows; row += rowStep)
            parts.Add(Svg.Text(left - Gap, top + (height * (row + 0.5)) + 4.5, rowNames[row], "end"));
        for (int column = 0; column < DrawnColumns; column += columnStep)
        {
            double centre = left + (width * (column + 0.5));
            parts.Add(turned
                ? Svg.Text(centre + 4, labelsTop + 6, columnNames[column], "end", turn: -45)
                : Svg.Text(centre, labelsTop + LabelSize - 2, columnNames[column], "middle"));
        }

        for (int row = 0; row < DrawnRows; row++)
            parts.Add(Row(row, left, top + (height * row), width, height));
        double barHeight = Math.Max(plotHeight, 72);
        parts.AddRange(ScaleBar.Draw(colours, left + plotWidth + 18, top, barHeight, measure, barNames));
        bottom = Math.Max(bottom, top + barHeight + 20);
        if (block > 1)
            parts.Add(Svg.Text(left, bottom += 20, BlockNote, size: 12));
        return Svg.Document(total, bottom + 14, Title, AlternativeText, parts);
    }

    // Cells of one row stand on one line. With many cells a title for each would weigh more than the picture, so the row has one.
    private XElement Row(int row, double left, double top, double width, double height)
    {
        bool titled = DrawnRows * DrawnColumns <= 1024;
        bool printed = width >= 34 && DrawnRows * DrawnColumns <= 100;
        XElement group = Svg.Group();
        if (!titled)
            group.Add(Svg.Hover(RowSummary(row)));
        for (int column = 0; column < DrawnColumns; column++)
        {
            double value = cells[row, column], x0 = left + (width * column);
            bool finite = double.IsFinite(value);
            // Half a pixel over the edge, so that no paper shines through between neighbours.
            double over = titled ? -1 : 0.3;
            XElement cell = Svg.Rectangle(x0, top, width + over, height + over, finite ? colours.Colour(value) : "#8c959f");
            if (titled)
                cell.Add(Svg.Hover(Hover(row, column)));
            group.Add(cell);
            if (printed)
                group.Add(Print(row, column, x0 + ((width - 1) / 2), top + (height / 2) + 4));
            else if (!finite)
                group.Add(Strike(x0, top, width, height));
        }

        return group;
    }

    private XElement Print(int row, int column, double centre, double baseline)
    {
        double value = cells[row, column];
        string number = Numbers.Typeset(Numbers.Fixed(value, Math.Min(decimals, Numbers.Decimals(cells.Cast<double>(), 2) is var few && few == 0 ? decimals : few)));
        XElement text = Svg.Text(centre, baseline, number, "middle", fill: double.IsFinite(value) ? colours.Ink(value) : "#000000");
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
            if (cells[row, column] > cells[row, best] || double.IsNaN(cells[row, best]))
                best = column;
        }

        return "largest in this row: " + Hover(row, best);
    }
}
