using System.Text.Json.Nodes;
using Attention.Course.Documents;

namespace Attention.Course.Execution;

/// <summary>What a cell's tags ask of a run.</summary>
internal static class CellTags
{
    /// <summary>What the cell shows differs in every run (a timing, say).</summary>
    public const string Volatile = "volatile";

    /// <summary>The cell shows an error on purpose; Jupyter's own tag.</summary>
    public const string RaisesException = "raises-exception";

    /// <summary>The cell needs a NuGet package, and is skipped where that cannot be restored.</summary>
    public const string NeedsNuget = "needs-nuget";

    public static bool HasTag(this Cell cell, string tag) =>
        cell.Metadata["tags"] is JsonArray tags && tags.Any(item => item is JsonValue value && value.TryGetValue(out string? text) && text == tag);

    /// <summary>The language that the cell's metadata names; C# when it names none.</summary>
    public static string Language(this Cell cell) =>
        Named(cell.Metadata["polyglot_notebook"], "kernelName") ?? Named(cell.Metadata["dotnet_interactive"], "language") ?? "csharp";

    private static string? Named(JsonNode? section, string field) =>
        section is JsonObject fields && fields[field] is JsonValue value && value.TryGetValue(out string? name) ? name : null;
}
