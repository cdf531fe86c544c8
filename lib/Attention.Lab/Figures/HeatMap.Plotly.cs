using System.Text.Json.Nodes;

namespace Attention.Lab;

internal sealed partial class HeatMap
{
    public override JsonObject ToPlotlyJson()
    {
        // Thousands of hover texts would outweigh the numbers; the part that all share then stands in the template.
        bool brief = !HasTitles && _cells.Cast<double>().All(double.IsFinite);
        string template = brief ? $"{Plotly.Escape(_y.Title)} → {Plotly.Escape(_x.Title)}<br>%{{customdata}}: {Plotly.Escape(_measure)} %{{z}}" : "%{customdata}";
        var trace = new JsonObject
        {
            ["type"] = "heatmap",
            ["z"] = Grid((row, column) => Plotly.Number(_cells[row, column], _decimals)),
            ["customdata"] = Grid((row, column) => Plotly.Text(brief ? $"{Name(_y, row, Rows)} → {Name(_x, column, Columns)}" : Hover(row, column))),
            ["hovertemplate"] = template + "<extra></extra>",
            ["zmin"] = _colours.Lowest,
            ["zmax"] = _colours.Highest,
            ["colorscale"] = Plotly.Array(_colours.Stops().Select(stop => (JsonNode)new JsonArray(stop.Position, stop.Colour))),
            ["colorbar"] = new JsonObject { ["title"] = new JsonObject { ["text"] = Plotly.Escape(_measure) }, ["thickness"] = 14 },
            ["xgap"] = HasTitles ? 1 : 0,
            ["ygap"] = HasTitles ? 1 : 0,
        };
        if (IsPrinted)
            (trace["text"], trace["texttemplate"]) = (Grid((row, column) => Plotly.Text(Numbers.Typeset(Printed(row, column)))), "%{text}");

        JsonObject layout = Plotly.Layout(Title, Math.Clamp(160 + (DrawnRows * 44), 260, 520));
        layout["xaxis"] = Plotly.NamedAxis(_x.Title, [.. Enumerable.Range(0, DrawnColumns).Select(column => Name(_x, column, Columns))]);
        layout["yaxis"] = Plotly.NamedAxis(_y.Title, [.. Enumerable.Range(0, DrawnRows).Select(row => Name(_y, row, Rows))]);
        layout["yaxis"]!["autorange"] = "reversed";
        // Cells that are not finite have no colour; the grey of the plot shows through.
        layout["plot_bgcolor"] = "#8c959f";
        return Plotly.Figure(new JsonArray(trace), layout, AlternativeText);
    }

    private JsonArray Grid(Func<int, int, JsonNode?> at) =>
        [.. Enumerable.Range(0, DrawnRows).Select(row => Plotly.Array(Enumerable.Range(0, DrawnColumns).Select(column => at(row, column))))];
}
