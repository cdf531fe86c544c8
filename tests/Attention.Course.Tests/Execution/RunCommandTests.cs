using System.Diagnostics;
using System.Text.Json.Nodes;
using Attention.Course.Documents;
using Attention.Course.Execution;

namespace Attention.Course.Tests.Execution;

/// <summary>The verb as a user types it, in a process of its own.</summary>
public sealed class RunCommandTests : IDisposable
{
    private readonly NotebookFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_AllNotebooks_ReportsEachCellAndExitsWithZero()
    {
        _folder.Write("01-first", "1", "2");
        _folder.Write("02-second", "3");
        var (code, output, error) = await _folder.RunAsync("run");
        Assert.Equal((0, ""), (code, error));
        Assert.Matches(@"(?m)^01-first: 1/2  cell-1  \d+ ms$", output);
        Assert.Matches(@"(?m)^02-second: ok, ", output);
        Assert.Matches(@"(?m)^2 notebooks, 3 cells, \d+\.\d s: all ran\.$", output);
        Assert.DoesNotContain('\e', output);
    }

    [Fact]
    public async Task Run_ByTheBeginningOfAName_RunsThatOneOnly()
    {
        _folder.Write("01-first", "1");
        _folder.Write("02-second", "throw new Exception();");
        var (code, output, _) = await _folder.RunAsync("run", "01");
        Assert.Equal(0, code);
        Assert.DoesNotContain("02-second", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_FailingCell_ShowsWhereAndGoesOnWithOthers()
    {
        _folder.Write("01-fails", "int x = 1;", "int y = 2;\nthrow new Exception(\"no \" + x);\n// after");
        _folder.Write("02-good", "1");
        var (code, output, _) = await _folder.RunAsync("run");
        Assert.Equal(1, code);
        Assert.Contains("""
            ✗ 01-fails, cell 2 (id cell-2), line 2
              Exception: no 1

                1 | int y = 2;
              > 2 | throw new Exception("no " + x);
                3 | // after
            """.ReplaceLineEndings("\n"), output, StringComparison.Ordinal);
        Assert.Contains("02-good: ok", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at Attention.Course", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_FailureInAFunction_ShowsTheWayThere()
    {
        _folder.Write("01", "void F() => throw new Exception(\"x\");", "F();");
        Assert.Contains("     at F, cell 1, line 1\n     at cell 2, line 1\n", (await _folder.RunAsync("run")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Update_WritesOutputsAndCounts()
    {
        string path = _folder.Write("01", "Console.WriteLine(\"hello\");", "1 + 1");
        var (code, output, _) = await _folder.RunAsync("run", "--update");
        Assert.Equal(0, code);
        Assert.Contains("01: ok, written", output, StringComparison.Ordinal);
        Notebook notebook = NotebookFile.Read(path);
        Assert.Equal([1, 2], notebook.Cells.Select(cell => cell.ExecutionCount!.Value));
        Assert.Equal(new StreamOutput("stdout", "hello\n"), Assert.Single(notebook.Cells[0].Outputs));
        Assert.Equal("2", Assert.IsType<ResultOutput>(Assert.Single(notebook.Cells[1].Outputs)).Data["text/plain"]!.GetValue<string>());
    }

    [Fact]
    public async Task Run_UpdateTwice_LeavesTheFileUntouched()
    {
        string path = _folder.Write("01", NotebookFolder.Notebook(("1 + 1", []), ("Console.Write(DateTime.Now.Ticks);", ["volatile"])));
        await _folder.RunAsync("run", "--update");
        byte[] bytes = await File.ReadAllBytesAsync(path, Cancellation);
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch);
        var (code, output, _) = await _folder.RunAsync("run", "--update");
        Assert.Equal(0, code);
        Assert.DoesNotContain("written", output, StringComparison.Ordinal);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(path, Cancellation));
        Assert.Equal(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(path));
    }

    [Fact]
    public async Task Run_UpdateOfAFailingNotebook_LeavesTheFileAndSaysSo()
    {
        string path = _folder.Write("01", "1", "throw new Exception();");
        byte[] bytes = await File.ReadAllBytesAsync(path, Cancellation);
        var (code, output, _) = await _folder.RunAsync("run", "--update");
        Assert.Equal(1, code);
        Assert.Contains("Its file stays as it was.", output, StringComparison.Ordinal);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(path, Cancellation));
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task Run_UpdateOfAReadOnlyFile_SaysSoInOneSentence()
    {
        string path = _folder.Write("01", "1");
        File.SetAttributes(path, FileAttributes.ReadOnly);
        var (code, _, error) = await _folder.RunAsync("run", "--update");
        File.SetAttributes(path, FileAttributes.Normal);
        Assert.Equal(2, code);
        Assert.Contains("01.ipynb cannot be written: ", Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.Null(NotebookFile.Read(path).Cells[0].ExecutionCount);
    }

    [Fact]
    public async Task Run_UpdateOfAFileThatChangedMeanwhile_KeepsTheChange()
    {
        string path = Path.Combine(_folder.Path, "01.ipynb");
        _folder.Write("01", "System.IO.File.AppendAllText(\"01.ipynb\", \"\\n\");");
        long length = new FileInfo(path).Length;
        var (code, _, error) = await _folder.RunAsync("run", "--update");
        Assert.Equal(2, code);
        Assert.Contains("was changed while it ran", error, StringComparison.Ordinal);
        Assert.Equal(length + 1, new FileInfo(path).Length);
    }

    [Fact]
    public async Task Run_Check_FailsOnStaleOutputsOnly()
    {
        _folder.Write("01", "1");
        var (code, output, _) = await _folder.RunAsync("run", "--check");
        Assert.Equal(1, code);
        Assert.Contains("01, cell 1 (id cell-1) is stale: 0 outputs are stored, and running it shows 1", output, StringComparison.Ordinal);
        await _folder.RunAsync("run", "--update");
        Assert.Equal(0, (await _folder.RunAsync("run", "--check")).ExitCode);
    }

    [Fact]
    public async Task Run_SkippedCells_AreCountedAndShown()
    {
        _folder.WriteText("NuGet.Config", "<configuration><packageSources><clear /></packageSources></configuration>");
        _folder.Write("01", NotebookFolder.Notebook(("#r \"nuget: No.Such.Package, 9.9.9\"", ["needs-nuget"]), ("1", [])));
        var (code, output, _) = await _folder.RunAsync("run");
        Assert.Equal(0, code);
        Assert.Contains("cell 1 (id cell-1), line 1 skipped: package No.Such.Package 9.9.9 could not be restored: ", output, StringComparison.Ordinal);
        Assert.Contains("01: ok, 1 skipped", output, StringComparison.Ordinal);
        Assert.Contains("all ran, 1 cell skipped.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Timeout_StopsTheCell()
    {
        _folder.Write("01", "while (true) { }");
        var (code, output, _) = await _folder.RunAsync("run", "--timeout", "1");
        Assert.Equal(1, code);
        Assert.Contains("the cell ran longer than 1 s and was stopped (--timeout sets the limit)", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--timeout", "0")]
    [InlineData("--timeout", "-3")]
    [InlineData("--timeout", "soon")]
    [InlineData("--parallel", "0")]
    [InlineData("09", "--verbose")]
    public async Task Run_WrongUse_IsOneSentenceAndExitCodeTwo(params string[] arguments)
    {
        _folder.Write("01", "1");
        var (code, output, error) = await _folder.RunAsync(["run", .. arguments.Where(argument => argument != "--verbose")]);
        Assert.Equal((2, ""), (code, output));
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Run_OneBadFile_RunsTheOthersAndSaysWhatIsWrong()
    {
        _folder.WriteText("01.ipynb", "{ \"cells\": [");
        _folder.Write("02", "1");
        var (code, output, error) = await _folder.RunAsync("run");
        Assert.Equal(2, code);
        Assert.Contains("01.ipynb", Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.Contains("01: not read", output, StringComparison.Ordinal);
        Assert.Contains("02: ok", output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^2 notebooks, 1 cell, \d+\.\d s: 1 ran\.$", output);
    }

    [Fact]
    public async Task Run_SeveralAtOnce_MeetEachOther()
    {
        // Each waits for the other's file: one after the other, they would never end.
        const string cell = "System.IO.File.WriteAllText(\"{0}\", \"\"); while (!System.IO.File.Exists(\"{1}\")) await Task.Delay(20);";
        _folder.Write("01", string.Format(System.Globalization.CultureInfo.InvariantCulture, cell, "a", "b"));
        _folder.Write("02", string.Format(System.Globalization.CultureInfo.InvariantCulture, cell, "b", "a"));
        Assert.Equal(0, (await _folder.RunAsync("run", "--parallel", "2", "--timeout", "60")).ExitCode);
    }

    [Fact]
    public async Task Run_Json_IsOneObject()
    {
        _folder.Write("01", "1", "\nthrow new Exception(\"x\");");
        var (code, output, _) = await _folder.RunAsync("run", "--json");
        Assert.Equal(1, code);
        JsonNode summary = JsonNode.Parse(output)!;
        Assert.False(summary["succeeded"]!.GetValue<bool>());
        JsonNode failed = summary["notebooks"]![0]!["cells"]![1]!;
        Assert.Equal(("failed", "Exception", "x", 2), (failed["status"]!.GetValue<string>(), failed["failure"]!.GetValue<string>(), failed["reason"]!.GetValue<string>(), failed["line"]!.GetValue<int>()));
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task Run_Signal_StopsEverythingAndLeavesTheFile(string signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "kill is a program of Unix");
        string path = _folder.Write("01", $"System.IO.File.WriteAllText(\"id.tmp\", Environment.ProcessId.ToString()); System.IO.File.Move(\"id.tmp\", \"id\"); while (true) {{ }}");
        byte[] bytes = await File.ReadAllBytesAsync(path, Cancellation);
        using Process run = _folder.Start("run", "--update");
        Task<string> output = run.StandardOutput.ReadToEndAsync(Cancellation), error = run.StandardError.ReadToEndAsync(Cancellation);
        string note = Path.Combine(_folder.Path, "id");
        for (int wait = 0; wait < 300 && !File.Exists(note); wait++)
            await Task.Delay(100, Cancellation);
        int cellProcess = int.Parse(await File.ReadAllTextAsync(note, Cancellation), System.Globalization.CultureInfo.InvariantCulture);
        using (Process kill = Process.Start("kill", [$"-{signal}", $"{run.Id}"]))
            await kill.WaitForExitAsync(Cancellation);
        await run.WaitForExitAsync(Cancellation);
        Assert.Equal(130, run.ExitCode);
        Assert.False(Directory.Exists($"/proc/{cellProcess}"), "the notebook's process is still there");
        Assert.Equal(bytes, await File.ReadAllBytesAsync(path, Cancellation));
        Assert.Equal("Stopped.\n", await error);
        Assert.DoesNotContain("Exception", await output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_RunnerKilled_TakesTheNotebooksProcessAlong()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "looks into /proc");
        _folder.Write("01", "System.IO.File.WriteAllText(\"id.tmp\", Environment.ProcessId.ToString()); System.IO.File.Move(\"id.tmp\", \"id\"); while (true) { }");
        using Process run = _folder.Start("run");
        string note = Path.Combine(_folder.Path, "id");
        for (int wait = 0; wait < 300 && !File.Exists(note); wait++)
            await Task.Delay(100, Cancellation);
        string cellProcess = $"/proc/{await File.ReadAllTextAsync(note, Cancellation)}/cmdline";
        Assert.Contains(CellProcess.HostVerb, await File.ReadAllTextAsync(cellProcess, Cancellation), StringComparison.Ordinal);
        run.Kill();
        for (int wait = 0; wait < 100 && File.Exists(cellProcess); wait++)
            await Task.Delay(100, Cancellation);
        Assert.False(File.Exists(cellProcess), "the notebook's process is still there");
    }
}
