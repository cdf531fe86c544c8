using System.Text.Json.Nodes;

namespace Attention.Lab;

internal sealed partial class Chart
{
    public override JsonObject ToPlotlyJson()
    {
        var data = new JsonArray();
        for (int i = 0; i < series.Length; i++)
        {
            Series one = series[i];
            var trace = new JsonObject
            {
                ["type"] = kind == ChartKind.Bars ? "bar" : "scatter",
                ["name"] = Plotly.Escape(one.Name),
                ["x"] = Plotly.Array(one.X.Select(value => Plotly.Number(value, 7))),
                ["y"] = Plotly.Array(one.Y.Select(value => Plotly.Number(value, 4))),
                ["hovertext"] = Plotly.Array(Enumerable.Range(0, one.X.Count).Select(point => Plotly.Text(Hover(one, point)))),
                ["hovertemplate"] = "%{hovertext}<extra></extra>",
                ["marker"] = new JsonObject { ["color"] = Colours[i] },
            };
            if (kind != ChartKind.Bars)
            {
                trace["mode"] = kind == ChartKind.Scatter ? "markers" : HasMarks ? "lines+markers" : "lines";
                trace["marker"]!["symbol"] = PlotlySymbols[i];
                trace["marker"]!["size"] = 8;
            }

            if (kind == ChartKind.Lines)
                trace["line"] = new JsonObject { ["color"] = Colours[i], ["width"] = 2, ["dash"] = PlotlyDashes[i] };
            data.Add(trace);
        }

        JsonObject layout = Plotly.Layout(Title, 400);
        layout["xaxis"] = x.Labels is null ? Plotly.Axis(x.Title) : Plotly.NamedAxis(x.Title, [.. x.Labels]);
        layout["yaxis"] = y.Labels is null ? Plotly.Axis(y.Title) : Plotly.NamedAxis(y.Title, [.. y.Labels]);
        if (x.Logarithmic)
            layout["xaxis"]!["type"] = "log";
        if (y.Logarithmic)
            layout["yaxis"]!["type"] = "log";
        layout["showlegend"] = series.Length > 1;
        layout["legend"] = new JsonObject { ["orientation"] = "h", ["y"] = -0.25, ["yanchor"] = "top" };
        return Plotly.Figure(data, layout, AlternativeText);
    }

    private static readonly string[] PlotlySymbols = ["circle", "square", "diamond", "triangle-up", "triangle-down", "cross"];
    private static readonly string[] PlotlyDashes = ["solid", "dash", "dot", "dashdot", "longdash", "longdashdot"];
}
