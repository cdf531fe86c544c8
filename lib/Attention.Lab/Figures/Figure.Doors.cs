namespace Attention.Lab;

public abstract partial class Figure
{
    /// <summary>Which key each query attends to, and how strongly, as a map of coloured cells.</summary>
    /// <param name="title">What the picture is.</param>
    /// <param name="alternativeText">What the picture shows, in one sentence for those who do not see it.</param>
    /// <param name="weights">[N, M] attention weights; row i is how query i spreads its attention.</param>
    /// <param name="queryTokens">N tokens, one per row; repeated tokens are fine.</param>
    /// <param name="keyTokens">M tokens, one per column; left out, the keys are the queries.</param>
    /// <exception cref="ArgumentException">A text is missing, or the number of tokens does not match the weights.</exception>
    public static Figure AttentionMap(string title, string alternativeText, float[,] weights, IEnumerable<string> queryTokens, IEnumerable<string>? keyTokens = null)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(queryTokens);
        string[] queries = [.. queryTokens];
        var query = new Axis("query", queries);
        var key = new Axis("key", keyTokens ?? queries);
        query.RequireLabels(weights.GetLength(0), $"row of the {Shape(weights)} weights", nameof(queryTokens));
        key.RequireLabels(weights.GetLength(1), $"column of the {Shape(weights)} weights", nameof(keyTokens));
        return new HeatMap(title, alternativeText, weights, key, query, "weight");
    }

    /// <summary>A matrix as a map of coloured cells, the first row on top.</summary>
    /// <param name="title">What the picture is.</param>
    /// <param name="alternativeText">What the picture shows, in one sentence for those who do not see it.</param>
    /// <param name="values">[rows, columns]; what is not a finite number is drawn hatched.</param>
    /// <param name="x">What the columns are.</param>
    /// <param name="y">What the rows are.</param>
    /// <param name="measure">What a cell's number is: "score", "time (ms)".</param>
    /// <exception cref="ArgumentException">A text is missing, or the number of labels does not match the values.</exception>
    public static Figure HeatMap(string title, string alternativeText, float[,] values, Axis x, Axis y, string measure = "value")
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        y.RequireLabels(values.GetLength(0), $"row of the {Shape(values)} values", nameof(y));
        x.RequireLabels(values.GetLength(1), $"column of the {Shape(values)} values", nameof(x));
        return new HeatMap(title, alternativeText, values, x, y, Required.Text(measure, nameof(measure), "the colour bar and the hover text show it"));
    }

    /// <summary>Lines through points.</summary>
    /// <param name="title">What the picture is.</param>
    /// <param name="alternativeText">What the picture shows, in one sentence for those who do not see it.</param>
    /// <param name="x">The horizontal axis.</param>
    /// <param name="y">The vertical axis.</param>
    /// <param name="series">One name, colour and shape each, at most six; a point that is not finite leaves a gap.</param>
    /// <exception cref="ArgumentException">A text is missing, there is no series, or a logarithmic axis meets a number that is not positive.</exception>
    public static Figure Lines(string title, string alternativeText, Axis x, Axis y, params Series[] series) =>
        new Chart(ChartKind.Lines, title, alternativeText, x, y, series);

    /// <summary>Bars side by side, one group per position of the horizontal axis, standing on zero.</summary>
    /// <inheritdoc cref="Lines"/>
    public static Figure Bars(string title, string alternativeText, Axis x, Axis y, params Series[] series) =>
        new Chart(ChartKind.Bars, title, alternativeText, x, y, series);

    /// <summary>Points.</summary>
    /// <inheritdoc cref="Lines"/>
    public static Figure Scatter(string title, string alternativeText, Axis x, Axis y, params Series[] series) =>
        new Chart(ChartKind.Scatter, title, alternativeText, x, y, series);

    private static string Shape(float[,] matrix) => $"{matrix.GetLength(0)}×{matrix.GetLength(1)}";
}
