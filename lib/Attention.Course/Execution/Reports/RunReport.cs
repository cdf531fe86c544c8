using System.Text.Json.Nodes;
using Attention.Course.Documents;
using Spectre.Console;

namespace Attention.Course.Execution;

/// <summary>Says at the end of a run what failed, what was skipped, what is stale, and how it went as a whole.</summary>
internal sealed class RunReport(IAnsiConsole console, bool verbose)
{
    /// <summary>How much of what a failed cell printed is shown: its end, since that is where it failed.</summary>
    private const int LongestPrinted = 2000;

    /// <summary>Writes the report.</summary>
    public void Write(IReadOnlyList<RunOutcome> outcomes, TimeSpan elapsed, RunSettings settings)
    {
        foreach (RunOutcome outcome in outcomes)
        {
            WriteSkipped(outcome);
            WriteStale(outcome);
            WriteFailure(outcome, settings.Update);
        }

        WriteTimes(outcomes);
        int failed = outcomes.Count(outcome => !outcome.Run.Succeeded), stale = outcomes.Count(outcome => outcome.Stale.Count > 0);
        int bad = outcomes.Count(outcome => outcome.Error is not null);
        int cells = outcomes.Sum(outcome => outcome.Run.Cells.Count), skipped = outcomes.Sum(outcome => outcome.Run.Cells.Count(cell => cell.Status == CellStatus.Skipped));
        string sentence = $"{RunTexts.Count(outcomes.Count, "notebook")}, {RunTexts.Count(cells, "cell")}, {RunTexts.Of(elapsed)}: "
            + (failed > 0 ? $"{failed} failed" : bad > 0 ? $"{outcomes.Count - bad} ran" : "all ran")
            + (stale > 0 ? $", {stale} stale" : "")
            + (skipped > 0 ? $", {RunTexts.Count(skipped, "cell")} skipped" : "") + ".";
        Line(sentence, failed + stale + bad > 0 ? "red" : "green");
        if (stale > 0)
            Line("Stale outputs are renewed by: run --update", "default");
    }

    /// <summary>The same as one JSON object, for programs.</summary>
    public static JsonObject ToJson(IReadOnlyList<RunOutcome> outcomes, TimeSpan elapsed) => new()
    {
        ["succeeded"] = outcomes.All(outcome => outcome.Succeeded),
        ["seconds"] = elapsed.TotalSeconds,
        ["notebooks"] = new JsonArray([.. outcomes.Select(outcome => new JsonObject
        {
            ["name"] = outcome.Run.Name,
            ["succeeded"] = outcome.Succeeded,
            ["seconds"] = outcome.Run.Elapsed.TotalSeconds,
            ["written"] = outcome.IsWritten,
            ["error"] = outcome.Error?.Message,
            ["stale"] = new JsonArray([.. outcome.Stale.Select(stale => new JsonObject { ["cell"] = stale.Number, ["id"] = stale.Id, ["difference"] = stale.Difference })]),
            ["cells"] = new JsonArray([.. outcome.Run.Cells.Select(ToJson)]),
        })]),
    };

    private static JsonObject ToJson(CellRun cell)
    {
        CellFailure? failure = cell.Status == CellStatus.Failed ? cell.Result.Failure : null;
        return new JsonObject
        {
            ["cell"] = cell.Number,
            ["id"] = cell.Cell.Id,
            ["status"] = cell.Status.ToString().ToLowerInvariant(),
            ["seconds"] = cell.Result.Elapsed.TotalSeconds,
            ["reason"] = cell.Reason ?? failure?.Message,
            ["failure"] = failure?.Name,
            ["line"] = failure?.Line,
            ["column"] = failure?.Column,
        };
    }

    /// <summary>The cells that took longest; with --verbose, all of them.</summary>
    private void WriteTimes(IReadOnlyList<RunOutcome> outcomes)
    {
        var times = outcomes.SelectMany(outcome => outcome.Run.Cells.Select(cell => (outcome.Run.Name, cell.Cell.Id, cell.Result.Elapsed))).ToArray();
        if (verbose)
        {
            foreach (var (name, id, elapsed) in times)
                Line($"{RunTexts.Of(elapsed),10}  {name}, {id}", "dim");
        }

        string[] slowest = [.. times.Where(time => time.Elapsed.TotalSeconds >= 1).OrderByDescending(time => time.Elapsed).Take(3)
            .Select(time => $"{time.Id} of {time.Name} ({RunTexts.Of(time.Elapsed)})")];
        if (slowest.Length > 0)
            Line($"Slowest: {string.Join(", ", slowest)}.", "dim");
    }

    private void WriteSkipped(RunOutcome outcome)
    {
        foreach (CellRun cell in outcome.Run.Cells.Where(cell => cell.Status == CellStatus.Skipped))
            Line($"{RunTexts.Place(outcome.Run.Name, cell)} skipped: {cell.Reason}", "yellow");
    }

    private void WriteStale(RunOutcome outcome)
    {
        foreach (StaleCell stale in outcome.Stale)
            Line($"{outcome.Run.Name}, cell {stale.Number} (id {stale.Id}) is stale: {stale.Difference}", "yellow");
    }

    private void WriteFailure(RunOutcome outcome, bool isUpdate)
    {
        if (outcome.Run.Failed is not { Result.Failure: { } failure } cell)
            return;
        console.WriteLine();
        Line($"✗ {RunTexts.Place(outcome.Run.Name, cell)}", "red");
        string name = failure.Kind is FailureKind.Exception or FailureKind.Compilation ? failure.Name + ": " : "";
        Line(Indented(name + failure.Message), "default");
        console.WriteLine();
        foreach (string line in SourceExcerpt.Around(cell.Cell.Source, failure.Line, failure.Column, failure.Length))
            Line("  " + line, line.StartsWith('>') ? "bold" : "default");
        string printed = string.Concat(cell.Result.Outputs.OfType<StreamOutput>().Select(stream => stream.Text)).TrimEnd('\n');
        if (printed.Length > 0)
            Line("\n  Before that it printed:\n" + Indented(printed.Length <= LongestPrinted ? printed : "…" + printed[^LongestPrinted..]), "default");
        if (failure.Kind == FailureKind.Exception && cell.Result.Outputs.OfType<ErrorOutput>().LastOrDefault()?.Traceback is { Count: > 2 } traceback)
            Line("\n" + Indented(string.Join('\n', traceback.Skip(1))), "default");
        if (isUpdate)
            Line("\n  Its file stays as it was.", "default");
        if (verbose && failure.Detail.Length > 0)
            Line("\n" + failure.Detail, "dim");
        console.WriteLine();
    }

    private static string Indented(string text) => "  " + text.Replace("\n", "\n  ", StringComparison.Ordinal);

    private void Line(string text, string style) => console.MarkupLine($"[{style}]{Markup.Escape(text)}[/]");
}
