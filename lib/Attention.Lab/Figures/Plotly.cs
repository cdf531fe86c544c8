using System.Globalization;
using System.Text.Json.Nodes;

namespace Attention.Lab;

/// <summary>The parts of Plotly's JSON that all figures share.</summary>
internal static class Plotly
{
    /// <summary>The whole display: what is drawn, how, and the alternative text where a page can find it.</summary>
    public static JsonObject Figure(JsonArray data, JsonObject layout, string alternativeText)
    {
        layout["meta"] = new JsonObject { ["alternativeText"] = alternativeText };
        return new JsonObject
        {
            ["data"] = data,
            ["layout"] = layout,
            // A bar of buttons would cover the title; hovering, dragging and a double click do without.
            ["config"] = new JsonObject { ["responsive"] = true, ["displayModeBar"] = false },
        };
    }

    public static JsonObject Layout(string title, int height) => new()
    {
        ["title"] = new JsonObject
        {
            ["text"] = string.Join("<br>", Glyphs.Wrap(title, 420, 16).Select(Escape)),
            ["x"] = 0.02,
            ["xanchor"] = "left",
            ["font"] = new JsonObject { ["size"] = 16 },
        },
        ["autosize"] = true,
        ["height"] = height,
        ["margin"] = new JsonObject { ["l"] = 16, ["r"] = 16, ["t"] = 36 + (22 * Glyphs.Wrap(title, 420, 16).Count), ["b"] = 16 },
        ["font"] = new JsonObject { ["family"] = "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', sans-serif", ["size"] = 13, ["color"] = Svg.Ink },
        ["paper_bgcolor"] = Svg.Paper,
        ["plot_bgcolor"] = Svg.Paper,
        ["hovermode"] = "closest",
    };

    /// <summary>An axis of named positions. The positions stay numbers: by name, Plotly would draw two equal tokens as one.</summary>
    public static JsonObject NamedAxis(string title, string[] names)
    {
        int step = Math.Max(1, (names.Length + 31) / 32);
        IEnumerable<int> shown = Enumerable.Range(0, names.Length).Where(i => i % step == 0);
        JsonObject axis = Axis(title);
        axis["tickmode"] = "array";
        axis["tickvals"] = Array(shown.Select(i => (JsonNode)i));
        axis["ticktext"] = Array(shown.Select(i => Text(Glyphs.Fit(names[i], 130, 13))));
        axis["showgrid"] = false;
        axis["zeroline"] = false;
        return axis;
    }

    /// <summary>An axis with names at these places only.</summary>
    public static JsonObject TickedAxis(string title, IReadOnlyList<double> ticks)
    {
        JsonObject axis = Axis(title);
        axis["tickmode"] = "array";
        axis["tickvals"] = Array(ticks.Select(tick => Significant(Numbers.Place(tick), 9)));
        axis["ticktext"] = Array(ticks.Select(tick => Text(Numbers.Tick(tick))));
        return axis;
    }

    public static JsonObject Axis(string title) => new()
    {
        ["title"] = new JsonObject { ["text"] = Escape(title), ["standoff"] = 8 },
        ["automargin"] = true,
        ["gridcolor"] = Svg.Faint,
        ["zerolinecolor"] = Svg.Faint,
        ["exponentformat"] = "power",
    };

    public static JsonArray Array(IEnumerable<JsonNode?> items) => [.. items];

    /// <summary>A number with so many decimals, or null where it is not finite: JSON has no NaN and no infinity.</summary>
    public static JsonNode? Number(double value, int decimals) => double.IsFinite(value) ? JsonValue.Create(double.Parse(Numbers.Fixed(value, decimals), CultureInfo.InvariantCulture)) : null;

    /// <summary>A number with so many significant digits, or null.</summary>
    public static JsonNode? Significant(double value, int digits) => double.IsFinite(value) ? JsonValue.Create(Numbers.Round(value, digits)) : null;

    public static JsonNode Text(string text) => JsonValue.Create(Escape(text));

    /// <summary>Plotly reads its texts as a little HTML, in which the token &lt;pad&gt; would vanish.</summary>
    public static string Escape(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
}
