using Attention.Course.Documents;
using Attention.Course.Tests.Documents;

namespace Attention.Course.Tests.Commands;

/// <summary>list, format, export and import through the real program.</summary>
public class DocumentCommandsTests
{
    [Fact]
    public void List_Course_IsATable()
    {
        using TemporaryCourse course = CommandLineTests.Course();
        Assert.Equal(
            """
            notebook     title        cells  code  minutes  outputs           mirrors
            03-1-scores  Scores – 分数  4      1     75       1 of 1, 1 failed  004 3.1
            03-2-masks                0      0              0 of 0

            """,
            CourseProgram.Run(course.Root, "list").Output);
    }

    [Fact]
    public void Format_ForeignForm_IsReportedByCheckAndThenMended()
    {
        using TemporaryCourse course = CommandLineTests.Course();
        course.Write("notebooks/03-2-masks.ipynb", Samples.Smallest);
        ProgramRun check = CourseProgram.Run(course.Root, "format", "--check");
        Assert.Equal((1, "notebooks/03-2-masks.ipynb is not canonical" + Environment.NewLine), (check.ExitCode, check.Output));
        Assert.Equal(Samples.Smallest, course.Read("notebooks/03-2-masks.ipynb"));

        ProgramRun format = CourseProgram.Run(course.Root, "format");
        Assert.Equal((0, "notebooks/03-2-masks.ipynb formatted" + Environment.NewLine), (format.ExitCode, format.Output));
        Assert.Equal(NotebookFile.ToText(new Notebook()), course.Read("notebooks/03-2-masks.ipynb"));

        ProgramRun again = CourseProgram.Run(course.Root, "format", "--check", "03");
        Assert.Equal((0, "2 notebooks are canonical." + Environment.NewLine), (again.ExitCode, again.Output));
    }

    [Fact]
    public void Format_ByteOrderMark_IsNotCanonical()
    {
        using TemporaryCourse course = CommandLineTests.Course();
        course.Write("n.ipynb", "\ufeff" + NotebookFile.ToText(new Notebook()));
        Assert.Equal(1, CourseProgram.Run(course.Root, "format", "--check", "n.ipynb").ExitCode);
        Assert.Equal(0, CourseProgram.Run(course.Root, "format", "n.ipynb").ExitCode);
        Assert.Equal(0, CourseProgram.Run(course.Root, "format", "--check", "n.ipynb").ExitCode);
    }

    [Fact]
    public void ExportAndImport_OfANotebook_ChangeNothing()
    {
        using TemporaryCourse course = CommandLineTests.Course();
        string before = course.Read("notebooks/03-1-scores.ipynb");
        Assert.Equal(0, CourseProgram.Run(course.Root, "export", "03-1", "-o", "s.md", "--outputs").ExitCode);
        ProgramRun import = CourseProgram.Run(course.Root, "import", "s.md", "-o", "notebooks/03-1-scores.ipynb");
        Assert.Equal((0, "notebooks/03-1-scores.ipynb: 4 cells, 1 with outputs kept." + Environment.NewLine), (import.ExitCode, import.Output));
        Assert.Equal(before, course.Read("notebooks/03-1-scores.ipynb"));
    }

    [Fact]
    public void Export_ToTheConsole_IsUtf8WithoutColours()
    {
        using TemporaryCourse course = CommandLineTests.Course();
        ProgramRun run = CourseProgram.Run(course.Root, "export", "03-1");
        Assert.Equal(MarkdownWriter.ToText(Samples.Everything(), withOutputs: false), run.Output);
    }

    [Fact]
    public void Import_WithoutTarget_WritesBesideTheMarkdown()
    {
        using TemporaryCourse course = CommandLineTests.Course();
        Assert.Equal(0, CourseProgram.Run(course.Root, "import", "a.md").ExitCode);
        Assert.Equal("# A", Assert.Single(NotebookFile.Read(Path.Combine(course.Root, "a.ipynb")).Cells).Source);
    }
}
