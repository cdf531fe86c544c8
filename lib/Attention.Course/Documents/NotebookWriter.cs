using System.Text.Json.Nodes;

namespace Attention.Course.Documents;

/// <summary>
/// A notebook as nbformat 4.5 JSON in its canonical form. The author's metadata stays; what hosts note about themselves (kernelspec,
/// language_info, kernelInfo) is set to what Polyglot Notebooks writes, so that saving in another host leaves no trace.
/// </summary>
internal static class NotebookWriter
{
    public const string Language = "csharp";

    public static JsonObject ToJson(Notebook notebook) => new()
    {
        ["cells"] = new JsonArray([.. notebook.Cells.Select(ToJson)]),
        ["metadata"] = Metadata(notebook),
        ["nbformat"] = 4,
        ["nbformat_minor"] = 5,
    };

    /// <summary>The notebook's metadata with the hosts' part as it should be.</summary>
    public static JsonObject Metadata(Notebook notebook)
    {
        JsonObject metadata = notebook.Metadata.DeepClone().AsObject();
        metadata["kernelspec"] = new JsonObject { ["display_name"] = ".NET (C#)", ["language"] = "C#", ["name"] = ".net-csharp" };
        metadata["language_info"] = new JsonObject { ["name"] = "polyglot-notebook" };
        Section(metadata, "polyglot_notebook")["kernelInfo"] = new JsonObject
        {
            ["defaultKernelName"] = Language,
            ["items"] = new JsonArray(new JsonObject { ["aliases"] = new JsonArray(), ["languageName"] = Language, ["name"] = Language }),
        };
        return metadata;
    }

    /// <summary>The cell's metadata; a code cell that names no language is C#.</summary>
    public static JsonObject Metadata(Cell cell)
    {
        JsonObject metadata = cell.Metadata.DeepClone().AsObject();
        if (cell.Kind == CellKind.Code)
        {
            Section(metadata, "dotnet_interactive").TryAdd("language", Language);
            Section(metadata, "polyglot_notebook").TryAdd("kernelName", Language);
        }

        return metadata;
    }

    private static JsonObject Section(JsonObject metadata, string name)
    {
        if (metadata[name] is not JsonObject section)
        {
            metadata[name] = section = [];
        }

        return section;
    }

    private static JsonNode ToJson(Cell cell)
    {
        var json = new JsonObject
        {
            ["cell_type"] = Name(cell.Kind),
            ["id"] = cell.Id,
            ["metadata"] = Metadata(cell),
            ["source"] = TextLines.ToArray(TextLines.OfSource(cell.Source)),
        };
        if (cell.Kind == CellKind.Code)
        {
            json["execution_count"] = cell.ExecutionCount;
            json["outputs"] = new JsonArray([.. cell.Outputs.Select(ToJson)]);
        }
        else if (cell.Attachments is not null)
        {
            json["attachments"] = new JsonObject(cell.Attachments.Select(file => KeyValuePair.Create(file.Key, (JsonNode?)Renderings(file.Value!.AsObject()))));
        }

        return json;
    }

    public static JsonNode ToJson(Output output) => output switch
    {
        StreamOutput stream => new JsonObject
        {
            ["name"] = stream.Name,
            ["output_type"] = "stream",
            ["text"] = TextLines.ToArray(TextLines.OfOutput(stream.Text)),
        },
        DisplayOutput display => new JsonObject
        {
            ["data"] = Renderings(display.Data),
            ["metadata"] = display.Metadata.DeepClone(),
            ["output_type"] = "display_data",
        },
        ResultOutput result => new JsonObject
        {
            ["data"] = Renderings(result.Data),
            ["execution_count"] = result.ExecutionCount,
            ["metadata"] = result.Metadata.DeepClone(),
            ["output_type"] = "execute_result",
        },
        ErrorOutput error => new JsonObject
        {
            ["ename"] = error.Name,
            ["evalue"] = error.Message,
            ["output_type"] = "error",
            ["traceback"] = new JsonArray([.. error.Traceback.Select(line => (JsonNode)line)]),
        },
        _ => throw new NotSupportedException($"nbformat has no output type for {output.GetType().Name}."),
    };

    private static JsonObject Renderings(JsonObject data)
    {
        var renderings = new JsonObject();
        foreach ((string mimeType, JsonNode? rendering) in data)
        {
            renderings[mimeType] = MimeType.IsText(mimeType) && rendering is JsonValue text && text.TryGetValue(out string? value)
                ? TextLines.ToArray(TextLines.OfOutput(value))
                : rendering?.DeepClone();
        }

        return renderings;
    }

    private static string Name(CellKind kind) => kind switch
    {
        CellKind.Code => "code",
        CellKind.Markdown => "markdown",
        _ => "raw",
    };
}
