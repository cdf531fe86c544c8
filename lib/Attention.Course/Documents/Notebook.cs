using System.Text.Json.Nodes;

namespace Attention.Course.Documents;

/// <summary>A notebook as nbformat 4.5 stores it: cells in reading order, and what the file says about itself.</summary>
internal sealed class Notebook
{
    /// <summary>The notebook's own metadata: kernelspec, language_info, polyglot_notebook and whatever else a host wrote.</summary>
    public JsonObject Metadata { get; init; } = [];

    /// <summary>The cells in reading order.</summary>
    public List<Cell> Cells { get; init; } = [];
}

/// <summary>One cell.</summary>
internal sealed class Cell
{
    /// <summary>Stable across edits and runs: 1 to 64 letters, digits, hyphens or underscores, unique in its notebook.</summary>
    public required string Id { get; set; }

    /// <summary>What the cell holds.</summary>
    public required CellKind Kind { get; init; }

    /// <summary>The whole text; lines end with \n, and the last one has no ending.</summary>
    public required string Source { get; set; }

    /// <summary>The cell's metadata: tags, mirrors, the language that hosts ask for.</summary>
    public JsonObject Metadata { get; init; } = [];

    /// <summary>Attachments of a Markdown or raw cell, or null.</summary>
    public JsonObject? Attachments { get; init; }

    /// <summary>What a code cell showed when it last ran; empty for the other kinds.</summary>
    public List<Output> Outputs { get; set; } = [];

    /// <summary>The number a host gave the cell when it last ran it, or null.</summary>
    public int? ExecutionCount { get; set; }
}

/// <summary>nbformat's three kinds of cell.</summary>
internal enum CellKind
{
    Code,
    Markdown,
    Raw,
}
