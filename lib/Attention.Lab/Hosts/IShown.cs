using System.Text.Json.Nodes;

namespace Attention.Lab;

/// <summary>What a cell's value can be shown as; text is <see cref="object.ToString"/>.</summary>
internal interface IShown
{
    /// <summary>A fragment of HTML.</summary>
    string ToHtml();

    /// <summary>A picture, or null for what is no picture.</summary>
    string? ToSvg();

    /// <summary>An interactive picture, or null for what is no picture.</summary>
    JsonObject? ToPlotly();
}
