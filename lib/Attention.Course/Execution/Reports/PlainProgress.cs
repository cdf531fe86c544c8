using System.Globalization;

namespace Attention.Course.Execution;

/// <summary>A line per cell, for logs and for terminals without colours.</summary>
internal sealed class PlainProgress(TextWriter output) : IRunProgress
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _cells = [];

    public void Started(string name, int cells)
    {
        lock (_gate)
            _cells[name] = cells;
        Line($"{name}: {RunTexts.Count(cells, "cell")}");
    }

    public void CellFinished(string name, CellRun cell)
    {
        string status = cell.Status == CellStatus.Succeeded ? "" : "  " + cell.Status.ToString().ToLowerInvariant();
        Line(string.Create(CultureInfo.InvariantCulture, $"{name}: {cell.Count}/{_cells[name]}  {cell.Cell.Id}  {RunTexts.Of(cell.Result.Elapsed)}{status}"));
    }

    public void Finished(RunOutcome outcome) => Line($"{outcome.Run.Name}: {RunTexts.Of(outcome)}, {RunTexts.Of(outcome.Run.Elapsed)}");

    private void Line(string text)
    {
        lock (_gate)
            output.WriteLine(text);
    }
}
