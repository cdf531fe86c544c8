namespace Attention.Lab;

/// <summary>How a chart draws its points.</summary>
internal enum ChartKind
{
    Lines,
    Bars,
    Scatter,
}

/// <summary>Lines, bars or points over two axes.</summary>
internal sealed partial class Chart : Figure
{
    // Okabe and Ito 2008: eight colours that people with colour-blindness can tell apart; yellow and black left out, they vanish on paper or in the dark.
    private static readonly string[] Colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];

    private readonly ChartKind kind;
    private readonly Axis x;
    private readonly Axis y;
    private readonly Series[] series;

    public Chart(ChartKind kind, string title, string alternativeText, Axis x, Axis y, Series[] series)
        : base(title, alternativeText)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        ArgumentNullException.ThrowIfNull(series);
        if (series.Length is 0 or > 6)
            throw new ArgumentException($"series: expected one to six, more cannot be told apart, got {series.Length}", nameof(series));
        if (kind == ChartKind.Bars && x.Logarithmic)
            throw new ArgumentException("x: bars stand side by side, on an axis that is not logarithmic", nameof(x));
        if (kind == ChartKind.Bars && y.Logarithmic)
            throw new ArgumentException("y: bars stand on zero, which a logarithmic axis does not have", nameof(y));
        foreach (Series one in series)
        {
            RequirePositive(x, one.X, one, nameof(x));
            RequirePositive(y, one.Y, one, nameof(y));
            if (x.Labels is { } labels && one.X.FirstOrDefault(position => !(position >= 0 && position < labels.Count)) is var outside && one.X.Any(position => !(position >= 0 && position < labels.Count)))
                throw new ArgumentException($"x: expected a label for every position, got {Words.Count(labels.Count, "label")} and {one.Name} has a point at {Numbers.Significant(outside, 4)}", nameof(x));
            if (kind == ChartKind.Bars && one.X.Any(position => position != Math.Floor(position)))
                throw new ArgumentException($"x: bars stand at whole positions, and {one.Name} has one in between", nameof(series));
        }

        (this.kind, this.x, this.y, this.series) = (kind, x, y, series);
    }

    private IEnumerable<(double X, double Y)> Drawn => series.SelectMany(one => Enumerable.Range(0, one.X.Count).Where(one.IsDrawn).Select(i => (one.X[i], one.Y[i])));

    /// <summary>What hovering over a point says: "scaled: d 64, entropy 4.32".</summary>
    private string Hover(Series one, int point) =>
        $"{one.Name}: {x.Title} {Numbers.Typeset(XName(one.X[point]))}, {y.Title} {Numbers.Typeset(Numbers.Significant(one.Y[point], 4))}";

    private string XName(double position) =>
        x.Labels is { } labels && position == Math.Floor(position) ? labels[(int)position] : Numbers.Significant(position, 6);

    private static void RequirePositive(Axis axis, IReadOnlyList<double> numbers, Series one, string argument)
    {
        if (axis.Logarithmic && numbers.Any(number => number <= 0))
            throw new ArgumentException($"{argument}: a logarithmic axis has no place for {Numbers.Significant(numbers.First(number => number <= 0), 4)} in {one.Name}", argument);
    }
}
