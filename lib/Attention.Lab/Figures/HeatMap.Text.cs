using System.Globalization;

namespace Attention.Lab;

internal sealed partial class HeatMap
{
    public override string ToString()
    {
        string heading = Title + "\n" + AlternativeText + "\n\n";
        return heading + (DrawnRows <= 16 && DrawnColumns <= 12 && _block == 1 ? AlignedTable() : Summary());
    }

    private string AlignedTable()
    {
        var table = new TextTable($"{_y.Title} \\ {_x.Title}", Enumerable.Range(0, Columns).Select(_x.Label));
        for (int row = 0; row < Rows; row++)
            table.Add(_y.Label(row), Enumerable.Range(0, Columns).Select(column => Value(row, column)));
        return table.ToString();
    }

    private string Summary()
    {
        double[] finite = [.. _cells.Cast<double>().Where(double.IsFinite)];
        int odd = _cells.Length - finite.Length;
        string text = string.Create(CultureInfo.InvariantCulture, $"{Words.Count(Rows, "row")} ({_y.Title}) by {Words.Count(Columns, "column")} ({_x.Title}).");
        text += finite.Length == 0
            ? $" No {_measure} is a finite number.\n"
            : $" The {_measure} runs from {Numbers.Fixed(finite.Min(), _decimals)} to {Numbers.Fixed(finite.Max(), _decimals)}.{(odd > 0 ? $" Not finite: {Words.Count(odd, "cell")}." : "")}\n";
        if (_block > 1)
            text += BlockNote + "\n";
        // A reader with a screen reader hears the strongest cell of a dozen rows, not four thousand numbers.
        int step = Math.Max(1, (DrawnRows + 11) / 12);
        for (int row = 0; row < DrawnRows; row += step)
            text += RowSummary(row) + "\n";
        return text;
    }
}
