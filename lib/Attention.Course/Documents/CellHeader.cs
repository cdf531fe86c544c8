using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Attention.Course.Documents;

/// <summary>What the Markdown form says about a cell besides its text: <c>#id .tag .tag {"other": "metadata"}</c>.</summary>
/// <param name="Id">The id, or the empty string.</param>
/// <param name="Metadata">The metadata, tags included.</param>
internal sealed partial record CellHeader(string Id, JsonObject Metadata)
{
    private static readonly (string Section, JsonObject Usual)[] Defaults =
    [
        ("dotnet_interactive", new() { ["language"] = NotebookWriter.Language }),
        ("polyglot_notebook", new() { ["kernelName"] = NotebookWriter.Language }),
    ];

    /// <summary>The header of a cell; what every C# cell carries is not worth saying.</summary>
    public static CellHeader Of(Cell cell)
    {
        JsonObject metadata = NotebookWriter.Metadata(cell);
        foreach ((string section, JsonObject usual) in Defaults)
        {
            if (cell.Kind == CellKind.Code && JsonNode.DeepEquals(metadata[section], usual))
            {
                metadata.Remove(section);
            }
        }

        return new(cell.Id, metadata);
    }

    /// <exception cref="UserError">The text is no header; the message begins with <paramref name="where"/>.</exception>
    public static CellHeader Parse(string text, string where)
    {
        Match match = Grammar().Match(text);
        if (!match.Success)
        {
            throw new UserError($"{where}: {CanonicalJson.Quoted(text)} must be a #name, then .tags, then other metadata as a JSON object.");
        }

        JsonObject metadata = match.Groups["json"] is { Success: true } json
            ? JsonFields.Of(JsonText.Parse(json.Value, $"{where}, metadata"), where, "metadata").Fields
            : [];
        if (match.Groups["tag"].Captures is { Count: > 0 } tags)
        {
            metadata["tags"] = new JsonArray([.. tags.Select(tag => (JsonNode)tag.Value)]);
        }

        NotebookReader.CheckTags(new(where, metadata));
        return new(match.Groups["id"].Value, metadata);
    }

    /// <summary>One line that neither ends a comment nor holds a backtick.</summary>
    public override string ToString()
    {
        JsonObject rest = Metadata.DeepClone().AsObject();
        var parts = new List<string> { $"#{Id}" };
        if (rest["tags"] is JsonArray { Count: > 0 } tags && tags.All(tag => SimpleTag().IsMatch((string)tag!)))
        {
            parts.AddRange(tags.Select(tag => $".{tag}"));
            rest.Remove("tags");
        }

        if (rest.Count > 0)
        {
            parts.Add(Json(rest));
        }

        return string.Join(' ', parts);
    }

    /// <summary>JSON that may stand in a comment or behind a fence.</summary>
    public static string Json(JsonObject json) =>
        CanonicalJson.OneLine(json).Replace("-->", @"--\u003e", StringComparison.Ordinal).Replace("`", @"\u0060", StringComparison.Ordinal);

    [GeneratedRegex(@"\A(?:#(?<id>[A-Za-z0-9_-]{1,64})(?=\s|\z))?(?:\s*\.(?<tag>[\w-]+)(?=\s|\z))*\s*(?<json>\{.*\})?\z", RegexOptions.Singleline)]
    private static partial Regex Grammar();

    [GeneratedRegex(@"\A[\w-]+\z")]
    private static partial Regex SimpleTag();
}
