using Attention.Course.Tests.Commands;
using static Attention.Course.Tests.Book.TemporaryCourse;

namespace Attention.Course.Tests.Book;

/// <summary>The verb as a user meets it.</summary>
public class BookCommandTests
{
    [Fact]
    public void Run_Book_SaysWhereItIsAndHowToOpenIt()
    {
        using TemporaryCourse course = Course();
        ProgramRun run = CourseProgram.Run(course.Root, "book");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(
            $"The book has 1 chapter. Open book/index.html in a browser:\n  {new Uri(Path.Combine(course.BookPath, "index.html")).AbsoluteUri}\n",
            run.Output.ReplaceLineEndings("\n"));
        Assert.True(File.Exists(Path.Combine(course.BookPath, "a.html")));
    }

    [Fact]
    public void Run_BookElsewhere_LeavesTheUsualPlaceAlone()
    {
        using TemporaryCourse course = Course();
        Assert.Equal(0, CourseProgram.Run(course.Root, "book", "-o", "other/site").ExitCode);
        Assert.True(File.Exists(Path.Combine(course.Root, "other", "site", "index.html")));
        Assert.False(Directory.Exists(course.BookPath));
    }

    [Fact]
    public void Run_BookOfACourseWithExercises_ShowsTheChaptersAlone()
    {
        using TemporaryCourse course = Course().WithFile("notebooks/exercises/b.ipynb", "no notebook at all");
        Assert.Equal(0, CourseProgram.Run(course.Root, "book").ExitCode);
        Assert.False(File.Exists(Path.Combine(course.BookPath, "b.html")));
    }

    [Fact]
    public void Run_BookWithALinkToNowhere_WarnsAndMakesIt()
    {
        using TemporaryCourse course = new TemporaryCourse().With("a.ipynb", Markdown("[x](gone.ipynb)", "intro"));
        ProgramRun run = CourseProgram.Run(course.Root, "book");
        Assert.Equal((0, "warning: notebooks/a.ipynb, cell intro: the link gone.ipynb leads to notebooks/gone.ipynb, which does not exist." + Environment.NewLine), (run.ExitCode, run.Error));
        Assert.True(File.Exists(Path.Combine(course.BookPath, "a.html")));
    }

    [Theory]
    [InlineData("book -o notebooks", "The book cannot be written to notebooks: the folder holds other things, and the book would replace them; name a new folder.")]
    [InlineData("book -o .", "The book cannot be written to .: the folder holds other things, and the book would replace them; name a new folder.")]
    [InlineData("book -o notebooks/a.ipynb", "The book cannot be written to notebooks/a.ipynb: that is a file, and the book is a folder.")]
    [InlineData("book -o", "--output needs a value (folder); see book --help.")]
    public void Run_BookToABadPlace_IsOneSentenceAndTwo(string arguments, string sentence)
    {
        using TemporaryCourse course = Course();
        ProgramRun run = CourseProgram.Run(course.Root, arguments.Split(' '));
        Assert.Equal((2, "", sentence + Environment.NewLine), (run.ExitCode, run.Output, run.Error));
        Assert.Equal(["notebooks"], Directory.EnumerateFileSystemEntries(course.Root).Select(path => Path.GetFileName(path)));
    }

    private static TemporaryCourse Course() => new TemporaryCourse().With("a.ipynb", Markdown("# A\n\nText."), Code("1 + 1"));
}
