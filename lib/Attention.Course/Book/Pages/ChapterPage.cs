using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Attention.Course.Book.Code;
using Attention.Course.Book.Markdown;
using Attention.Course.Book.Markup;
using Attention.Course.Book.Outputs;
using Attention.Course.Documents;

namespace Attention.Course.Book.Pages;

/// <summary>The page of one notebook.</summary>
internal static class ChapterPage
{
    public static string Render(Site site, int index)
    {
        Chapter chapter = site.Chapters[index];
        return PageShell.Render(site, new PageContent($"{chapter.Title} · {PageShell.BookTitle}", chapter.Summary, Body(site, chapter))
        {
            Chapter = chapter,
            Previous = index > 0 ? site.Chapters[index - 1] : null,
            Next = index + 1 < site.Chapters.Count ? site.Chapters[index + 1] : null,
        });
    }

    private static string Body(Site site, Chapter chapter)
    {
        var html = new StringBuilder($"<p class=\"facts\">{StudyTime.Words(chapter.StudyMinutes)} of study · {Html.Escape(chapter.Path)}</p>\n");
        if (chapter.Headings is not [{ Level: 1 }, ..])
        {
            html.Append(CultureInfo.InvariantCulture, $"<h1>{chapter.TitleHtml}</h1>\n");
        }

        if (!chapter.HasRun)
        {
            html.Append("<p class=\"note banner\"><strong>Not run yet.</strong> This notebook holds no outputs; run it to fill them in.</p>\n");
        }

        HashSet<string> headingIds = [.. chapter.Headings.Select(heading => heading.Id)];
        foreach (ChapterCell cell in chapter.Cells)
        {
            html.Append(ToHtml(cell, new CellLinks(site, chapter, cell), headingIds));
        }

        return html.ToString();
    }

    private static string ToHtml(ChapterCell cell, CellLinks links, HashSet<string> headingIds) => cell.Cell.Kind switch
    {
        CellKind.Markdown => $"<div class=\"cell prose\" id=\"{cell.Anchor}\">\n{new HtmlCleaner(cell.Anchor + "-", headingIds, links).Clean(MarkdownText.ToHtml(cell.Document!))}</div>\n",
        CellKind.Code => CodeCell(cell, links),
        _ => $"<pre class=\"cell raw\" id=\"{cell.Anchor}\">{Html.Escape(cell.Cell.Source)}</pre>\n",
    };

    private static string CodeCell(ChapterCell cell, CellLinks links)
    {
        var html = new StringBuilder($"<div class=\"cell program\" id=\"{cell.Anchor}\">\n");
        html.Append(CultureInfo.InvariantCulture, $"<a class=\"anchor\" href=\"#{cell.Anchor}\" aria-label=\"Link to this cell\">#</a>");
        html.Append(CodeHtml.Block(cell.Cell.Source, "csharp")).Append('\n');
        if (cell.Cell.Outputs.Count > 0)
        {
            html.Append("<div class=\"outputs\" role=\"group\" aria-label=\"Output\">\n");
            for (int i = 0; i < cell.Cell.Outputs.Count; i++)
            {
                html.Append(OutputRenderer.ToHtml(cell.Cell.Outputs[i], new OutputContext($"{cell.Anchor}-{i}", links))).Append('\n');
            }

            html.Append("</div>\n");
        }

        foreach (string note in Notes(cell.Cell))
        {
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"note\">{note}</p>\n");
        }

        return html.Append("</div>\n").ToString();
    }

    private static IEnumerable<string> Notes(Cell cell)
    {
        string[] tags = cell.Metadata["tags"] is JsonArray array ? [.. array.Select(tag => tag?.ToString() ?? "")] : [];
        if (tags.Contains("volatile") && cell.Outputs.Count > 0)
        {
            yield return "These numbers differ from machine to machine and from run to run.";
        }

        if (tags.Contains("needs-nuget") && cell.Outputs.Count == 0)
        {
            yield return "This cell needs a package that could not be restored where the book was made.";
        }
    }
}
