using System.Diagnostics;
using Attention.Course.Documents;
using Spectre.Console;

namespace Attention.Course.Execution;

/// <summary>One row per notebook that grows as its cells run; when all is done, the rows are the summary.</summary>
internal sealed class LiveProgress(IAnsiConsole console, IReadOnlyList<string> names) : IRunProgress
{
    private const int BarWidth = 8;
    private const int LongestId = 14;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Row> _rows = names.ToDictionary(name => name, _ => new Row());

    /// <summary>Shows the rows while the work goes on; the terminal is as it was when this ends, whatever way it ends.</summary>
    public async Task<T> WatchAsync<T>(Func<Task<T>> work)
    {
        return await console.Live(Draw()).StartAsync(async live =>
        {
            Task<T> running = work();
            while (await Task.WhenAny(running, Task.Delay(TimeSpan.FromMilliseconds(100))) != running)
                live.UpdateTarget(Draw());
            live.UpdateTarget(Draw());
            return await running;
        });
    }

    public void Started(string name, int cells)
    {
        lock (_gate)
            _rows[name] = new Row { Cells = cells, Start = Stopwatch.GetTimestamp() };
    }

    public void CellStarted(string name, Cell cell)
    {
        lock (_gate)
        {
            _rows[name].Cell = cell.Id.Length > LongestId ? cell.Id[..(LongestId - 1)] + "…" : cell.Id;
            _rows[name].CellStart = Stopwatch.GetTimestamp();
        }
    }

    public void CellFinished(string name, CellRun cell)
    {
        lock (_gate)
            _rows[name].Done = cell.Count;
    }

    public void Finished(RunOutcome outcome)
    {
        lock (_gate)
            _rows[outcome.Run.Name].Outcome = outcome;
    }

    private Table Draw()
    {
        Table table = new Table().Border(TableBorder.None);
        table.AddColumn("notebook", column => column.NoWrap()).AddColumn("cells", column => column.NoWrap()).AddColumn("", column => column.NoWrap().RightAligned());
        table.AddColumn("time", column => column.NoWrap().RightAligned()).AddColumn("", column => column.NoWrap());
        lock (_gate)
        {
            foreach (string name in names)
            {
                Row row = _rows[name];
                string time = row.Outcome is { } done ? RunTexts.Of(done.Run.Elapsed) : row.Start == 0 ? "" : RunTexts.Of(Stopwatch.GetElapsedTime(row.Start));
                table.AddRow(Markup.Escape(name), Bar(row), row.Cells == 0 ? "" : $"{row.Done}/{row.Cells}", time, State(row));
            }
        }

        return table;
    }

    private static string Bar(Row row)
    {
        int filled = row.Cells == 0 ? 0 : BarWidth * row.Done / row.Cells;
        string colour = row.Outcome is null ? "blue" : row.Outcome.Succeeded ? "green" : "red";
        return $"[{colour}]{new string('━', filled)}[/][grey]{new string('━', BarWidth - filled)}[/]";
    }

    /// <summary>What became of the notebook, or its running cell and, when that takes its time, for how long.</summary>
    private static string State(Row row)
    {
        if (row.Outcome is { } outcome)
            return $"[{(outcome.Succeeded ? "green" : "red")}]{Markup.Escape(RunTexts.Of(outcome))}[/]";
        TimeSpan time = row.CellStart == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(row.CellStart);
        return $"[grey]{Markup.Escape(row.Cell)}{(time.TotalSeconds >= 1 ? " " + RunTexts.Of(time) : "")}[/]";
    }

    private sealed class Row
    {
        public int Cells { get; init; }

        public long Start { get; init; }

        public int Done { get; set; }

        public string Cell { get; set; } = "";

        public long CellStart { get; set; }

        public RunOutcome? Outcome { get; set; }
    }
}
