using System.Text.RegularExpressions;
using Attention.Course.Documents;
using Attention.Course.Execution;

namespace Notebooks.Tests;

/// <summary>What the notebooks' files hold: exactly what running them shows, readable where nothing runs, and the same on every machine.</summary>
public sealed partial class StoredOutputTests
{
    [Theory]
    [MemberData(nameof(Course.Notebooks), MemberType = typeof(Course))]
    public async Task Notebook_RunInItsOwnProcess_ShowsWhatItStores(string name)
    {
        var settings = new RunSettings(RunSettings.DefaultTimeout, Parallel: 1, Check: true);
        var outcomes = await CourseRun.RunAsync([(name, Course.PathOf(name))], settings, NotebookRunner.Silent, TestContext.Current.CancellationToken);

        RunOutcome outcome = Assert.Single(outcomes);
        CellRun? failed = outcome.Run.Failed;
        Assert.True(failed is null, $"{name}, cell {failed?.Number} ({failed?.Cell.Id}), line {failed?.Result.Failure?.Line}: {failed?.Result.Failure?.Message}");
        Assert.True(outcome.Stale.Count == 0, string.Join("\n", outcome.Stale.Select(cell => $"{name}, cell {cell.Number} ({cell.Id}): {cell.Difference}")));
    }

    [Theory]
    [MemberData(nameof(Course.Notebooks), MemberType = typeof(Course))]
    public void Notebook_AsStored_HasRunFromTopToBottom(string name)
    {
        var code = Course.Read(name).Cells.Where(cell => cell.Kind == CellKind.Code).ToArray();

        Assert.NotEmpty(code);
        Assert.Equal(Enumerable.Range(1, code.Length), code.Select(cell => cell.ExecutionCount ?? 0));
    }

    [Theory]
    [MemberData(nameof(Course.Notebooks), MemberType = typeof(Course))]
    public void Figure_AsStored_HasItsPictureAndItsText(string name)
    {
        foreach (var (cell, data) in Displays(name).Where(display => display.Data.ContainsKey("application/vnd.plotly.v1+json")))
        {
            Assert.True(data["application/vnd.plotly.v1+json"] is System.Text.Json.Nodes.JsonObject, $"{name}, {cell.Id}: plotly's description is not an object");
            Assert.True(data["image/svg+xml"]?.ToString().Contains("<svg", StringComparison.Ordinal), $"{name}, {cell.Id}: no SVG");
            Assert.False(string.IsNullOrWhiteSpace(data["text/plain"]?.ToString()), $"{name}, {cell.Id}: no text");
        }
    }

    [Theory]
    [MemberData(nameof(Course.Notebooks), MemberType = typeof(Course))]
    public void Outputs_AsStored_HoldNoPathDateOrMachine(string name)
    {
        foreach (Cell cell in Course.Read(name).Cells)
        {
            string outputs = string.Concat(cell.Outputs.Select(output => NotebookWriter.ToJson(output).ToJsonString()));

            Assert.DoesNotMatch(PathOrDate(), outputs);
            Assert.DoesNotContain(Environment.MachineName, outputs, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(Course.Folder.Root, outputs, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Theory]
    [InlineData("/home/ada/course/lib/bin")]
    [InlineData(@"C:\\Users\\ada\\course")]
    [InlineData("run on 2026-11-20")]
    [InlineData("at 12:30:01")]
    public void PathOrDate_OnWhatMustNotBeStored_Matches(string text) => Assert.Matches(PathOrDate(), text);

    [GeneratedRegex(@"(?<![\w.</:])/[\w.-]+/[\w./-]+|[A-Za-z]:\\\\|\b20\d\d-[01]\d-[0-3]\d\b|\b[0-2]\d:[0-5]\d:[0-5]\d\b")]
    private static partial Regex PathOrDate();

    private static IEnumerable<(Cell Cell, System.Text.Json.Nodes.JsonObject Data)> Displays(string name) =>
        from cell in Course.Read(name).Cells
        from output in cell.Outputs
        let data = output switch { DisplayOutput display => display.Data, ResultOutput result => result.Data, _ => null }
        where data is not null
        select (cell, data);
}
