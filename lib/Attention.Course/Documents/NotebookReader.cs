using System.Text.Json.Nodes;

namespace Attention.Course.Documents;

/// <summary>Makes a notebook of nbformat 4 JSON. Older minors have no cell ids: they get ids that depend only on the text.</summary>
internal static class NotebookReader
{
    /// <exception cref="UserError">The JSON is no C# notebook of nbformat 4; the message names the file, the cell and the output.</exception>
    public static Notebook Read(JsonNode? root, string name)
    {
        JsonFields fields = JsonFields.Of(root, name, "a notebook");
        CheckVersion(fields);
        fields.Allow("cells", "metadata", "nbformat", "nbformat_minor");
        if (!fields.Fields.ContainsKey("cells"))
        {
            throw fields.Wrong("cells", "a list");
        }

        JsonObject metadata = fields.Object("metadata");
        CheckLanguage(metadata, name);
        var notebook = new Notebook { Metadata = metadata };
        foreach (JsonNode? cell in fields.Array("cells"))
        {
            notebook.Cells.Add(ReadCell(JsonFields.Of(cell, $"{name}, cell {notebook.Cells.Count + 1}", "a cell")));
        }

        CheckIds(notebook, name);
        CellIds.Fill(notebook.Cells);
        return notebook;
    }

    private static void CheckVersion(JsonFields fields)
    {
        if (fields.Count("nbformat") is not int major)
        {
            throw new UserError($"{fields.Where} is JSON but not a notebook: it has no \"nbformat\".");
        }

        int minor = fields.Count("nbformat_minor") ?? 0;
        if (major != 4 || minor > 5)
        {
            throw new UserError(major < 4
                ? $"{fields.Where} is in the old nbformat {major}.{minor}; open it in Jupyter or VS Code and save it, which makes it nbformat 4."
                : $"{fields.Where} is in nbformat {major}.{minor}, newer than this program knows; save it as nbformat 4.5.");
        }
    }

    private static void CheckLanguage(JsonObject metadata, string name)
    {
        if (metadata["kernelspec"] is null)
        {
            throw new UserError($"{name} names no kernel: add \"kernelspec\": {{\"display_name\": \".NET (C#)\", \"language\": \"C#\", \"name\": \".net-csharp\"}} to its metadata.");
        }

        JsonFields kernel = JsonFields.Of(metadata["kernelspec"], name, "\"kernelspec\"");
        string kernelName = kernel.Text("name");
        string language = kernel.Fields.ContainsKey("language") ? kernel.Text("language") : kernelName;
        if (!language.Equals("C#", StringComparison.OrdinalIgnoreCase) && !language.EndsWith("csharp", StringComparison.OrdinalIgnoreCase))
        {
            throw new UserError($"{name} is a notebook for {CanonicalJson.Quoted(language)} (kernel {CanonicalJson.Quoted(kernelName)}), and this course runs C#.");
        }
    }

    private static Cell ReadCell(JsonFields fields)
    {
        string type = fields.Text("cell_type");
        CellKind kind = type switch
        {
            "code" => CellKind.Code,
            "markdown" => CellKind.Markdown,
            "raw" => CellKind.Raw,
            _ => throw new UserError($"{fields.Where}: \"cell_type\" must be \"code\", \"markdown\" or \"raw\", and is {CanonicalJson.Quoted(type)}."),
        };
        fields.Allow(kind == CellKind.Code
            ? ["cell_type", "id", "metadata", "source", "execution_count", "outputs"]
            : ["cell_type", "id", "metadata", "source", "attachments"]);
        string id = fields.Fields.ContainsKey("id") ? fields.Text("id") : "";
        if (fields.Fields.ContainsKey("id") && !CellIds.IsValid(id))
        {
            throw new UserError($"{fields.Where}: the id {CanonicalJson.Quoted(id)} must be 1 to 64 letters, digits, hyphens or underscores.");
        }

        JsonObject metadata = fields.Object("metadata");
        CheckTags(new JsonFields(fields.Where, metadata));
        return new Cell
        {
            Id = id,
            Kind = kind,
            Source = TextLines.OfSource(fields.Lines("source")),
            Metadata = metadata,
            Attachments = fields.Attachments("attachments"),
            Outputs = kind == CellKind.Code ? ReadOutputs(fields) : [],
            ExecutionCount = kind == CellKind.Code ? fields.Count("execution_count") : null,
        };
    }

    public static void CheckTags(JsonFields metadata)
    {
        IReadOnlyList<string> tags = metadata.Strings("tags");
        if (tags.Any(tag => tag.Length == 0 || tag.Contains(',', StringComparison.Ordinal)) || tags.Distinct().Count() != tags.Count)
        {
            throw new UserError($"{metadata.Where}: \"tags\" must be different words without commas.");
        }
    }

    private static List<Output> ReadOutputs(JsonFields cell)
    {
        var outputs = new List<Output>();
        foreach (JsonNode? output in cell.Array("outputs"))
        {
            outputs.Add(ReadOutput(JsonFields.Of(output, $"{cell.Where}, output {outputs.Count + 1}", "an output")));
        }

        return outputs;
    }

    public static Output ReadOutput(JsonFields fields)
    {
        string type = fields.Text("output_type");
        switch (type)
        {
            case "stream":
                fields.Allow("output_type", "name", "text");
                return new StreamOutput(fields.Text("name"), TextLines.OfOutput(fields.Lines("text")));
            case "display_data":
                fields.Allow("output_type", "data", "metadata");
                return new DisplayOutput(fields.Renderings("data"), fields.Object("metadata"));
            case "execute_result":
                fields.Allow("output_type", "data", "metadata", "execution_count");
                return new ResultOutput(fields.Renderings("data"), fields.Object("metadata"), fields.Count("execution_count"));
            case "error":
                fields.Allow("output_type", "ename", "evalue", "traceback");
                return new ErrorOutput(fields.Text("ename"), fields.Text("evalue"), fields.Strings("traceback"));
            default:
                throw new UserError($"{fields.Where}: \"output_type\" must be \"stream\", \"display_data\", \"execute_result\" or \"error\", and is {CanonicalJson.Quoted(type)}.");
        }
    }

    private static void CheckIds(Notebook notebook, string name)
    {
        var first = new Dictionary<string, int>();
        for (int i = 0; i < notebook.Cells.Count; i++)
        {
            string id = notebook.Cells[i].Id;
            if (id.Length > 0 && !first.TryAdd(id, i + 1))
            {
                throw new UserError($"{name}: the cells {first[id]} and {i + 1} have the same id \"{id}\"; give one of them another.");
            }
        }
    }
}
