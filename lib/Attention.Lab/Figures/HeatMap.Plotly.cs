using System.Text.Json.Nodes;

namespace Attention.Lab;

internal sealed partial class HeatMap
{
    public override JsonObject ToPlotlyJson()
    {
        var z = new JsonArray();
        var printed = new JsonArray();
        var hover = new JsonArray();
        for (int row = 0; row < DrawnRows; row++)
        {
            int current = row;
            IEnumerable<int> columns = Enumerable.Range(0, DrawnColumns);
            z.Add(Plotly.Array(columns.Select(column => Plotly.Number(cells[current, column], 4))));
            printed.Add(Plotly.Array(columns.Select(column => Plotly.Text(Value(current, column)))));
            hover.Add(Plotly.Array(columns.Select(column => Plotly.Text(Hover(current, column)))));
        }

        var trace = new JsonObject
        {
            ["type"] = "heatmap",
            ["z"] = z,
            ["customdata"] = hover,
            ["hovertemplate"] = "%{customdata}<extra></extra>",
            ["zmin"] = colours.Lowest,
            ["zmax"] = colours.Highest,
            ["colorscale"] = Plotly.Array(colours.Stops().Select(stop => (JsonNode)new JsonArray(stop.Position, stop.Colour))),
            ["colorbar"] = new JsonObject { ["title"] = new JsonObject { ["text"] = Plotly.Escape(measure) }, ["thickness"] = 14 },
            ["xgap"] = 1,
            ["ygap"] = 1,
        };
        if (DrawnRows * DrawnColumns <= 100)
            (trace["text"], trace["texttemplate"]) = (printed, "%{text}");
        if (DrawnRows * DrawnColumns > 1024)
            trace["xgap"] = trace["ygap"] = 0;

        JsonObject layout = Plotly.Layout(Title, Math.Clamp(160 + (DrawnRows * 44), 260, 520));
        layout["xaxis"] = Plotly.NamedAxis(x.Title, [.. Enumerable.Range(0, DrawnColumns).Select(column => Name(x, column, Columns))]);
        layout["yaxis"] = Plotly.NamedAxis(y.Title, [.. Enumerable.Range(0, DrawnRows).Select(row => Name(y, row, Rows))]);
        layout["yaxis"]!["autorange"] = "reversed";
        // Cells that are not finite have no colour; the grey of the plot shows through.
        layout["plot_bgcolor"] = "#8c959f";
        return Plotly.Figure(new JsonArray(trace), layout, AlternativeText);
    }
}
