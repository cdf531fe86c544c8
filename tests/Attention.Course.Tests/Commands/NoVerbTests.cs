namespace Attention.Course.Tests.Commands;

/// <summary>The first command that a newcomer types: run everything, then the book of it.</summary>
public sealed class NoVerbTests
{
    private const string Notebook = """
        # Title

        Text.

        ```csharp #cell
        Console.WriteLine("printed first");
        VALUE
        ```
        """;

    [Fact]
    public void NoVerb_StoredOutputsAreOld_TheBookShowsThisRunAndSaysSo()
    {
        using TemporaryCourse course = CourseWith("\"fresh\" + 1");

        ProgramRun run = CourseProgram.Run(course.Root);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("fresh1", course.Read("book/01-first.html"), StringComparison.Ordinal);
        Assert.Contains("index.html", run.Output, StringComparison.Ordinal);
        Assert.Contains("`run --update` stores it", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("fresh1", course.Read("notebooks/01-first.ipynb"), StringComparison.Ordinal);
    }

    [Fact]
    public void NoVerb_ACellFails_ItsPageShowsTheErrorAndTheReportWhatItPrinted()
    {
        using TemporaryCourse course = CourseWith("throw new InvalidOperationException(\"boom\");");

        ProgramRun run = CourseProgram.Run(course.Root);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Before that it printed:" + Environment.NewLine + "  printed first", run.Output, StringComparison.Ordinal);
        Assert.Contains("boom", course.Read("book/01-first.html"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("quotes")]
    [InlineData("table")]
    public void Book_MarkdownBeyondTheParser_IsRefusedWithItsCell(string kind)
    {
        using var course = new TemporaryCourse();
        string row = "|" + string.Concat(Enumerable.Repeat("c|", 64)) + "\n";
        string markdown = kind == "quotes"
            ? string.Concat(Enumerable.Repeat("> ", 130)) + "deep\n"
            : row + "|" + string.Concat(Enumerable.Repeat("---|", 64)) + "\n" + string.Concat(Enumerable.Repeat(row, 300));
        Import(course, "# Deep\n\n" + markdown);

        ProgramRun run = CourseProgram.Run(course.Root, "book");

        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith("notebooks/01-first.ipynb, cell deep: its Markdown is nested too deeply", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(course.Root, "book")));
    }

    private static TemporaryCourse CourseWith(string value)
    {
        var course = new TemporaryCourse();
        Import(course, Notebook.Replace("VALUE", value, StringComparison.Ordinal));
        return course;
    }

    private static void Import(TemporaryCourse course, string markdown)
    {
        course.Write("first.md", markdown);
        Assert.Equal(0, CourseProgram.Run(course.Root, "import", "first.md", "-o", "notebooks/01-first.ipynb").ExitCode);
    }
}
