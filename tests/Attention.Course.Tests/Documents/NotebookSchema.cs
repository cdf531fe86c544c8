using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Attention.Course.Tests.Documents;

/// <summary>The rules of nbformat's published 4.5 schema, written out: every way in which a file breaks them.</summary>
internal static partial class NotebookSchema
{
    private static readonly Dictionary<string, string[]> OutputFields = new()
    {
        ["stream"] = ["name", "output_type", "text"],
        ["display_data"] = ["data", "metadata", "output_type"],
        ["execute_result"] = ["data", "execution_count", "metadata", "output_type"],
        ["error"] = ["ename", "evalue", "output_type", "traceback"],
    };

    private static readonly string[] Texts = ["name", "ename", "evalue"];

    public static IEnumerable<string> Violations(string text)
    {
        JsonObject root = JsonNode.Parse(text)!.AsObject();
        return Fields(root, "notebook", ["cells", "metadata", "nbformat", "nbformat_minor"], [])
            .Concat(Rule((int?)root["nbformat"] == 4 && (int?)root["nbformat_minor"] >= 5, "notebook: nbformat 4.5"))
            .Concat(Root(root["metadata"]!.AsObject()))
            .Concat(root["cells"]!.AsArray().SelectMany((cell, index) => Cell(cell!.AsObject(), $"cell {index}")));
    }

    private static IEnumerable<string> Root(JsonObject metadata)
    {
        JsonNode? kernel = metadata["kernelspec"];
        return Rule(kernel is null || (IsString(kernel["name"]) && IsString(kernel["display_name"])), "metadata: kernelspec")
            .Concat(Rule(metadata["language_info"] is not JsonNode language || IsString(language["name"]), "metadata: language_info"))
            .Concat(Rule(metadata["title"] is not JsonNode title || IsString(title), "metadata: title"))
            .Concat(Rule(metadata["authors"] is null or JsonArray, "metadata: authors"));
    }

    private static IEnumerable<string> Cell(JsonObject cell, string where)
    {
        string[] common = ["cell_type", "id", "metadata", "source"];
        bool isCode = (string?)cell["cell_type"] == "code";
        JsonObject metadata = cell["metadata"]!.AsObject();
        return (isCode ? Fields(cell, where, [.. common, "execution_count", "outputs"], []) : Fields(cell, where, common, ["attachments"]))
            .Concat(Rule((string?)cell["cell_type"] is "code" or "markdown" or "raw", $"{where}: cell_type"))
            .Concat(Rule(Id().IsMatch((string?)cell["id"] ?? ""), $"{where}: id"))
            .Concat(Rule(IsLines(cell["source"]), $"{where}: source"))
            .Concat(Rule(metadata["tags"] is not JsonNode tags || IsTags(tags), $"{where}: tags"))
            .Concat(Rule(metadata["name"] is not JsonNode name || (IsString(name) && ((string)name!).Length > 0), $"{where}: name"))
            .Concat(Rule(!isCode || IsCount(cell["execution_count"]), $"{where}: execution_count"))
            .Concat((cell["attachments"]?.AsObject() ?? []).SelectMany(file => Bundle(file.Value, $"{where}: {file.Key}")))
            .Concat((cell["outputs"]?.AsArray() ?? []).SelectMany((output, index) => Output(output!.AsObject(), $"{where}, output {index}")));
    }

    private static IEnumerable<string> Output(JsonObject output, string where)
    {
        if (!OutputFields.TryGetValue((string?)output["output_type"] ?? "", out string[]? fields))
        {
            return [$"{where}: output_type"];
        }

        return Fields(output, where, fields, [])
            .Concat(Rule(Texts.Where(fields.Contains).All(field => IsString(output[field])), $"{where}: strings"))
            .Concat(Rule(!fields.Contains("text") || IsLines(output["text"]), $"{where}: text"))
            .Concat(Rule(!fields.Contains("traceback") || (output["traceback"] is JsonArray lines && lines.All(IsString)), $"{where}: traceback"))
            .Concat(Rule(IsCount(output["execution_count"]), $"{where}: execution_count"))
            .Concat(Rule(!fields.Contains("metadata") || output["metadata"] is JsonObject, $"{where}: metadata"))
            .Concat(fields.Contains("data") ? Bundle(output["data"], $"{where}: data") : []);
    }

    private static IEnumerable<string> Bundle(JsonNode? bundle, string where) => bundle is not JsonObject renderings
        ? [$"{where}: a bundle"]
        : renderings.Where(rendering => !Json().IsMatch(rendering.Key) && !IsLines(rendering.Value)).Select(rendering => $"{where}: {rendering.Key}");

    private static IEnumerable<string> Fields(JsonObject json, string where, string[] required, string[] optional) =>
        required.Where(field => !json.ContainsKey(field)).Select(field => $"{where}: {field} is missing")
            .Concat(json.Select(field => field.Key).Except(required).Except(optional).Select(field => $"{where}: {field} is unknown"));

    private static IEnumerable<string> Rule(bool holds, string rule) => holds ? [] : [rule];

    private static bool IsString(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String;

    private static bool IsLines(JsonNode? node) => IsString(node) || (node is JsonArray lines && lines.All(IsString));

    private static bool IsTags(JsonNode node) =>
        node is JsonArray tags && tags.All(tag => IsString(tag) && Tag().IsMatch((string)tag!)) && tags.Select(tag => (string)tag!).Distinct().Count() == tags.Count;

    private static bool IsCount(JsonNode? node) => node is null || (node is JsonValue value && value.TryGetValue(out int count) && count >= 0);

    [GeneratedRegex(@"\A[a-zA-Z0-9-_]{1,64}\z")]
    private static partial Regex Id();

    [GeneratedRegex(@"\A[^,]+\z")]
    private static partial Regex Tag();

    [GeneratedRegex(@"\Aapplication/(.*\+)?json\z")]
    private static partial Regex Json();
}
