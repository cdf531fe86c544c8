using System.Text.Json.Nodes;
using Attention.Course.Book;
using Attention.Course.Documents;
using static Attention.Course.Tests.Book.TemporaryCourse;

namespace Attention.Course.Tests.Book;

public class CellLinksTests
{
    [Theory]
    [InlineData("[x](b.ipynb)", "href=\"b.html\"")]
    [InlineData("[x](./b.ipynb#Second-Part)", "href=\"b.html#second-part\"")]
    [InlineData("[x](b.ipynb#cell-text)", "href=\"b.html#cell-text\"")]
    [InlineData("<a href=\"b.ipynb\">x</a>", "href=\"b.html\"")]
    [InlineData("[x](#here)", "href=\"#here\"")]
    [InlineData("[x](https://example.org/a?b=c&d=e)", "href=\"https://example.org/a?b=c&amp;d=e\" rel=\"noopener noreferrer\"")]
    [InlineData("[x](exercises/a.ipynb)", "href=\"files/notebooks/exercises/a.ipynb\"")]
    [InlineData("[x](../lib/A%20B.cs)", "href=\"source-lib-A%20B.cs.html\"")]
    [InlineData("![x](data/p.svg)", "src=\"files/notebooks/data/p.svg\"")]
    [InlineData("![x](data:image/png;base64,AAAA)", "src=\"data:image/png;base64,AAAA\"")]
    [InlineData("[x](exercises)", "<a>x</a>")]
    public void Build_LinkToWhatIsThere_LeadsThere(string markdown, string expected)
    {
        using TemporaryCourse course = Course(markdown);
        Assert.Empty(course.Build().Problems);
        Assert.Contains(expected, course.Page("a.html"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[x](c.ipynb)", "the link c.ipynb leads to notebooks/c.ipynb, which does not exist.")]
    [InlineData("[x](b.ipynb#third)", "the link b.ipynb#third leads to a heading that notebooks/b.ipynb does not have.")]
    [InlineData("[x](#nowhere)", "the link #nowhere leads to a heading that notebooks/a.ipynb does not have.")]
    [InlineData("[x](../../secret.txt)", "the link ../../secret.txt leads outside the course.")]
    [InlineData("[x](javascript:alert)", "the link javascript:alert is none that a page can follow.")]
    [InlineData("[x](//example.org)", "the link //example.org is none that a page can follow.")]
    [InlineData("![x](https://example.org/p.png)", "the image https://example.org/p.png would be fetched from elsewhere; put the file into the course.")]
    [InlineData("![x](p.png)", "the image p.png does not exist.")]
    [InlineData("![x](attachment:p.png)", "the cell has no attachment p.png.")]
    public void Build_LinkToNowhere_IsReportedWithItsCellAndIsNoLink(string markdown, string message)
    {
        using TemporaryCourse course = Course(markdown);
        Problem problem = Assert.Single(course.Build().Problems);
        Assert.Equal($"notebooks/a.ipynb, cell text: {message}", problem.ToString());
        Assert.DoesNotContain("href=\"" + markdown.Split('(')[1].TrimEnd(')') + "\"", course.Page("a.html"), StringComparison.Ordinal);
    }

    [Fact]
    public void Build_LinkedFiles_AreInTheBook()
    {
        using TemporaryCourse course = Course("[x](../lib/A%20B.cs) ![y](data/p.svg)");
        course.Build();
        Assert.Equal("<svg/>", course.Page("files/notebooks/data/p.svg"));
        Assert.Contains("<span class=\"k\">class</span> <span class=\"t\">A</span>", course.Page("source-lib-A B.cs.html"), StringComparison.Ordinal);
    }

    [Fact]
    public void Build_Attachment_IsInThePage()
    {
        Cell cell = new() { Id = "a", Kind = CellKind.Markdown, Source = "![x](attachment:my%20p.png)", Attachments = new JsonObject { ["my p.png"] = new JsonObject { ["image/png"] = "AA\nAA" } } };
        Assert.Contains("<img src=\"data:image/png;base64,AAAA\" alt=\"x\">", PageOf(cell), StringComparison.Ordinal);
    }

    private static TemporaryCourse Course(string markdown) => new TemporaryCourse()
        .With("a.ipynb", Markdown("# A\n\n## Here\n\n" + markdown))
        .With("b.ipynb", Markdown("# B\n\n## Second Part"))
        .WithFile("notebooks/exercises/a.ipynb", "{}")
        .WithFile("notebooks/data/p.svg", "<svg/>")
        .WithFile("lib/A B.cs", "class A;\n");
}
