using Attention.Course.Documents;
using Attention.Course.Execution;

namespace Notebooks.Tests;

/// <summary>A notebook whose cell is wrong fails, says where and with what numbers, and keeps its file.</summary>
public sealed class DisagreeingNotebookTests
{
    private static readonly string Fixture = Path.Combine(Course.Folder.Root, "tests", "Notebooks.Tests", "Fixtures", "disagrees.ipynb");

    [Fact]
    public async Task Run_NotebookWithAWrongCell_FailsAtItsAgreementWithACounterexample()
    {
        byte[] before = await File.ReadAllBytesAsync(Fixture, TestContext.Current.CancellationToken);

        RunOutcome outcome = await RunAsync(Fixture);

        CellRun failed = Assert.IsType<CellRun>(outcome.Run.Failed);
        Assert.Equal("agreement", failed.Cell.Id);
        Assert.Equal(FailureKind.Exception, failed.Result.Failure!.Kind);
        Assert.Contains("softmax: differs", failed.Result.Failure.Message, StringComparison.Ordinal);
        Assert.Contains("expected", failed.Result.Failure.Message, StringComparison.Ordinal);
        Assert.Contains("got", failed.Result.Failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(outcome.Run.Cells, cell => cell.Cell.Id == "never-reached");
        Assert.Equal(before, await File.ReadAllBytesAsync(Fixture, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Run_TheSameNotebookMended_Succeeds()
    {
        string mended = Path.Combine(Course.Folder.Root, "tests", "Notebooks.Tests", "bin", "mended.ipynb");
        string text = await File.ReadAllTextAsync(Fixture, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(mended, text.Replace("power / powers.Length", "power / powers.Sum()", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        try
        {
            Assert.True((await RunAsync(mended)).Succeeded);
        }
        finally
        {
            File.Delete(mended);
        }
    }

    // Update is asked for: a run that fails must not write.
    private static async Task<RunOutcome> RunAsync(string path)
    {
        var settings = new RunSettings(RunSettings.DefaultTimeout, Parallel: 1, Update: true);
        return Assert.Single(await CourseRun.RunAsync([(TextFile.Name(path), path)], settings, NotebookRunner.Silent, TestContext.Current.CancellationToken));
    }
}
