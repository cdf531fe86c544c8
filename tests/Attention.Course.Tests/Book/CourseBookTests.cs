using Attention.Course.Book;
using Attention.Course.Documents;
using Microsoft.Playwright;

namespace Attention.Course.Tests.Book;

/// <summary>The course's own notebooks as a book, page by page in a real browser.</summary>
public sealed class CourseBookTests(Browser browser) : IClassFixture<Browser>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("attention-book-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task EveryPage_OpensQuietlyWithItsMathematicsAndFigures_AndFitsAPhone()
    {
        BookResult book = Build();
        Assert.Empty(book.Problems);
        BrowserNewContextOptions phone = new() { ViewportSize = new() { Width = 320, Height = 640 }, IsMobile = true, HasTouch = true };
        await using OpenPage page = await browser.OpenAsync(book.Index, phone);
        foreach (Chapter chapter in book.Chapters)
        {
            await page.GoToAsync(Path.Combine(Path.GetDirectoryName(book.Index)!, chapter.PageName));
            await page.DrawFiguresAsync();
            Assert.Equal(0, await page.Page.Locator(".math:not(.set)").CountAsync());
            Assert.Equal("", await page.EvaluateAsync<string>(BrowserTests.Wider));
            Assert.Equal("", await page.EvaluateAsync<string>("() => [...document.querySelectorAll('[id]')].map(e => e.id).filter((id, i, all) => all.indexOf(id) !== i).join()"));
            page.AssertQuiet();
        }
    }

    [Fact]
    public async Task Book_HasAnAttentionMapWhoseHoverTellsTheTokenPair()
    {
        BookResult book = Build();
        await using OpenPage page = await browser.OpenAsync(book.Index);
        foreach (Chapter chapter in book.Chapters)
        {
            await page.GoToAsync(Path.Combine(Path.GetDirectoryName(book.Index)!, chapter.PageName));
            await page.DrawFiguresAsync();
            ILocator plot = page.Page.Locator(".live").Filter(new() { Has = page.Page.Locator(".hm") }).First;
            if (await plot.CountAsync() == 0)
            {
                continue;
            }

            await plot.Locator(".nsewdrag").HoverAsync();
            await plot.Locator(".hoverlayer .hovertext").WaitForAsync();
            string text = await plot.Locator(".hoverlayer").TextContentAsync() ?? "";
            string[] tokens = await page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('.live')].find(e => e.querySelector('.hm')).layout.xaxis.ticktext");
            Assert.Contains(tokens, token => text.Contains(token, StringComparison.Ordinal));
            return;
        }

        Assert.Fail("No page of the book has a heat map.");
    }

    private BookResult Build()
    {
        DirectoryInfo? root = new(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Attention.Notebooks.sln")))
        {
            root = root.Parent;
        }

        var course = new CourseFolder(root?.FullName ?? throw new DirectoryNotFoundException($"No course above {AppContext.BaseDirectory}."));
        string[] notebooks = Directory.Exists(course.Notebooks) ? Directory.GetFiles(course.Notebooks, "*.ipynb") : [];
        Assert.SkipWhen(notebooks.Length == 0, "The course has no notebooks.");
        return BookBuilder.Build(course.Root, [.. notebooks.Order(StringComparer.Ordinal)], Path.Combine(_folder, "book"), TestContext.Current.CancellationToken);
    }
}
