using System.Globalization;
using System.Text;

namespace Attention.Lab;

internal sealed partial class Chart
{
    public override string ToString()
    {
        string heading = Title + "\n" + AlternativeText + "\n\n";
        bool shared = _series.All(one => one.X.SequenceEqual(_series[0].X));
        return heading + (shared && _series[0].X.Count <= 24 && _kind != ChartKind.Scatter ? AlignedTable() : Summary());
    }

    private string AlignedTable()
    {
        var table = new TextTable(_series.Length == 1 ? _x.Title : $"{_x.Title} \\ {_y.Title}", _series.Select(one => _series.Length == 1 ? _y.Title : one.Name));
        for (int i = 0; i < _series[0].X.Count; i++)
        {
            int point = i;
            table.Add(XName(_series[0].X[point]), _series.Select(one => Numbers.Significant(one.Y[point], 4)));
        }

        return table.ToString();
    }

    private string Summary()
    {
        var text = new StringBuilder();
        foreach (Series one in _series)
        {
            int[] drawn = [.. Enumerable.Range(0, one.X.Count).Where(one.IsDrawn)];
            int odd = one.X.Count - drawn.Length;
            text.Append(one.Name).Append(": ").Append(Words.Count(one.X.Count, "point"));
            if (drawn.Length > 0)
            {
                int low = drawn.MinBy(i => one.Y[i]), high = drawn.MaxBy(i => one.Y[i]);
                text.Append("; " + _x.Title + " from " + XName(drawn.Min(i => one.X[i])) + " to " + XName(drawn.Max(i => one.X[i])))
                    .Append(CultureInfo.InvariantCulture, $"; {_y.Title} lowest {Numbers.Significant(one.Y[low], 4)} at {XName(one.X[low])}, highest {Numbers.Significant(one.Y[high], 4)} at {XName(one.X[high])}");
            }

            text.Append(odd > 0 ? $"; {Words.Count(odd, "point")} not drawn, not finite" : "").Append(".\n");
        }

        return text.ToString();
    }
}
