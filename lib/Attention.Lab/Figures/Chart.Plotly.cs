using System.Text.Json.Nodes;

namespace Attention.Lab;

internal sealed partial class Chart
{
    public override JsonObject ToPlotlyJson()
    {
        var data = new JsonArray();
        for (int i = 0; i < _series.Length; i++)
        {
            Series one = _series[i];
            var trace = new JsonObject
            {
                ["type"] = _kind == ChartKind.Bars ? "bar" : "scatter",
                ["name"] = Plotly.Escape(one.Name),
                ["x"] = Plotly.Array(one.X.Select(value => Plotly.Significant(Numbers.Place(value), 9))),
                ["y"] = Plotly.Array(one.Y.Select(value => Plotly.Significant(value, 4))),
                ["hovertext"] = Plotly.Array(Enumerable.Range(0, one.X.Count).Select(point => Plotly.Text(Hover(one, point)))),
                ["hovertemplate"] = "%{hovertext}<extra></extra>",
                ["marker"] = new JsonObject { ["color"] = Colours[i] },
            };
            if (_kind != ChartKind.Bars)
            {
                trace["mode"] = _kind == ChartKind.Scatter ? "markers" : HasMarks ? "lines+markers" : "lines";
                trace["marker"]!["symbol"] = PlotlySymbols[i];
                trace["marker"]!["size"] = 8;
            }

            if (_kind == ChartKind.Lines)
                trace["line"] = new JsonObject { ["color"] = Colours[i], ["width"] = 2, ["dash"] = PlotlyDashes[i] };
            data.Add(trace);
        }

        JsonObject layout = Plotly.Layout(Title, 400);
        layout["xaxis"] = _x.Labels is { } names ? Plotly.NamedAxis(_x.Title, [.. names])
            : FewPositions() is { } few ? Plotly.TickedAxis(_x.Title, few)
            : Plotly.Axis(_x.Title);
        layout["yaxis"] = _y.Labels is null ? Plotly.Axis(_y.Title) : Plotly.NamedAxis(_y.Title, [.. _y.Labels]);
        if (_x.Logarithmic)
            layout["xaxis"]!["type"] = "log";
        if (_y.Logarithmic)
            layout["yaxis"]!["type"] = "log";
        layout["showlegend"] = _series.Length > 1;
        layout["legend"] = new JsonObject { ["orientation"] = "h", ["y"] = -0.25, ["yanchor"] = "top" };
        return Plotly.Figure(data, layout, AlternativeText);
    }

    private static readonly string[] PlotlySymbols = ["circle", "square", "diamond", "triangle-up", "triangle-down", "cross"];
    private static readonly string[] PlotlyDashes = ["solid", "dash", "dot", "dashdot", "longdash", "longdashdot"];
}
