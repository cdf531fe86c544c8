using System.Globalization;

namespace Attention.Lab;

internal sealed partial class HeatMap
{
    public override string ToString()
    {
        string heading = Title + "\n" + AlternativeText + "\n\n";
        return heading + (DrawnRows <= 16 && DrawnColumns <= 12 && block == 1 ? AlignedTable() : Summary());
    }

    private string AlignedTable()
    {
        var table = new TextTable($"{y.Title} \\ {x.Title}", Enumerable.Range(0, Columns).Select(x.Label));
        for (int row = 0; row < Rows; row++)
            table.Add(y.Label(row), Enumerable.Range(0, Columns).Select(column => Value(row, column)));
        return table.ToString();
    }

    private string Summary()
    {
        double[] finite = [.. cells.Cast<double>().Where(double.IsFinite)];
        int odd = cells.Length - finite.Length;
        string text = string.Create(CultureInfo.InvariantCulture, $"{Words.Count(Rows, "row")} ({y.Title}) by {Words.Count(Columns, "column")} ({x.Title}).");
        text += finite.Length == 0
            ? $" No {measure} is a finite number.\n"
            : $" The {measure} runs from {Numbers.Fixed(finite.Min(), decimals)} to {Numbers.Fixed(finite.Max(), decimals)}.{(odd > 0 ? $" Not finite: {Words.Count(odd, "cell")}." : "")}\n";
        if (block > 1)
            text += BlockNote + "\n";
        // A reader with a screen reader hears the strongest cell of a dozen rows, not four thousand numbers.
        int step = Math.Max(1, (DrawnRows + 11) / 12);
        for (int row = 0; row < DrawnRows; row += step)
            text += RowSummary(row) + "\n";
        return text;
    }
}
