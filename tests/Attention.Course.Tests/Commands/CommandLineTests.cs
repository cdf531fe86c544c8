using System.CommandLine;
using Attention.Course.Commands;
using Attention.Course.Documents;
using Attention.Course.Tests.Documents;

namespace Attention.Course.Tests.Commands;

/// <summary>The program as a user meets it: what it prints, and its exit code.</summary>
public class CommandLineTests
{
    public static TheoryData<string, string> Mistakes { get; } = new()
    {
        { "--chek", "There is no option --chek; the verbs are run, book, list, format, export, import." },
        { "xyzzy", "There is no verb xyzzy; the verbs are run, book, list, format, export, import." },
        { "frmat", "There is no verb frmat; did you mean format?" },
        { "exp", "There is no verb exp; did you mean export?" },
        { "--verbos", "There is no option --verbos; did you mean --verbose?" },
        { "format --chek", "format has no option --chek; did you mean --check?" },
        { "list -x", "list has no option -x; see list --help." },
        { "export", "export needs <notebook>; see export --help." },
        { "export 03 04", "export takes no further argument 04; see export --help." },
        { "import a.md -o", "--output needs a value (notebook); see import --help." },
        { "list --root nowhere", "nowhere is not the course's folder: it holds neither Attention.Notebooks.sln nor notebooks/." },
        { "list 04", "There is no notebook \"04\"; there are 03-1-scores, 03-2-masks." },
        { "export 03", "\"03\" names 2 notebooks (03-1-scores, 03-2-masks); name one." },
        { "format a.md", "a.md is not a notebook: its name does not end in .ipynb." },
        { "format empty", "There is no notebook in empty." },
        { "import none.md", "none.md does not exist." },
        { "import notebooks/03-1-scores.ipynb", "notebooks/03-1-scores.ipynb is a notebook already; import takes Markdown." },
        { "export 03-1 -o a.ipynb", "a.ipynb is a notebook's name; give the Markdown another, like a.md." },
        { "import a.md -o b.txt", "b.txt must end in .ipynb to be a notebook." },
        { "import a.md -o none/b.ipynb", "none/b.ipynb cannot be written: its folder does not exist." },
        { "export 03-1 -o empty", "empty cannot be written: it is a folder." },
        { "list @a.md", "There is no notebook \"@a.md\"; there are 03-1-scores, 03-2-masks." },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Run_Mistake_IsOneSentenceAndTwo(string arguments, string sentence)
    {
        using TemporaryCourse course = Course();
        using TemporaryCourse untouched = Course();
        ProgramRun run = CourseProgram.Run(course.Root, arguments.Split(' '));
        Assert.Equal((2, "", sentence + Environment.NewLine), (run.ExitCode, run.Output, run.Error));
        Assert.Equal(untouched.Files(), course.Files());
    }

    [Theory]
    [InlineData("list")]
    [InlineData("format")]
    [InlineData("format --check")]
    [InlineData("export bad.ipynb")]
    [InlineData("import a.md -o bad.ipynb")]
    public void Run_BadNotebook_IsOneSentenceAndTheFileStays(string arguments)
    {
        using TemporaryCourse course = Course();
        course.Write("bad.ipynb", "{");
        ProgramRun run = CourseProgram.Run(course.Root, arguments.Contains("bad", StringComparison.Ordinal) ? arguments.Split(' ') : [.. arguments.Split(' '), "bad.ipynb"]);
        Assert.Equal((2, "bad.ipynb, line 1, column 2: the file breaks off in the middle of its JSON." + Environment.NewLine), (run.ExitCode, run.Error));
        Assert.Equal("{", course.Read("bad.ipynb"));
    }

    [Fact]
    public void Run_Verbose_ShowsWhereTheErrorAroseBelowTheSentence()
    {
        using TemporaryCourse course = Course();
        string error = CourseProgram.Run(course.Root, "import", "none.md", "--verbose").Error;
        Assert.StartsWith("none.md does not exist." + Environment.NewLine, error, StringComparison.Ordinal);
        Assert.Contains("   at Attention.Course.", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help", "Exit codes:")]
    [InlineData("list --help", "Examples:")]
    [InlineData("format -h", "Examples:")]
    [InlineData("export --help", "```csharp")]
    [InlineData("import --help", "<!-- markdown -->")]
    public void Run_Help_ExplainsAndGivesExamples(string arguments, string expected)
    {
        ProgramRun run = CourseProgram.Run(Path.GetTempPath(), arguments.Split(' '));
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains(expected, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_Version_IsTheAssemblys()
    {
        string version = typeof(NotebookFile).Assembly.GetName().Version!.ToString(3);
        Assert.Equal(version + Environment.NewLine, CourseProgram.Run(Path.GetTempPath(), "--version").Output);
    }

    [Fact]
    public void Run_OutsideTheCourse_SaysHowToNameIt()
    {
        using TemporaryCourse course = Course();
        string outside = Directory.CreateTempSubdirectory("outside-").FullName;
        ProgramRun run = CourseProgram.Run(outside, "list");
        Assert.Equal((2, "Neither this folder nor one above it is the course (Attention.Notebooks.sln or notebooks/): change to it, or name it with --root." + Environment.NewLine), (run.ExitCode, run.Error));
        Assert.Equal(0, CourseProgram.Run(outside, "list", "--root", course.Root).ExitCode);
        Assert.Equal(0, CourseProgram.Run(Path.Combine(course.Root, "empty", "deep"), "list", "03-1").ExitCode);
        Directory.Delete(outside);
    }

    [Theory]
    [InlineData("1 + 1", 0)]
    [InlineData("throw new System.Exception(\"no\");", 1)]
    public void Run_NoVerb_RunsEverythingMakesTheBookAndSaysWhere(string source, int expected)
    {
        using var course = new TemporaryCourse();
        course.Write("notebooks/01-a.ipynb", NotebookFile.ToText(new() { Cells = [new() { Id = "a", Kind = CellKind.Code, Source = source }] }));
        ProgramRun run = CourseProgram.Run(course.Root);
        Assert.Equal((expected, ""), (run.ExitCode, run.Error));
        Assert.Contains("01-a", run.Output, StringComparison.Ordinal);
        Assert.EndsWith($"{new Uri(Path.Combine(course.Root, "book", "index.html"))}{Environment.NewLine}", run.Output, StringComparison.Ordinal);
        Assert.Contains("book/index.html", course.Files());
    }

    [Fact]
    public void Run_OneBadNotebookAmongGood_DoesTheOthers()
    {
        using TemporaryCourse course = Course();
        course.Write("notebooks/03-0-bad.ipynb", "[]");
        course.Write("notebooks/03-2-masks.ipynb", Samples.Smallest);
        ProgramRun run = CourseProgram.Run(course.Root, "format");
        Assert.Equal((2, "notebooks/03-0-bad.ipynb: a notebook must be an object, and is a list." + Environment.NewLine), (run.ExitCode, run.Error));
        Assert.Equal("notebooks/03-2-masks.ipynb formatted" + Environment.NewLine, run.Output);
        Assert.Contains("03-1-scores", CourseProgram.Run(course.Root, "list").Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(typeof(InvalidOperationException), 70, "This program has a fault (InvalidOperationException: Operation is not valid due to the current state of the object.); run again with --verbose for details.")]
    [InlineData(typeof(OperationCanceledException), 130, "Stopped.")]
    [InlineData(typeof(IOException), 2, "I/O error occurred.")]
    [InlineData(typeof(UnauthorizedAccessException), 2, "Attempted to perform an unauthorized operation.")]
    public async Task RunAsync_Exception_IsOneSentenceAndItsCode(Type exception, int code, string sentence)
    {
        foreach (bool verbose in new[] { false, true })
        {
            var throwing = new RootCommand();
            throwing.SetAction(int (_) => throw (Exception)Activator.CreateInstance(exception)!);
            using var errors = new StringWriter();
            Assert.Equal(code, await CommandLine.RunAsync(throwing, verbose ? ["--verbose"] : [], errors));
            Assert.StartsWith(sentence + Environment.NewLine, errors.ToString(), StringComparison.Ordinal);
            Assert.Equal(verbose, errors.ToString().Contains("   at ", StringComparison.Ordinal));
        }
    }

    /// <summary>Two canonical notebooks, a Markdown file, an empty folder.</summary>
    internal static TemporaryCourse Course()
    {
        var course = new TemporaryCourse();
        course.Write("notebooks/03-1-scores.ipynb", NotebookFile.ToText(Samples.Everything()));
        course.Write("notebooks/03-2-masks.ipynb", NotebookFile.ToText(new Notebook()));
        course.Write("a.md", "# A\n");
        Directory.CreateDirectory(Path.Combine(course.Root, "empty", "deep"));
        return course;
    }
}
