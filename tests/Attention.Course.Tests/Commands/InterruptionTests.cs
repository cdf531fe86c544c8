using System.Diagnostics;
using Attention.Course.Documents;

namespace Attention.Course.Tests.Commands;

/// <summary>Ctrl-C, sent to the program as a terminal does.</summary>
public class InterruptionTests
{
    [Fact]
    public void Run_CtrlCWhileNothingListens_StopsAllTheSame()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows sends Ctrl-C to a whole console.");
        using var course = new TemporaryCourse();
        string pipe = Path.Combine(course.Root, "never.md");
        Process.Start("mkfifo", [pipe]).WaitForExit();
        using Process waiting = CourseProgram.Start(course.Root, "import", pipe);
        // Opening a pipe's end waits for the other end: from here on the program reads, and nobody writes.
        using FileStream writer = new(pipe, FileMode.Open, FileAccess.Write);
        Process.Start("kill", ["-INT", $"{waiting.Id}"]).WaitForExit();
        Assert.True(waiting.WaitForExit(TimeSpan.FromSeconds(30)), "The program did not stop.");
        Assert.Equal(130, waiting.ExitCode);
        Assert.DoesNotContain("   at ", waiting.StandardError.ReadToEnd(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("")]
    public async Task Run_CtrlCWhileACellRuns_StopsWithoutATrace(string arguments)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows sends Ctrl-C to a whole console.");
        using var course = new TemporaryCourse();
        Cell cell = new() { Id = "a", Kind = CellKind.Code, Source = "System.IO.File.WriteAllText(\"started\", \"\"); while (true) { System.Threading.Thread.Sleep(10); }" };
        course.Write("notebooks/01-a.ipynb", NotebookFile.ToText(new() { Cells = [cell] }));
        using Process running = CourseProgram.Start(course.Root, arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        while (!File.Exists(Path.Combine(course.Root, "notebooks", "started")))
        {
            Assert.False(running.HasExited, "It ended before the cell ran.");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        Process.Start("kill", ["-INT", $"{running.Id}"]).WaitForExit();
        string error = await running.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.True(running.WaitForExit(TimeSpan.FromSeconds(30)), "The program did not stop.");
        Assert.Equal((130, "Stopped." + Environment.NewLine), (running.ExitCode, error));
        Assert.DoesNotContain("book/index.html", course.Files());
    }
}
