using System.Diagnostics;
using Attention.Course.Execution;

namespace Attention.Course.Tests.Execution;

public sealed class CellProcessTests
{
    private static async Task<CellResult> RunAsync(TimeSpan timeout, params string[] sources)
    {
        await using CellProcess process = CellProcess.Start(Path.GetTempPath(), timeout);
        CellResult? last = null;
        for (int index = 0; index < sources.Length; index++)
            last = await process.RunAsync(new CellCode(index + 1, sources[index]), TestContext.Current.CancellationToken);
        return last!;
    }

    private static Task<CellResult> RunAsync(params string[] sources) => RunAsync(TimeSpan.FromMinutes(2), sources);

    /// <summary>A process that was killed stays in the table as a zombie until somebody asks for its end.</summary>
    private static bool IsAlive(int process)
    {
        string status = $"/proc/{process}/status";
        if (OperatingSystem.IsLinux())
            return File.Exists(status) && !File.ReadAllText(status).Contains("State:\tZ", StringComparison.Ordinal);
        try
        {
            using Process found = Process.GetProcessById(process);
            return !found.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    [Fact]
    public async Task RunAsync_EveryKindOfOutput_ComesBackAsInASession()
    {
        CellResult result = await RunAsync("int x = 20;", "Console.Write(1);\n\"d\".Display();\nConsole.Error.Write(2);\nx + 1.5");
        Assert.Equal(["stdout:1", "display:d", "stderr:2", "result:21.5"], result.Sketch());
    }

    [Fact]
    public async Task RunAsync_Failure_ComesBackWithItsPlace()
    {
        CellResult result = await RunAsync("int x = 1;\nint y = nothing;");
        Assert.Equal((FailureKind.Compilation, "CS0103", 2, 9), (result.Failure!.Kind, result.Failure.Name, result.Failure.Line, result.Failure.Column));
    }

    [Fact]
    public async Task RunAsync_WritingToTheProcessItself_DoesNotDisturbTheRunner() =>
        Assert.Equal("3", (await RunAsync("var raw = Console.OpenStandardOutput(); for (int i = 0; i < 100_000; i++) raw.WriteByte(123); 3")).Value());

    [Fact]
    public async Task RunAsync_ReadingTheConsole_MeetsItsEnd() => Assert.Equal("null", (await RunAsync("Console.ReadLine()")).Value());

    [Fact]
    public async Task RunAsync_CellEndsTheProcess_SaysSo()
    {
        CellResult result = await RunAsync("1", "Environment.Exit(3);");
        Assert.Equal((FailureKind.ProcessEnded, "the process ended while running cell 2 (exit code 3)"), (result.Failure!.Kind, result.Failure.Message));
    }

    [Fact]
    public async Task RunAsync_StackOverflow_SaysSo()
    {
        CellResult result = await RunAsync("int Deep(int n) => Deep(n + 1) + 1;\nDeep(0)");
        Assert.Equal((FailureKind.ProcessEnded, "the process ended while running cell 1 (Stack overflow)"), (result.Failure!.Kind, result.Failure.Message));
    }

    [Fact]
    public async Task RunAsync_FailFast_SaysSo()
    {
        CellResult result = await RunAsync("Environment.FailFast(\"on purpose\");");
        Assert.Equal(FailureKind.ProcessEnded, result.Failure!.Kind);
        Assert.Contains("on purpose", result.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_ExceptionOnAThreadOfItsOwn_SaysSo()
    {
        CellResult result = await RunAsync("var t = new System.Threading.Thread(() => throw new Exception(\"alone\")); t.Start(); t.Join(); await Task.Delay(5000);");
        Assert.Equal(FailureKind.ProcessEnded, result.Failure!.Kind);
        Assert.Contains("alone", result.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_CellAfterTheProcessEnded_FailsToo() => Assert.Equal(FailureKind.ProcessEnded, (await RunAsync("Environment.Exit(0);", "1")).Failure!.Kind);

    [Theory]
    [InlineData("while (true) { }")]
    [InlineData("await Task.Delay(-1);")]
    [InlineData("System.Threading.Thread.Sleep(-1);")]
    public async Task RunAsync_LongerThanTheTimeLimit_IsStoppedWithASentence(string source)
    {
        long start = Stopwatch.GetTimestamp();
        CellResult result = await RunAsync(TimeSpan.FromSeconds(1.5), source);
        Assert.Equal((FailureKind.Timeout, "the cell ran longer than 1.5 s and was stopped (--timeout sets the limit)"), (result.Failure!.Kind, result.Failure.Message));
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 1.5, 30);
    }

    [Fact]
    public async Task RunAsync_TimeLimit_EndsWhatTheCellStartedToo()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "sleep is a program of Unix");
        string note = Path.GetTempFileName();
        await RunAsync(
            TimeSpan.FromSeconds(6),
            $"var p = System.Diagnostics.Process.Start(\"sleep\", \"600\"); System.IO.File.WriteAllText(\"{note}\", p.Id.ToString()); p.WaitForExit();");
        int started = int.Parse(await File.ReadAllTextAsync(note, TestContext.Current.CancellationToken), System.Globalization.CultureInfo.InvariantCulture);
        File.Delete(note);
        Assert.False(IsAlive(started));
    }

    [Fact]
    public async Task RunAsync_EndlessOutput_EndsWithASentence()
    {
        CellResult result = await RunAsync("var line = new string('x', 10_000); while (true) { try { Console.WriteLine(line); } catch { } }");
        Assert.Equal((FailureKind.TooMuchOutput, "the cell showed more than 100 MB, which is more than a notebook can hold"), (result.Failure!.Kind, result.Failure.Message));
    }

    [Fact]
    public async Task DisposeAsync_CellStillRunning_EndsTheProcess()
    {
        string note = Path.GetTempFileName();
        CellProcess process = CellProcess.Start(Path.GetTempPath(), TimeSpan.FromMinutes(2));
        using var stop = new CancellationTokenSource();
        Task<CellResult> running = process.RunAsync(
            new CellCode(1, $"System.IO.File.WriteAllText(\"{note.Replace("\\", "\\\\", StringComparison.Ordinal)}\", Environment.ProcessId.ToString()); await Task.Delay(-1);"), stop.Token);
        string written = "";
        for (int wait = 0; wait < 300 && written.Length == 0; wait++)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
            written = await File.ReadAllTextAsync(note, TestContext.Current.CancellationToken);
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await process.DisposeAsync();
        Assert.False(IsAlive(int.Parse(written, System.Globalization.CultureInfo.InvariantCulture)));
        File.Delete(note);
    }
}
