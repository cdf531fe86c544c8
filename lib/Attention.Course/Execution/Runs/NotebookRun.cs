using Attention.Course.Documents;

namespace Attention.Course.Execution;

/// <summary>How a code cell came through a run.</summary>
internal enum CellStatus
{
    Succeeded,
    Failed,
    Skipped,
}

/// <summary>A code cell after a run.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Number">Its place among all cells of the notebook, from 1.</param>
/// <param name="Count">Its place among the code cells, from 1: its execution count.</param>
/// <param name="Status">How it came through.</param>
/// <param name="Result">What it showed, and why it failed.</param>
/// <param name="Reason">Why it was skipped, or null.</param>
internal sealed record CellRun(Cell Cell, int Number, int Count, CellStatus Status, CellResult Result, string? Reason = null);

/// <summary>A notebook after a run.</summary>
/// <param name="Name">What messages call it: its file's name without the ending.</param>
/// <param name="Notebook">The notebook as it was read; a run does not change it.</param>
/// <param name="Cells">The code cells that were reached, in order. A run ends at the first that fails.</param>
/// <param name="Elapsed">How long it took, starting its process included.</param>
internal sealed record NotebookRun(string Name, Notebook Notebook, IReadOnlyList<CellRun> Cells, TimeSpan Elapsed)
{
    /// <summary>The cell that ended the run, or null.</summary>
    public CellRun? Failed => Cells.FirstOrDefault(cell => cell.Status == CellStatus.Failed);

    public bool Succeeded => Failed is null;

    /// <summary>
    /// The notebook with what the run showed. A skipped cell keeps what is stored. A cell tagged volatile does too, as long as the kind of its outputs is the
    /// same: its numbers differ in every run, and a new recording of them would be noise. Whoever wants a new one clears the cell's outputs first.
    /// </summary>
    public Notebook Updated()
    {
        Dictionary<Cell, CellRun> runs = Cells.ToDictionary(run => run.Cell);
        return new Notebook { Metadata = Notebook.Metadata, Cells = [.. Notebook.Cells.Select(cell => runs.TryGetValue(cell, out CellRun? run) ? Updated(run) : cell)] };
    }

    private static Cell Updated(CellRun run)
    {
        Cell cell = run.Cell;
        bool keeps = run.Status == CellStatus.Skipped
            || (cell.HasTag(CellTags.Volatile) && Freshness.Kinds(cell.Outputs).SequenceEqual(Freshness.Kinds(run.Result.Outputs)));
        return new Cell
        {
            Id = cell.Id,
            Kind = cell.Kind,
            Source = cell.Source,
            Metadata = cell.Metadata,
            Outputs = keeps ? cell.Outputs : [.. run.Result.Outputs.Select(output => output is ResultOutput result ? result with { ExecutionCount = run.Count } : output)],
            ExecutionCount = run.Status == CellStatus.Skipped ? cell.ExecutionCount : run.Count,
        };
    }
}
