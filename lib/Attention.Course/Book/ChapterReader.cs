using System.Globalization;
using System.Text.Json.Nodes;
using Attention.Course.Book.Markdown;
using Attention.Course.Documents;
using Markdig.Syntax;

namespace Attention.Course.Book;

/// <summary>Reads a notebook into a chapter: title, first lines, outline, parsed Markdown.</summary>
internal static class ChapterReader
{
    /// <param name="path">The notebook's path in the course, with forward slashes.</param>
    /// <param name="notebook">The notebook.</param>
    /// <exception cref="UserError">A cell's Markdown is beyond what the parser takes.</exception>
    public static Chapter Read(string path, Notebook notebook)
    {
        ChapterCell[] cells = [.. notebook.Cells.Select(cell => new ChapterCell(cell, cell.Kind == CellKind.Markdown ? Parse(path, cell) : null))];
        var headings = new List<Heading>();
        var slugs = new Slugs(["main", "contents", .. cells.Select(cell => cell.Anchor)]);
        foreach (HeadingBlock block in cells.SelectMany(cell => cell.Document?.Descendants<HeadingBlock>() ?? []))
        {
            Heading heading = Place(block, headings.Count == 0 ? 0 : headings[^1].Level, slugs);
            block.SetData(HeadingRenderer.Key, heading);
            headings.Add(heading);
        }

        string name = Path.GetFileNameWithoutExtension(path);
        Heading title = headings is [{ Level: 1 } first, ..] ? first : new("", 1, name, Html.Escape(name));
        ParagraphBlock? summary = cells.SelectMany(cell => cell.Document?.OfType<ParagraphBlock>() ?? []).FirstOrDefault();
        return new Chapter(
            path,
            (name == "index" ? "index-notebook" : name) + ".html",
            title.Text,
            title.InnerHtml,
            summary is null ? "" : Sentence(MarkdownText.ToPlainText(summary)),
            summary is null ? "" : Sentence(MarkdownText.ToInnerHtml(summary)),
            notebook.Metadata["minutes"] is JsonValue minutes && minutes.TryGetValue(out int stated) ? stated : StudyTime.Minutes(notebook),
            !notebook.Cells.Exists(cell => cell.Kind == CellKind.Code) || notebook.Cells.Exists(cell => cell.Outputs.Count > 0),
            cells,
            headings);
    }

    private static MarkdownDocument Parse(string path, Cell cell)
    {
        try
        {
            return MarkdownText.Parse(cell.Source);
        }
        catch (ArgumentException error)
        {
            // Markdig's guard against documents that would overflow its stack.
            throw new UserError($"{path}, cell {cell.Id}: its Markdown is nested too deeply, or its table is too large, for a page; split it into several cells.", error);
        }
    }

    // First lines that lead over to a formula end in a colon; on their own they are a sentence.
    private static string Sentence(string text) => text.EndsWith(':') ? text[..^1] + "." : text;

    // A page has one heading of the first level, and no heading is more than one level deeper than the one before: screen readers walk by these levels.
    private static Heading Place(HeadingBlock block, int before, Slugs slugs)
    {
        string text = MarkdownText.ToPlainText(block);
        int level = before == 0 && block.Level == 1 ? 1 : Math.Clamp(block.Level, 2, Math.Max(before, 1) + 1);
        return new Heading(slugs.Next(text), level, text, MarkdownText.ToInnerHtml(block));
    }
}

/// <summary>How long a reader may need for a notebook whose author did not say.</summary>
internal static class StudyTime
{
    // A technical text is read at about 130 words a minute; a line of code takes six seconds to follow; and every code cell asks for a
    // guess, a run and a look, a minute together.
    private const double WordsPerMinute = 130, LinesPerMinute = 10, CellsPerMinute = 1;

    /// <summary>Minutes, in steps of five.</summary>
    public static int Minutes(Notebook notebook)
    {
        double minutes = 0;
        foreach (Cell cell in notebook.Cells)
        {
            minutes += cell.Kind == CellKind.Code
                ? (cell.Source.Split('\n').Count(line => !string.IsNullOrWhiteSpace(line)) / LinesPerMinute) + CellsPerMinute
                : cell.Source.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length / WordsPerMinute;
        }

        return Math.Max(5, (int)Math.Round(minutes / 5) * 5);
    }

    /// <summary>Minutes as a reader says them.</summary>
    public static string Words(int minutes) => minutes < 100
        ? string.Create(CultureInfo.InvariantCulture, $"about {minutes} minutes")
        : string.Create(CultureInfo.InvariantCulture, $"about {Math.Round(minutes / 30.0) / 2} hours");
}
