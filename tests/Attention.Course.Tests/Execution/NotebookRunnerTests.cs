using Attention.Course.Documents;
using Attention.Course.Execution;

namespace Attention.Course.Tests.Execution;

public sealed class NotebookRunnerTests
{
    private static async Task<NotebookRun> RunAsync(params (string Source, string[] Tags)[] cells) => await RunAsync(NotebookFolder.Notebook(cells));

    private static async Task<NotebookRun> RunAsync(Notebook notebook)
    {
        await using var session = new CellSession(Path.GetTempPath());
        return await NotebookRunner.RunAsync(notebook, "n", session, NotebookRunner.Silent, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task RunAsync_CellFails_EndsThere()
    {
        NotebookRun run = await RunAsync(("1", []), ("throw new Exception(\"no\");", []), ("3", []));
        Assert.Equal([CellStatus.Succeeded, CellStatus.Failed], run.Cells.Select(cell => cell.Status));
        Assert.Equal((2, "cell-2", "no"), (run.Failed!.Number, run.Failed.Cell.Id, run.Failed.Result.Failure!.Message));
    }

    [Theory]
    [InlineData("throw new Exception(\"as it should\");")]
    [InlineData("int x = \"does not compile\";")]
    public async Task RunAsync_RaisesExceptionAndDoes_Succeeds(string source)
    {
        NotebookRun run = await RunAsync((source, ["raises-exception"]), ("1", []));
        Assert.True(run.Succeeded);
        Assert.IsType<ErrorOutput>(run.Updated().Cells[0].Outputs[^1]);
    }

    [Fact]
    public async Task RunAsync_RaisesExceptionAndDoesNot_Fails()
    {
        NotebookRun run = await RunAsync(("1", ["raises-exception"]));
        Assert.Equal("the cell should fail, as its tag raises-exception says, and did not", run.Failed!.Result.Failure!.Message);
    }

    [Theory]
    [InlineData("#!nonsense")]
    [InlineData("#r \"none.dll\"")]
    [InlineData("#r \"nuget: ../x\"")]
    public async Task RunAsync_RaisesExceptionButCouldNotRunAtAll_Fails(string source) => Assert.False((await RunAsync((source, ["raises-exception"]))).Succeeded);

    [Fact]
    public async Task RunAsync_MarkdownRawAndEmptyCells_AreNotRun()
    {
        Notebook notebook = NotebookFolder.Notebook(("1", []), ("  \n", []), ("2", []));
        notebook.Cells.Insert(0, new Cell { Id = "text", Kind = CellKind.Markdown, Source = "# Not C#" });
        NotebookRun run = await RunAsync(notebook);
        Assert.Equal([(2, 1), (4, 2)], run.Cells.Select(cell => (cell.Number, cell.Count)));
        Assert.Equal([null, 1, null, 2], run.Updated().Cells.Select(cell => cell.ExecutionCount));
    }

    [Fact]
    public async Task Updated_Run_HoldsOutputsWithTheirCounts()
    {
        Notebook updated = (await RunAsync(("Console.Write(1);", []), ("2", []))).Updated();
        Assert.Equal(new StreamOutput("stdout", "1"), Assert.Single(updated.Cells[0].Outputs));
        Assert.Equal(2, Assert.IsType<ResultOutput>(Assert.Single(updated.Cells[1].Outputs)).ExecutionCount);
    }

    [Fact]
    public async Task Updated_VolatileCellWithOutputsOfTheSameKind_KeepsWhatIsStored()
    {
        Notebook notebook = NotebookFolder.Notebook(("Console.Write(Random.Shared.NextDouble());", ["volatile"]));
        notebook.Cells[0].Outputs.Add(new StreamOutput("stdout", "0.25"));
        Assert.Equal(new StreamOutput("stdout", "0.25"), Assert.Single((await RunAsync(notebook)).Updated().Cells[0].Outputs));
    }

    [Fact]
    public async Task Updated_VolatileCellWithOutputsOfAnotherKind_RecordsThemAnew()
    {
        Notebook notebook = NotebookFolder.Notebook(("Console.Write(2);", ["volatile"]), ("Console.Write(3);", ["volatile"]));
        notebook.Cells[0].Outputs.Add(new StreamOutput("stderr", "1"));
        Notebook updated = (await RunAsync(notebook)).Updated();
        Assert.Equal(["2", "3"], updated.Cells.Select(cell => ((StreamOutput)Assert.Single(cell.Outputs)).Text));
    }

    [Fact]
    public async Task Compare_AfterUpdate_FindsNothing() => Assert.Empty(Freshness.Compare(await RunAsync((await RunAsync(("Console.Write(1); new { A = 1 }", []), ("2", []))).Updated())));

    [Fact]
    public async Task Compare_OtherText_NamesCellOutputAndLine()
    {
        Notebook notebook = NotebookFolder.Notebook(("1", []), ("Console.Write(\"same\\nnow\");", []));
        notebook.Cells[0].Outputs.Add((await RunAsync(notebook)).Updated().Cells[0].Outputs[0]);
        notebook.Cells[1].Outputs.Add(new StreamOutput("stdout", "same\nbefore"));
        StaleCell stale = Assert.Single(Freshness.Compare(await RunAsync(notebook)));
        Assert.Equal((2, "cell-2"), (stale.Number, stale.Id));
        Assert.Equal("output 1: text, line 2\n  stored: before\n  shown:  now", stale.Difference);
    }

    [Fact]
    public void Difference_FarInALongLine_ShowsWhereItBegins()
    {
        string common = new('x', 1000), rest = new('y', 500);
        string? difference = Freshness.Difference([new StreamOutput("stdout", $"{common}before{rest}")], [new StreamOutput("stdout", $"{common}now")]);
        Assert.Equal($"output 1: text, line 1\n  stored: …{common[..40]}before{rest[..74]}…\n  shown:  …{common[..40]}now", difference);
    }

    [Fact]
    public async Task Compare_NothingStored_IsStale() =>
        Assert.Equal("0 outputs are stored, and running it shows 1", Assert.Single(Freshness.Compare(await RunAsync(("1", [])))).Difference);

    [Fact]
    public async Task Compare_VolatileCell_IsFresh() => Assert.Empty(Freshness.Compare(await RunAsync(("1", ["volatile"]))));

    [Fact]
    public async Task Compare_OtherRendering_NamesItsMimeType()
    {
        Notebook notebook = NotebookFolder.Notebook(("1", []));
        notebook.Cells[0].Outputs.Add(new ResultOutput(new() { ["text/html"] = "1" }, [], 1));
        Assert.Equal("output 1: data text/html is stored, and running it shows none", Assert.Single(Freshness.Compare(await RunAsync(notebook))).Difference);
    }
}
