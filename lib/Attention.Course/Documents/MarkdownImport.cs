using System.Text.Json.Nodes;

namespace Attention.Course.Documents;

/// <summary>Makes a notebook of its Markdown form, keeping from the existing notebook what the text does not say.</summary>
internal static class MarkdownImport
{
    /// <summary>
    /// A cell with a header is what the header says; one without keeps id and metadata of the existing cell with the same text. Outputs stay
    /// with code that did not change; attachments, which the text never shows, stay with their cell.
    /// </summary>
    /// <param name="text">The Markdown.</param>
    /// <param name="name">How errors call it.</param>
    /// <param name="existing">The notebook that the result will replace, or null.</param>
    /// <exception cref="UserError">The text is not the Markdown form of a notebook.</exception>
    public static Notebook ToNotebook(string text, string name, Notebook? existing)
    {
        (IReadOnlyList<MarkdownCell> written, JsonObject? metadata) = MarkdownReader.Read(text, name);
        var before = (existing?.Cells ?? []).ToDictionary(cell => cell.Id);
        HashSet<string> named = [.. written.Select(cell => cell.Header?.Id ?? "")];
        ILookup<(CellKind, string), Cell> unnamed = before.Values.Where(cell => !named.Contains(cell.Id)).ToLookup(cell => (cell.Kind, cell.Source));
        var used = new Dictionary<(CellKind, string), int>();

        List<Cell> cells = [.. written.Select(cell => new Cell { Id = Id(cell), Kind = cell.Kind, Source = cell.Source })];
        CellIds.Fill(cells);
        return new Notebook
        {
            Metadata = metadata ?? existing?.Metadata.DeepClone().AsObject() ?? [],
            Cells = [.. cells.Zip(written, (cell, from) => Complete(cell, from.Header, before.GetValueOrDefault(cell.Id)))],
        };

        string Id(MarkdownCell cell)
        {
            if (cell.Header?.Id is { Length: > 0 } id)
            {
                return id;
            }

            // Twins keep their order: the first takes the first's id.
            (CellKind, string) key = (cell.Kind, cell.Source);
            int earlier = used.GetValueOrDefault(key);
            used[key] = earlier + 1;
            return unnamed[key].ElementAtOrDefault(earlier)?.Id ?? "";
        }
    }

    private static Cell Complete(Cell cell, CellHeader? header, Cell? before)
    {
        Cell? same = before?.Kind == cell.Kind ? before : null;
        bool unchanged = same?.Source == cell.Source;
        return new()
        {
            Id = cell.Id,
            Kind = cell.Kind,
            Source = cell.Source,
            Metadata = header?.Metadata ?? same?.Metadata.DeepClone().AsObject() ?? [],
            Attachments = same?.Attachments,
            Outputs = unchanged ? same!.Outputs : [],
            ExecutionCount = unchanged ? same!.ExecutionCount : null,
        };
    }
}
