using System.Text.Json.Nodes;
using Attention.Course.Documents;

namespace Attention.Course.Execution;

/// <summary>A cell whose stored outputs are not what running it shows.</summary>
/// <param name="Number">Its place among the notebook's cells, from 1.</param>
/// <param name="Id">Its id.</param>
/// <param name="Difference">The first difference, in words.</param>
internal sealed record StaleCell(int Number, string Id, string Difference);

/// <summary>Compares what a notebook's file stores with what a run of it showed. Cells tagged volatile, skipped cells and execution counts do not count.</summary>
internal static class Freshness
{
    private const int LongestShown = 120;
    private const int CommonShown = 40;

    /// <summary>The cells whose stored outputs are stale.</summary>
    public static IReadOnlyList<StaleCell> Compare(NotebookRun run) =>
        [.. run.Cells
            .Where(cell => cell.Status == CellStatus.Succeeded && !cell.Cell.HasTag(CellTags.Volatile))
            .Select(cell => (cell.Number, cell.Cell.Id, Difference: Difference(cell.Cell.Outputs, cell.Result.Outputs)))
            .Where(cell => cell.Difference is not null)
            .Select(cell => new StaleCell(cell.Number, cell.Id, cell.Difference!))];

    /// <summary>The first difference between two lists of outputs, in words; null when there is none.</summary>
    public static string? Difference(IReadOnlyList<Output> stored, IReadOnlyList<Output> shown)
    {
        for (int index = 0; index < Math.Min(stored.Count, shown.Count); index++)
        {
            JsonObject before = Comparable(stored[index]), after = Comparable(shown[index]);
            if (!JsonNode.DeepEquals(before, after))
                return $"output {index + 1}: {Difference(before, after)}";
        }

        return stored.Count == shown.Count ? null : $"{stored.Count} outputs are stored, and running it shows {shown.Count}";
    }

    /// <summary>What kinds of outputs there are, whatever they say.</summary>
    public static IEnumerable<string> Kinds(IReadOnlyList<Output> outputs) => outputs.Select(output => output switch
    {
        StreamOutput stream => stream.Name,
        DisplayOutput display => $"display {string.Join(' ', display.Data.Select(rendering => rendering.Key).Order())}",
        ResultOutput result => $"result {string.Join(' ', result.Data.Select(rendering => rendering.Key).Order())}",
        _ => output.GetType().Name,
    });

    private static JsonObject Comparable(Output output)
    {
        JsonObject json = NotebookWriter.ToJson(output).AsObject();
        json.Remove("execution_count");
        return json;
    }

    private static string Difference(JsonObject stored, JsonObject shown, string place = "")
    {
        foreach (string field in stored.Select(pair => pair.Key).Union(shown.Select(pair => pair.Key)))
        {
            if (JsonNode.DeepEquals(stored[field], shown[field]))
                continue;
            string here = place.Length == 0 ? field : $"{place} {field}";
            if (stored[field] is JsonObject before && shown[field] is JsonObject after)
                return Difference(before, after, here);
            if (!stored.ContainsKey(field) || !shown.ContainsKey(field))
                return $"{here} is {(stored.ContainsKey(field) ? "stored, and running it shows none" : "shown, and none is stored")}";
            string[] old = Lines(stored[field]), now = Lines(shown[field]);
            int line = Enumerable.Range(0, Math.Max(old.Length, now.Length)).First(index => old.ElementAtOrDefault(index) != now.ElementAtOrDefault(index));
            var (oldText, newText) = Excerpts(old.ElementAtOrDefault(line), now.ElementAtOrDefault(line));
            return $"{here}, line {line + 1}\n  stored: {oldText}\n  shown:  {newText}";
        }

        return "they differ";
    }

    private static string[] Lines(JsonNode? value) => value switch
    {
        JsonArray lines => [.. lines.Select(line => line?.ToString().TrimEnd('\n') ?? "null")],
        JsonValue text => text.ToString().Split('\n'),
        _ => [value?.ToJsonString() ?? "null"],
    };

    /// <summary>The part of two long lines in which they begin to differ.</summary>
    private static (string Stored, string Shown) Excerpts(string? stored, string? shown)
    {
        int start = Math.Max(0, (stored ?? "").AsSpan().CommonPrefixLength(shown ?? "") - CommonShown);
        return (Excerpt(stored, start), Excerpt(shown, start));
    }

    private static string Excerpt(string? line, int start)
    {
        if (line is null)
            return "(nothing)";
        int end = Math.Min(line.Length, start + LongestShown);
        return (start > 0 ? "…" : "") + line[start..end] + (end < line.Length ? "…" : "");
    }
}
