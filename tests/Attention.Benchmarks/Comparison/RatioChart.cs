using System.Globalization;
using System.Xml.Linq;

namespace Attention.Benchmarks;

/// <summary>How many times as fast as the best peer each row is: a bar per row, a line where both are equal, and a mark at what the row must reach.</summary>
internal static class RatioChart
{
    private const int Left = 330, Width = 420, RowHeight = 20, Top = 100, Right = 70;

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    /// <summary>The picture, or null where nothing was compared.</summary>
    internal static string? Of(IEnumerable<Tally> tallies, string machine)
    {
        Tally[] rows = [.. tallies.Where(tally => tally.Ratio is not null)];
        if (rows.Length == 0)
        {
            return null;
        }

        // The processor, and everybody's version: too long for one line.
        string[] parts = machine.Split("; ");
        double most = Math.Max(2, Math.Ceiling(2 * rows.Max(tally => tally.Ratio!.Value)) / 2);
        double Place(double ratio) => Left + (Width * ratio / most);
        int bottom = Top + (RowHeight * rows.Length);
        int total = bottom + 34;
        const int Whole = Left + Width + Right;
        var picture = new XElement(
            Svg + "svg",
            new XAttribute("viewBox", $"0 0 {Whole} {total}"),
            new XAttribute("width", Whole),
            new XAttribute("height", total),
            new XAttribute("font-family", "system-ui, sans-serif"),
            new XAttribute("font-size", 12),
            new XAttribute("role", "img"),
            new XAttribute("aria-label", $"Speed against the best peer. {string.Join("; ", rows.Select(tally => $"{tally.Row.Key}: {Number(tally.Ratio!.Value)} times"))}."),
            new XElement(Svg + "rect", new XAttribute("width", Whole), new XAttribute("height", total), new XAttribute("fill", "#ffffff")),
            Text(16, 24, "Times as fast as the best peer", "start", 16),
            Text(16, 44, parts[0], "start", 12),
            Text(16, 60, string.Join("; ", parts[1..]), "start", 12),
            Text(16, 82, "The mark is what a row must reach: blue does, orange does not.", "start", 12));
        for (double tick = 0; tick <= most; tick += 0.5)
        {
            picture.Add(Line(Place(tick), Top - 4, bottom, tick == 1 ? "#444444" : "#dddddd"), Text(Place(tick), bottom + 18, Number(tick), "middle", 12));
        }

        for (int i = 0; i < rows.Length; i++)
        {
            Row row = rows[i].Row;
            double ratio = rows[i].Ratio!.Value, y = Top + (RowHeight * i);
            bool met = row.Ratio is not { } goal || ratio >= goal.Floor;
            picture.Add(
                Text(Left - 8, y + 14, row.Key, "end", 12),
                new XElement(Svg + "rect", new XAttribute("x", Left), new XAttribute("y", y + 3), new XAttribute("width", Number(Place(ratio) - Left)), new XAttribute("height", RowHeight - 6), new XAttribute("fill", met ? "#1b6ca8" : "#c2571a")),
                Text(Place(ratio) + 6, y + 14, Number(ratio), "start", 12));
            if (row.Ratio is { } asked)
            {
                picture.Add(Line(Place(asked.Floor), y + 1, y + RowHeight - 1, "#000000"));
            }
        }

        return picture.ToString() + "\n";
    }

    private static XElement Text(double x, double y, string text, string anchor, int size) => new(
        Svg + "text", new XAttribute("x", Number(x)), new XAttribute("y", Number(y)), new XAttribute("text-anchor", anchor), new XAttribute("font-size", size), new XAttribute("fill", "#222222"), text);

    private static XElement Line(double x, double top, double bottom, string colour) => new(
        Svg + "line", new XAttribute("x1", Number(x)), new XAttribute("x2", Number(x)), new XAttribute("y1", Number(top)), new XAttribute("y2", Number(bottom)), new XAttribute("stroke", colour));

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
