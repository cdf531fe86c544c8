using System.Text.Json.Nodes;
using Attention.Course.Documents;

namespace Attention.Course.Execution;

/// <summary>What the runner and a notebook's process say to each other: one JSON object per line, over a pipe that user code cannot reach.</summary>
internal static class CellMessages
{
    /// <summary>Runner → process: run this cell.</summary>
    public static JsonObject Of(CellCode cell) => new() { ["number"] = cell.Number, ["source"] = cell.Source, ["language"] = cell.Language };

    public static CellCode ReadCell(JsonNode message) =>
        new(message["number"]!.GetValue<int>(), message["source"]!.GetValue<string>(), message["language"]!.GetValue<string>());

    /// <summary>Process → runner: this is what became of it.</summary>
    public static JsonObject Of(CellResult result) => new()
    {
        ["outputs"] = new JsonArray([.. result.Outputs.Select(NotebookWriter.ToJson)]),
        ["seconds"] = result.Elapsed.TotalSeconds,
        ["failure"] = result.Failure is not { } failure ? null : new JsonObject
        {
            ["kind"] = failure.Kind.ToString(),
            ["name"] = failure.Name,
            ["message"] = failure.Message,
            ["line"] = failure.Line,
            ["column"] = failure.Column,
            ["length"] = failure.Length,
            ["detail"] = failure.Detail,
        },
    };

    public static CellResult ReadResult(JsonNode message) => new(
        [.. message["outputs"]!.AsArray().Select(output => NotebookReader.ReadOutput(JsonFields.Of(output, "the process's answer", "an output")))],
        message["failure"] is not { } failure ? null : new CellFailure(
            Enum.Parse<FailureKind>(failure["kind"]!.GetValue<string>()),
            failure["name"]!.GetValue<string>(),
            failure["message"]!.GetValue<string>(),
            failure["line"]?.GetValue<int>(),
            failure["column"]?.GetValue<int>(),
            failure["length"]!.GetValue<int>(),
            failure["detail"]!.GetValue<string>()),
        TimeSpan.FromSeconds(message["seconds"]!.GetValue<double>()));
}
