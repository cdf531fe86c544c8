using System.Globalization;

namespace Attention.Course.Execution;

/// <summary>The words in which runs are reported.</summary>
internal static class RunTexts
{
    /// <summary>12 ms, 3.4 s or 2 min 05 s.</summary>
    public static string Of(TimeSpan time) => time switch
    {
        { TotalSeconds: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:F0} ms"),
        { TotalSeconds: < 100 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:F1} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes} min {time.Seconds:D2} s"),
    };

    /// <summary>1 cell, 2 cells.</summary>
    public static string Count(int count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count} {noun}{(count == 1 ? "" : "s")}");

    /// <summary>What became of a notebook, in a few words.</summary>
    public static string Of(RunOutcome outcome)
    {
        if (outcome.Run.Failed is { } failed)
            return $"failed at cell {failed.Number}";
        if (outcome.Error is not null)
            return outcome.Run.Cells.Count == 0 ? "not read" : "not written";
        int skipped = outcome.Run.Cells.Count(cell => cell.Status == CellStatus.Skipped);
        string[] remarks =
        [
            outcome.Stale.Count > 0 ? $"{RunTexts.Count(outcome.Stale.Count, "cell")} stale" : "ok",
            .. skipped > 0 ? [$"{skipped} skipped"] : Array.Empty<string>(),
            .. outcome.IsWritten ? ["written"] : Array.Empty<string>(),
        ];
        return string.Join(", ", remarks);
    }

    /// <summary>Notebook, cell and place of a failure, in one line.</summary>
    public static string Place(string name, CellRun cell)
    {
        string place = cell.Result.Failure is { Line: { } line } failure
            ? $", line {line}" + (failure.Column is { } column ? $", column {column}" : "")
            : "";
        return $"{name}, cell {cell.Number} (id {cell.Cell.Id}){place}";
    }
}
