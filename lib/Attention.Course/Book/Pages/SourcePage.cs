using Attention.Course.Book.Code;

namespace Attention.Course.Book.Pages;

/// <summary>A file of the library that a notebook leads to, in colours.</summary>
internal static class SourcePage
{
    public static string Render(Site site, string path, string source) => PageShell.Render(
        site,
        new PageContent($"{path} · {PageShell.BookTitle}", $"The source of {path}.", $"<h1 class=\"path\">{Html.Escape(path)}</h1>\n<div class=\"cell program\">{CodeHtml.Block(source.TrimEnd(), "csharp")}</div>"));
}
