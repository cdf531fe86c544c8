using System.Globalization;
using System.Text;

namespace Attention.Course.Book.Pages;

/// <summary>What one page says; the frame around it is the same everywhere.</summary>
/// <param name="Title">For the browser's tab.</param>
/// <param name="Description">For search and previews; plain text.</param>
/// <param name="Main">The content of the main landmark.</param>
internal sealed record PageContent(string Title, string Description, string Main)
{
    /// <summary>The chapter that the page shows, or null.</summary>
    public Chapter? Chapter { get; init; }

    /// <summary>The address of the page before, or null.</summary>
    public Chapter? Previous { get; init; }

    /// <summary>The address of the page after, or null.</summary>
    public Chapter? Next { get; init; }
}

/// <summary>The frame of every page: head, skip link, bar, contents, main, pager.</summary>
internal static class PageShell
{
    /// <summary>What the book is called.</summary>
    public const string BookTitle = "Attention.Notebooks";

    // Nothing may be fetched but the book's own files, whatever a notebook's output holds: from a disk (file:) as from a server ('self').
    private const string Policy =
        "default-src 'none'; script-src 'self' file:; style-src 'self' file: 'unsafe-inline'; font-src 'self' file:; img-src 'self' file: data: blob:; base-uri 'none'; form-action 'none'";

    public static string Render(Site site, PageContent page) => $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="{Policy}">
        <meta name="color-scheme" content="light dark">
        <title>{Html.Escape(page.Title)}</title>
        <meta name="description" content="{Html.Escape(page.Description)}">
        <link rel="icon" href="assets/book/icon.svg" type="image/svg+xml">
        {Relation("prev", page.Previous)}{Relation("next", page.Next)}<link rel="stylesheet" href="assets/katex/katex.min.css">
        <link rel="stylesheet" href="assets/book/fonts.css">
        <link rel="stylesheet" href="assets/book/book.css">
        <link rel="stylesheet" href="assets/book/content.css">
        <script src="assets/book/theme.js"></script>
        <script defer src="assets/katex/katex.min.js"></script>
        <script defer src="assets/book/book.js"></script>
        <script defer src="assets/book/figures.js"></script>
        </head>
        <body>
        <a class="skip" href="#main">Skip to the text</a>
        <header class="bar">
        <button type="button" class="menu needs-script" aria-expanded="false" aria-controls="contents">Contents</button>
        <noscript><a class="menu" href="#contents">Contents</a></noscript>
        <a class="home" href="index.html"><img src="assets/book/icon.svg" alt="" width="22" height="22">{BookTitle}</a>
        <button type="button" class="theme needs-script" aria-pressed="false" aria-label="Dark theme">Dark</button>
        </header>
        <nav id="contents" class="contents" aria-label="Contents">
        {Contents(site, page)}
        </nav>
        <main id="main" tabindex="-1">
        {page.Main}
        {Pager(page)}
        </main>
        <p class="visually-hidden" role="status"></p>
        </body>
        </html>

        """;

    private static string Relation(string relation, Chapter? chapter) =>
        chapter is null ? "" : $"<link rel=\"{relation}\" href=\"{Site.Address(chapter.PageName)}\">\n";

    private static string Contents(Site site, PageContent page)
    {
        var html = new StringBuilder("<ol class=\"chapters\">\n");
        foreach (Chapter chapter in site.Chapters)
        {
            bool isHere = chapter == page.Chapter;
            html.Append(CultureInfo.InvariantCulture, $"<li><a href=\"{Site.Address(chapter.PageName)}\"{(isHere ? " aria-current=\"page\"" : "")}>{chapter.TitleHtml}</a>");
            html.Append(isHere ? Outline(chapter) : "").Append("</li>\n");
        }

        return html.Append("</ol>").ToString();
    }

    private static string Outline(Chapter chapter)
    {
        Heading[] shown = [.. chapter.Headings.Where(heading => heading.Level is 2 or 3)];
        if (shown.Length == 0)
        {
            return "";
        }

        var html = new StringBuilder("\n<ol class=\"outline\" aria-label=\"On this page\">\n");
        foreach (Heading heading in shown)
        {
            html.Append(CultureInfo.InvariantCulture, $"<li class=\"level-{heading.Level}\"><a href=\"#{Html.Escape(heading.Id)}\">{heading.InnerHtml}</a></li>\n");
        }

        return html.Append("</ol>\n").ToString();
    }

    private static string Pager(PageContent page)
    {
        if (page.Previous is null && page.Next is null)
        {
            return "";
        }

        return $"""
            <nav class="pager" aria-label="Previous and next chapter">
            {Step(page.Previous, "prev", "Previous")}
            {Step(page.Next, "next", "Next")}
            </nav>
            """;
    }

    private static string Step(Chapter? chapter, string relation, string word) =>
        chapter is null ? "" : $"<a class=\"{relation}\" rel=\"{relation}\" href=\"{Site.Address(chapter.PageName)}\"><span>{word}</span> {chapter.TitleHtml}</a>";
}
