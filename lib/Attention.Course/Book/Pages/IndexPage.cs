using System.Globalization;
using System.Text;
using Attention.Course.Book.Outputs;

namespace Attention.Course.Book.Pages;

/// <summary>The book's first page: what the course is, and its chapters.</summary>
internal static class IndexPage
{
    private const string About = "A course on the attention mechanism that a C# developer learns by running.";

    public static string Render(Site site)
    {
        var main = new StringBuilder($"""
            <h1>Attention, cell by cell</h1>
            <div class="prose">
            <p class="lead">{About} Every chapter is a notebook: it builds attention from small numbers, then calls a compiled library of vectorized kernels,
            and proves in front of you that the two agree.</p>
            <p>This book shows the notebooks as they ran. Hover over a figure to read its numbers, or open it in words below. To change a cell and run it again, open the notebook of the same
            name in the course's <code>notebooks</code> folder. {Total(site)}</p>
            </div>

            """);
        if (site.Chapters.Count == 0)
        {
            main.Append("<p class=\"note banner\">There are no notebooks yet.</p>\n");
        }

        main.Append(Cover(site)).Append("<ol class=\"cards\">\n");
        foreach (Chapter chapter in site.Chapters)
        {
            main.Append(CultureInfo.InvariantCulture, $"""
                <li>
                <h2><a href="{Site.Address(chapter.PageName)}">{chapter.TitleHtml}</a></h2>
                <p class="time">{StudyTime.Words(chapter.StudyMinutes)}{(chapter.HasRun ? "" : " · not run yet")}</p>
                <p class="prose">{chapter.SummaryHtml}</p>
                </li>

                """);
        }

        main.Append("</ol>");
        return PageShell.Render(site, new PageContent(PageShell.BookTitle, About, main.ToString()) { Next = site.Chapters.Count > 0 ? site.Chapters[0] : null });
    }

    private static string Total(Site site) =>
        site.Chapters.Count < 2 ? "" : $"Reading, guessing and running takes {StudyTime.Words(site.Chapters.Sum(chapter => chapter.StudyMinutes))} in all.";

    // The first heat map of the course, which is what attention looks like.
    private static string Cover(Site site)
    {
        foreach (Chapter chapter in site.Chapters)
        {
            foreach (ChapterCell cell in chapter.Cells)
            {
                Figure? map = cell.Cell.Outputs.Select(OutputRenderer.FigureOf).FirstOrDefault(figure => figure is { IsHeatMap: true, Still: not null });
                if (map is not null)
                {
                    string page = Site.Address(chapter.PageName);
                    string figure = map.ToHtml(new OutputContext("cover", new CellLinks(site, chapter, cell)));
                    return $"<div class=\"cover\">\n{figure}\n<p class=\"note\">From <a href=\"{page}#{cell.Anchor}\">{chapter.TitleHtml}</a>, where a cell computes and draws it.</p>\n</div>\n";
                }
            }
        }

        return "";
    }
}
