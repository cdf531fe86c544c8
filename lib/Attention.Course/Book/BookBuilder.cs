using Attention.Course.Book.Pages;
using Attention.Course.Documents;

namespace Attention.Course.Book;

/// <summary>What came of making the book.</summary>
/// <param name="Index">The full path of its first page.</param>
/// <param name="Chapters">The chapters in reading order.</param>
/// <param name="Problems">Links and pictures that lead nowhere.</param>
internal sealed record BookResult(string Index, IReadOnlyList<Chapter> Chapters, IReadOnlyList<Problem> Problems);

/// <summary>Makes the book: a static site that needs no network. The same notebooks give the same bytes.</summary>
internal static class BookBuilder
{
    /// <param name="root">The course's folder.</param>
    /// <param name="notebooks">The notebooks' full paths in reading order.</param>
    /// <param name="target">The folder that the book replaces or becomes.</param>
    /// <param name="cancellation">Stops the work; a book that was there stays.</param>
    /// <param name="ran">Notebooks, by path, to show as they just ran; the others are read.</param>
    /// <exception cref="UserError">A notebook cannot be read, or the folder cannot be written.</exception>
    public static BookResult Build(string root, IReadOnlyList<string> notebooks, string target, CancellationToken cancellation, IReadOnlyDictionary<string, Notebook>? ran = null)
    {
        Chapter[] chapters = [.. notebooks.Select(path => Read(root, path, ran?.GetValueOrDefault(path), cancellation))];
        using BookFolder folder = BookFolder.Prepare(target);
        Site site = Write(root, chapters, folder.Staging, cancellation);
        folder.Swap();
        return new BookResult(Path.Combine(Path.GetFullPath(target), "index.html"), chapters, site.Problems);
    }

    private static Chapter Read(string root, string path, Notebook? ran, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ChapterReader.Read(Path.GetRelativePath(root, path).Replace('\\', '/'), ran ?? NotebookFile.Read(path));
    }

    private static Site Write(string root, Chapter[] chapters, string folder, CancellationToken cancellation)
    {
        var site = new Site(root, chapters);
        try
        {
            BookAssets.WriteTo(Path.Combine(folder, "assets"));
            File.WriteAllText(Path.Combine(folder, "index.html"), IndexPage.Render(site));
            for (int i = 0; i < chapters.Length; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                File.WriteAllText(Path.Combine(folder, chapters[i].PageName), ChapterPage.Render(site, i));
            }

            site.WriteAttached(folder);
            return site;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"The book cannot be written: {error.Message.ReplaceLineEndings(" ")}", error);
        }
    }
}
