using System.Diagnostics;
using Attention.Course.Documents;

namespace Attention.Course.Execution;

/// <summary>Hears how runs go on, possibly from several notebooks at once.</summary>
internal interface IRunProgress
{
    /// <summary>A notebook begins.</summary>
    void Started(string name, int cells) { }

    /// <summary>A cell begins.</summary>
    void CellStarted(string name, Cell cell) { }

    /// <summary>A cell is done.</summary>
    void CellFinished(string name, CellRun cell) { }

    /// <summary>A notebook is done.</summary>
    void Finished(RunOutcome outcome) { }
}

/// <summary>Runs a notebook from its first code cell to its last, or to the first that fails.</summary>
internal static class NotebookRunner
{
    /// <summary>Hears nothing.</summary>
    public static IRunProgress Silent { get; } = new SilentProgress();

    /// <summary>Runs a notebook's cells on any runner: a process, or a session in this one.</summary>
    public static async Task<NotebookRun> RunAsync(
        Notebook notebook, string name, ICellRunner runner, IRunProgress progress, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        (Cell Cell, int Number)[] code = [.. notebook.Cells.Select((cell, index) => (cell, index + 1))
            .Where(item => item.cell.Kind == CellKind.Code && !string.IsNullOrWhiteSpace(item.cell.Source))];
        var runs = new List<CellRun>();
        string? missingPackage = null;
        progress.Started(name, code.Length);
        foreach (var (cell, number) in code)
        {
            int count = runs.Count + 1;
            progress.CellStarted(name, cell);
            CellRun run;
            if (missingPackage is not null && cell.HasTag(CellTags.NeedsNuget))
            {
                run = new CellRun(cell, number, count, CellStatus.Skipped, new CellResult([], null, TimeSpan.Zero), missingPackage);
            }
            else
            {
                CellResult result = await runner.RunAsync(new CellCode(number, cell.Source, cell.Language()), cancellation);
                run = Judge(cell, number, count, result);
                missingPackage ??= run.Reason;
            }

            runs.Add(run);
            progress.CellFinished(name, run);
            if (run.Status == CellStatus.Failed)
                break;
        }

        return new NotebookRun(name, notebook, runs, Stopwatch.GetElapsedTime(start));
    }

    /// <summary>What a result means for a cell with these tags.</summary>
    private static CellRun Judge(Cell cell, int number, int count, CellResult result)
    {
        if (result.Failure is { Kind: FailureKind.Package } package && cell.HasTag(CellTags.NeedsNuget))
            return new CellRun(cell, number, count, CellStatus.Skipped, result, package.Message);
        bool mustRaise = cell.HasTag(CellTags.RaisesException);
        if (mustRaise && result.Succeeded)
        {
            const string message = "the cell should fail, as its tag raises-exception says, and did not";
            result = result with { Failure = new CellFailure(FailureKind.NothingRaised, "NothingRaised", message) };
            return new CellRun(cell, number, count, CellStatus.Failed, result);
        }

        bool isGood = mustRaise ? result.Failure!.Kind is FailureKind.Exception or FailureKind.Compilation : result.Succeeded;
        return new CellRun(cell, number, count, isGood ? CellStatus.Succeeded : CellStatus.Failed, result);
    }

    private sealed class SilentProgress : IRunProgress;
}
