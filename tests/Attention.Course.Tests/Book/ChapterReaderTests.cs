using System.Text.Json.Nodes;
using Attention.Course.Book;
using Attention.Course.Documents;
using static Attention.Course.Tests.Book.TemporaryCourse;

namespace Attention.Course.Tests.Book;

public class ChapterReaderTests
{
    [Fact]
    public void Read_TitleAndFirstLines_KeepTheirMathematicsAndLoseTheirLinks()
    {
        Chapter chapter = Read(Markdown("# 3.1 *What* is $x_1$?\n\nThe [first](a.md) lines: $y$ & more.\n\nThe second."));
        Assert.Equal("3.1 What is x_1?", chapter.Title);
        Assert.Equal("3.1 <em>What</em> is <span class=\"math\">x_1</span>?", chapter.TitleHtml);
        Assert.Equal("The first lines: y & more.", chapter.Summary);
        Assert.Equal("The first lines: <span class=\"math\">y</span> &amp; more.", chapter.SummaryHtml);
    }

    [Fact]
    public void Read_FirstLinesThatLeadToAFormula_EndAsASentence() =>
        Assert.Equal("Row <span class=\"math\">i</span> is the answer.", Read(Markdown("# A\n\nRow $i$ is the answer:\n\n$$x$$")).SummaryHtml);

    [Fact]
    public void Read_Headings_HaveIdsOfTheirOwnAcrossCells()
    {
        Chapter chapter = Read(Markdown("# The Title\n\n## Summary", "a"), Markdown("## Summary\n\n### Größe & $d_k$?", "b"), Markdown("## ???", "c"));
        Assert.Equal(["the-title", "summary", "summary-1", "größe--d_k", "section"], chapter.Headings.Select(heading => heading.Id));
    }

    [Fact]
    public void Read_HeadingThatWouldTakeTheIdOfACell_GetsAnother() =>
        Assert.Equal(["cell-a-1", "main-1"], Read(Markdown("# Cell a\n\n## Main", "a")).Headings.Select(heading => heading.Id));

    [Theory]
    [InlineData("# a\n\n## b\n\n#### c\n\n# d", new[] { 1, 2, 3, 2 })]
    [InlineData("## a\n\n# b", new[] { 2, 2 })]
    [InlineData("#### a\n\n###### b", new[] { 2, 3 })]
    public void Read_HeadingLevels_NeverSkipAndHaveOneTitle(string markdown, int[] levels) =>
        Assert.Equal(levels, Read(Markdown(markdown)).Headings.Select(heading => heading.Level));

    [Fact]
    public void Read_NotebookWithoutATitle_IsCalledByItsName()
    {
        Chapter chapter = Read(Code("1"));
        Assert.Equal("03-1-<b>", chapter.Title);
        Assert.Equal("03-1-&lt;b&gt;", chapter.TitleHtml);
    }

    [Fact]
    public void Read_StudyTime_IsTheAuthorsOrAnEstimate()
    {
        Assert.Equal(75, ChapterReader.Read("notebooks/a.ipynb", new Notebook { Metadata = new JsonObject { ["minutes"] = 75 } }).StudyMinutes);
        Assert.Equal(5, Read(Markdown("short")).StudyMinutes);
        Assert.Equal(20, Read(Markdown(string.Join(' ', Enumerable.Repeat("word", 1300))), Code(string.Join('\n', Enumerable.Repeat("x();", 90)))).StudyMinutes);
    }

    private static Chapter Read(params Cell[] cells) => ChapterReader.Read("notebooks/03-1-<b>.ipynb", new Notebook { Cells = [.. cells] });
}
