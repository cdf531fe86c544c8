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

    private readonly ChartKind _kind;
    private readonly Axis _x;
    private readonly Axis _y;
    private readonly Series[] _series;

    public Chart(ChartKind kind, string title, string alternativeText, Axis x, Axis y, Series[] series)
        : base(title, alternativeText)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        ArgumentNullException.ThrowIfNull(series);
        if (series.Length == 0 || series.Length > Colours.Length)
            throw new ArgumentException($"series: expected one to {Colours.Length}, more cannot be told apart, got {series.Length}", nameof(series));
        if (kind == ChartKind.Bars && x.Logarithmic)
            throw new ArgumentException("x: bars stand side by side, on an axis that is not logarithmic", nameof(x));
        if (kind == ChartKind.Bars && y.Logarithmic)
            throw new ArgumentException("y: bars stand on zero, which a logarithmic axis does not have", nameof(y));
        foreach (Series one in series)
        {
            RequirePositive(x, one.X, one, nameof(x));
            RequirePositive(y, one.Y, one, nameof(y));
            RequirePositions(kind, x, one);
        }

        (_kind, _x, _y, _series) = (kind, x, y, [.. series]);
    }

    private IEnumerable<(double X, double Y)> Drawn => _series.SelectMany(one => Enumerable.Range(0, one.X.Count).Where(one.IsDrawn).Select(i => (one.X[i], one.Y[i])));

    /// <summary>What hovering over a point says: "scaled: d 64, entropy 4.32".</summary>
    private string Hover(Series one, int point) =>
        $"{one.Name}: {_x.Title} {Numbers.Typeset(XName(one.X[point]))}, {_y.Title} {Numbers.Typeset(Numbers.Significant(one.Y[point], 4))}";

    private string XName(double position) =>
        _x.Labels is { } labels && position == Math.Floor(position) ? labels[(int)position] : Numbers.Significant(Numbers.Place(position), 9);

    /// <summary>The places of the points along the horizontal axis if they are few and evenly spaced, so that each can be named; else null.</summary>
    private double[]? FewPositions()
    {
        double[] places = [.. _series.SelectMany(one => one.X).Where(double.IsFinite).Distinct().Order()];
        if (places.Length is 0 or > 9)
            return null;
        double[] along = _x.Logarithmic ? Array.ConvertAll(places, Math.Log) : places;
        return Enumerable.Range(1, places.Length - 1).All(i => Math.Abs(along[i] - along[i - 1] - (along[1] - along[0])) <= 1e-6 * (along[^1] - along[0])) ? places : null;
    }

    private static void RequirePositive(Axis axis, IReadOnlyList<double> numbers, Series one, string argument)
    {
        if (axis.Logarithmic && numbers.Any(number => number <= 0))
            throw new ArgumentException($"{argument}: a logarithmic axis has no place for {Numbers.Significant(numbers.First(number => number <= 0), 4)} in {one.Name}", argument);
    }

    private static void RequirePositions(ChartKind kind, Axis x, Series one)
    {
        foreach (double position in one.X)
        {
            if (x.Labels is { } labels && !(position >= 0 && position <= labels.Count - 1))
                throw new ArgumentException($"x: expected positions from 0 to {labels.Count - 1}, one per label, got {Numbers.Significant(position, 4)} in {one.Name}", nameof(x));
            if (kind == ChartKind.Bars && position != Math.Floor(position))
                throw new ArgumentException($"series: bars stand at whole positions, got {Numbers.Significant(position, 4)} in {one.Name}", nameof(x));
        }
    }
}
