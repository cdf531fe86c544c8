using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Attention.Course.Documents;
using static Attention.Course.Tests.Book.TemporaryCourse;

namespace Attention.Course.Tests.Book;

public partial class ChapterPageTests
{
    [Fact]
    public void Build_PageWithRepeatedIds_HasEachIdOnce()
    {
        const string picture = "<svg xmlns=\"http://www.w3.org/2000/svg\"><defs><clipPath id=\"c\"/></defs><g clip-path=\"url(#c)\"/></svg>";
        DisplayOutput figure = new(new JsonObject { ["image/svg+xml"] = picture }, []);
        string page = PageOf(
            Markdown("# Title\n\nA[^1]\n\n[^1]: note", "one"),
            Markdown("## Title\n\nB[^1] <b id=\"main\">x</b>\n\n[^1]: note", "two"),
            Code("three", "1", figure, figure),
            Code("four", "1", (DisplayOutput)new(figure.Data.DeepClone().AsObject(), [])));
        string[] ids = [.. Id().Matches(page).Select(match => match.Groups[1].Value)];
        Assert.Equal(ids.Distinct(), ids);
        Assert.All(LocalReference().Matches(page).Select(match => match.Groups[1].Value), id => Assert.Contains(id, ids));
    }

    [Fact]
    public void Build_NotebookWithoutOutputs_SaysThatItHasNotRun()
    {
        Assert.Contains("<strong>Not run yet.</strong>", PageOf(Markdown("# A"), Code("1 + 1")), StringComparison.Ordinal);
        Assert.DoesNotContain("Not run yet", PageOf(Markdown("# A"), Code("1 + 1", new StreamOutput("stdout", "2"))), StringComparison.Ordinal);
        Assert.DoesNotContain("Not run yet", PageOf(Markdown("# A")), StringComparison.Ordinal);
    }

    [Fact]
    public void Build_HostileCells_LeaveThePageWhole()
    {
        string page = PageOf(
            Markdown("# A </h1></main><script>1</script>", "one"),
            Markdown("</div></main></body>\n\n<div>\n\n<details>\n\n$</span>$ `</code>`", "two"),
            Code("three", "\"</pre></code></script>\"", new StreamOutput("stdout", "</pre></main>")),
            new Cell { Id = "four", Kind = CellKind.Raw, Source = "</pre></main>" });
        Assert.Single(Regex.Matches(page, "</main>"));
        Assert.Single(Regex.Matches(page, "</body>"));
        Assert.Equal(Regex.Count(page, "<div[ >]"), Regex.Count(page, "</div>"));
        Assert.Equal(Regex.Count(page, "<details[ >]"), Regex.Count(page, "</details>"));
        Assert.Equal(4, Regex.Count(page, "<script[ >]"));
    }

    [Fact]
    public void Build_PageWithoutATitle_HasItsNameAsTheOneTitle()
    {
        string page = PageOf(Markdown("## Only a section"));
        Assert.Contains("<h1>a</h1>", page, StringComparison.Ordinal);
        Assert.Single(Regex.Matches(page, "<h1"));
    }

    [Fact]
    public void Build_FirstAndLastPage_HaveOnlyTheNeighbourThatIsThere()
    {
        using var course = new TemporaryCourse();
        course.With("a.ipynb", Markdown("# First")).With("b.ipynb", Markdown("# Second")).With("c.ipynb", Markdown("# Third")).Build();
        Assert.DoesNotContain("rel=\"prev\"", course.Page("a.html"), StringComparison.Ordinal);
        Assert.Contains("<a class=\"next\" rel=\"next\" href=\"b.html\"><span>Next</span> Second</a>", course.Page("a.html"), StringComparison.Ordinal);
        Assert.Contains("<a class=\"prev\" rel=\"prev\" href=\"a.html\"><span>Previous</span> First</a>", course.Page("b.html"), StringComparison.Ordinal);
        Assert.DoesNotContain("rel=\"next\"", course.Page("c.html"), StringComparison.Ordinal);
    }

    [Fact]
    public void Build_Index_ListsEveryChapterWithItsFirstLinesAndTime()
    {
        using var course = new TemporaryCourse();
        course.With("a.ipynb", Markdown("# First & foremost\n\nThe *first* lines.")).With("b.ipynb", Markdown("# Second"), Code("1")).Build();
        string index = course.Page("index.html");
        Assert.Contains("<h2><a href=\"a.html\">First &amp; foremost</a></h2>\n<p class=\"time\">about 5 minutes</p>\n<p class=\"prose\">The <em>first</em> lines.</p>", index, StringComparison.Ordinal);
        Assert.Contains("about 5 minutes · not run yet", index, StringComparison.Ordinal);
        Assert.Contains("running takes about 10 minutes in all", index, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_Index_ShowsTheFirstHeatMapOfTheCourse()
    {
        DisplayOutput Plot(string type, string name) => new(
            new JsonObject
            {
                ["image/svg+xml"] = $"<svg xmlns=\"http://www.w3.org/2000/svg\" aria-label=\"{name}\"/>",
                ["application/vnd.plotly.v1+json"] = new JsonObject { ["data"] = new JsonArray(new JsonObject { ["type"] = type }) },
            },
            []);
        using var course = new TemporaryCourse();
        course.With("a.ipynb", Markdown("# A"), Code("one", "1", Plot("scatter", "lines")), Code("two", "1", Plot("heatmap", "map"))).Build();
        Assert.Contains("aria-label=\"map\"", course.Page("index.html"), StringComparison.Ordinal);
        Assert.Contains("href=\"a.html#cell-two\"", course.Page("index.html"), StringComparison.Ordinal);
        Assert.DoesNotContain("aria-label=\"lines\"", course.Page("index.html"), StringComparison.Ordinal);
    }

    [Fact]
    public void Build_CellWhoseNumbersVary_SaysSo()
    {
        Cell cell = new() { Id = "a", Kind = CellKind.Code, Source = "1", Metadata = new() { ["tags"] = new JsonArray("volatile") }, Outputs = [new StreamOutput("stdout", "1 ms")] };
        Assert.Contains("differ from machine to machine", PageOf(cell), StringComparison.Ordinal);
    }

    [Fact]
    public void Build_AnyPage_NamesNothingOutsideTheBook()
    {
        string page = PageOf(Markdown("# A\n\n<https://example.org>"), Code("1"));
        string[] fetched = [.. Fetched().Matches(page).Select(match => match.Groups[1].Value)];
        Assert.Contains("assets/book/book.css", fetched);
        Assert.All(fetched, address => Assert.StartsWith("assets/", address, StringComparison.Ordinal));
    }

    [GeneratedRegex(" id=\"([^\"]+)\"")]
    private static partial Regex Id();

    [GeneratedRegex("(?:href=\"#|url\\(#)([^\")]+)")]
    private static partial Regex LocalReference();

    [GeneratedRegex("<(?:link|script|img)\\b[^>]*?(?:href|src)=\"([^\"]+)\"")]
    private static partial Regex Fetched();
}
