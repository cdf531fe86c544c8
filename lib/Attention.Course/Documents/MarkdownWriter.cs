using System.Text.Json.Nodes;

namespace Attention.Course.Documents;

/// <summary>A notebook as Markdown that a person reads and edits, and that <see cref="MarkdownReader"/> takes back.</summary>
internal static class MarkdownWriter
{
    /// <summary>The Markdown form: prose as it is, code cells as csharp fences; outputs only when asked for, and only as text.</summary>
    public static string ToText(Notebook notebook, bool withOutputs)
    {
        var blocks = new List<string>();
        if (OwnMetadata(notebook) is { Count: > 0 } metadata)
        {
            blocks.Add($"<!-- notebook {CellHeader.Json(metadata)} -->");
        }

        foreach (Cell cell in notebook.Cells)
        {
            string source = TextLines.OfSource(cell.Source);
            CellHeader header = CellHeader.Of(cell);
            blocks.Add(cell.Kind switch
            {
                CellKind.Code => Code(source, header),
                CellKind.Raw => Enclosed("raw", source, header),
                _ when MarkdownProse.StandsAlone(source) => $"<!-- cell {header} -->\n{source}",
                _ => Enclosed("markdown", source, header),
            });
            if (withOutputs && Shown(cell) is { Length: > 0 } shown)
            {
                blocks.Add(shown);
            }
        }

        return blocks.Count == 0 ? "" : string.Join("\n\n", blocks) + "\n";
    }

    /// <summary>The notebook's metadata without what every notebook of the course has.</summary>
    private static JsonObject OwnMetadata(Notebook notebook)
    {
        JsonObject metadata = NotebookWriter.Metadata(notebook);
        metadata.Remove("kernelspec");
        metadata.Remove("language_info");
        JsonObject polyglot = metadata["polyglot_notebook"]!.AsObject();
        polyglot.Remove("kernelInfo");
        if (polyglot.Count == 0)
        {
            metadata.Remove("polyglot_notebook");
        }

        return metadata;
    }

    private static string Code(string source, CellHeader header)
    {
        int longest = source.Split('\n').Where(line => MarkdownLine.Closes(line, '`', 3)).Select(line => line.Trim().Length).DefaultIfEmpty(2).Max();
        string fence = new('`', longest + 1);
        return $"{fence}csharp {header}\n{WithBreak(source)}{fence}";
    }

    private static string Enclosed(string kind, string source, CellHeader header) =>
        $"<!-- {kind} {header} -->\n{WithBreak(string.Join('\n', source.Split('\n').Select(MarkdownLine.Escape)))}{MarkdownLine.End}";

    private static string WithBreak(string text) => text.Length == 0 ? "" : $"{text}\n";

    private static string Shown(Cell cell)
    {
        string[] texts = [.. cell.Outputs.Select(Text).Where(text => text.Length > 0)];
        IEnumerable<string> lines = string.Join("\n\n", texts).Split('\n').Select(line => line.Length == 0 ? ">" : $">     {line}");
        return texts.Length == 0 ? "" : $"{MarkdownLine.Output}\n{string.Join('\n', lines)}";
    }

    private static string Text(Output output) => TextLines.OfSource(output switch
    {
        StreamOutput stream => stream.Text,
        DisplayOutput display => Plain(display.Data),
        ResultOutput result => Plain(result.Data),
        ErrorOutput error => $"{error.Name}: {error.Message}",
        _ => throw new NotSupportedException($"{output.GetType().Name} has no text."),
    }).TrimEnd('\n');

    private static string Plain(JsonObject data) => (string?)data["text/plain"] ?? "";
}
