using Attention.Course.Documents;
using Markdig.Syntax;

namespace Attention.Course.Book;

/// <summary>One notebook, read and understood, before it becomes a page.</summary>
/// <param name="Path">Where the notebook lies, relative to the course's folder, with forward slashes.</param>
/// <param name="PageName">The page's file name.</param>
/// <param name="Title">The first heading as plain text.</param>
/// <param name="TitleHtml">The first heading with its mathematics and emphasis.</param>
/// <param name="Summary">The first paragraph as plain text.</param>
/// <param name="SummaryHtml">The first paragraph with its mathematics and emphasis, without links.</param>
/// <param name="StudyMinutes">How long a reader may need.</param>
/// <param name="HasRun">Whether any code cell has an output, or there is no code to run.</param>
/// <param name="Cells">The cells in reading order.</param>
/// <param name="Headings">The headings in reading order, the title included when the notebook has one.</param>
internal sealed record Chapter(
    string Path,
    string PageName,
    string Title,
    string TitleHtml,
    string Summary,
    string SummaryHtml,
    int StudyMinutes,
    bool HasRun,
    IReadOnlyList<ChapterCell> Cells,
    IReadOnlyList<Heading> Headings);

/// <summary>A cell with its parsed Markdown, which code and raw cells lack.</summary>
internal sealed record ChapterCell(Cell Cell, MarkdownDocument? Document)
{
    /// <summary>The cell's id on its page.</summary>
    public string Anchor => "cell-" + Cell.Id;
}

/// <summary>A heading of a page.</summary>
/// <param name="Id">Unique on its page.</param>
/// <param name="Level">1 to 6; never more than one deeper than the heading before it.</param>
/// <param name="Text">Plain text.</param>
/// <param name="InnerHtml">With mathematics and emphasis, without links.</param>
internal sealed record Heading(string Id, int Level, string Text, string InnerHtml);

/// <summary>Something in a notebook that a reader of the book would stumble over.</summary>
/// <param name="Notebook">The notebook's path in the course.</param>
/// <param name="CellId">The cell that holds it.</param>
/// <param name="Message">One sentence.</param>
internal sealed record Problem(string Notebook, string CellId, string Message)
{
    public override string ToString() => $"{Notebook}, cell {CellId}: {Message}";
}
