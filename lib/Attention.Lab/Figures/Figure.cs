using System.Text.Json.Nodes;

namespace Attention.Lab;

/// <summary>A small description of a picture that every host of notebooks can show, and that a screen reader can read out.</summary>
/// <remarks>
/// One description, three renderings: an interactive one (Plotly's JSON), a static one (SVG without scripts) and a text. All three are
/// functions of the description alone: the same on every machine, under every culture, to the last byte.
/// </remarks>
[TypeFormatterSource(typeof(FormatterSource<Figure>))]
public abstract partial class Figure : IShown
{
    /// <summary>The largest number of cells along one side of a drawn map; beyond it, neighbouring cells are drawn as one.</summary>
    internal const int MostCells = 64;

    private protected Figure(string title, string alternativeText)
    {
        Title = Required.Text(title, nameof(title), "a figure without a title cannot be cited or found");
        AlternativeText = Required.Text(alternativeText, nameof(alternativeText), "say in one sentence what the picture shows, for those who do not see it");
    }

    /// <summary>What the picture is.</summary>
    public string Title { get; }

    /// <summary>What the picture shows, in a sentence for those who do not see it.</summary>
    public string AlternativeText { get; }

    /// <summary>The interactive rendering: an object with <c>data</c>, <c>layout</c> and <c>config</c>, as Plotly's JavaScript reads it.</summary>
    public abstract JsonObject ToPlotlyJson();

    /// <summary>The static rendering: one self-contained SVG element without scripts; hovering over a mark tells what it is.</summary>
    public abstract string ToSvg();

    /// <summary>The text rendering: title, alternative text, and the numbers as an aligned table or a summary.</summary>
    public abstract override string ToString();

    string IShown.ToHtml() => ToSvg();

    string? IShown.ToSvg() => ToSvg();

    JsonObject? IShown.ToPlotly() => ToPlotlyJson();
}
