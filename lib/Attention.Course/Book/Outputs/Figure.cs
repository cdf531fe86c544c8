using System.Text.Json.Nodes;
using System.Xml.Linq;
using Attention.Course.Book.Markup;

namespace Attention.Course.Book.Outputs;

/// <summary>A figure: a still picture that always shows, a Plotly description that a script draws over it, and its text.</summary>
/// <param name="Still">The SVG, or null.</param>
/// <param name="Plot">Plotly's object, or null.</param>
/// <param name="Text">The table or summary that says the same in words, or empty.</param>
internal sealed record Figure(XElement? Still, JsonObject? Plot, string Text)
{
    /// <summary>Reads a display's renderings; null when none of them is a figure.</summary>
    public static Figure? TryRead(JsonObject data)
    {
        XElement? still = data["image/svg+xml"] is JsonValue value && value.TryGetValue(out string? svg) ? SvgText.TryParse(svg) : null;
        JsonObject? plot = data["application/vnd.plotly.v1+json"] as JsonObject;
        plot = plot?["data"] is JsonArray ? plot : null;
        string text = data["text/plain"] is JsonValue plain && plain.TryGetValue(out string? words) ? words.Trim('\n') : "";
        return still is null && plot is null ? null : new Figure(still, plot, text);
    }

    /// <summary>Whether the figure is a map of coloured cells.</summary>
    public bool IsHeatMap => Plot?["data"] is JsonArray traces && traces.Any(trace => trace is JsonObject one && AsString(one["type"]) == "heatmap");

    /// <summary>The figure as HTML.</summary>
    public string ToHtml(OutputContext context)
    {
        string name = Name();
        string still = Still is null
            ? "<p class=\"note\">This figure has no still picture; a browser with scripts draws it.</p>"
            : context.Clean(SvgText.ToHtml(Still, name));
        string live = Plot is null
            ? ""
            : $"<div class=\"live\" role=\"img\" aria-label=\"{Html.Escape(name)}\" hidden></div>"
                + $"<script type=\"application/json\">{Html.EscapeJson(Plot.ToJsonString())}</script>";
        string text = Text.Length == 0 ? "" : $"<details class=\"words\"><summary>Figure in words</summary><pre>{Html.Escape(Text)}</pre></details>";
        string plotted = Plot is null ? "" : " data-plot";
        return $"<figure class=\"output figure\"{plotted}><div class=\"still\">{still}</div>{live}{text}</figure>";
    }

    // The picture's own words first, then what Plotly was told, then the first line of the text.
    private string Name()
    {
        string?[] names =
        [
            Still is null ? null : SvgText.Name(Still),
            AsString(Plot?["layout"]?["meta"] is JsonObject meta ? meta["alternativeText"] : null),
            AsString(Plot?["layout"]?["title"] is JsonObject title ? title["text"] : Plot?["layout"]?["title"]),
            Text.Split('\n')[0],
        ];
        return names.FirstOrDefault(name => !string.IsNullOrWhiteSpace(name)) ?? "Figure that this cell drew";
    }

    private static string? AsString(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
