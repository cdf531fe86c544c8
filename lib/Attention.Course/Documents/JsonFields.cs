using System.Text.Json;
using System.Text.Json.Nodes;

namespace Attention.Course.Documents;

/// <summary>The fields of a JSON object as nbformat types them; a field of the wrong type is reported with its place.</summary>
/// <param name="Where">How messages call the object: the file, and the cell or output in it.</param>
/// <param name="Fields">The object.</param>
internal readonly record struct JsonFields(string Where, JsonObject Fields)
{
    /// <exception cref="UserError">The node is not an object.</exception>
    public static JsonFields Of(JsonNode? node, string where, string what) =>
        node is JsonObject fields ? new(where, fields) : throw new UserError($"{where}: {what} must be an object, and is {Kind(node)}.");

    /// <summary>A string that must be there.</summary>
    public string Text(string field) => IsText(Fields[field], out string? text) ? text! : throw Wrong(field, "a string");

    /// <summary>A text that must be there: one string, or a list of lines.</summary>
    public string Lines(string field) => Joined(Fields[field]) ?? throw Wrong(field, "a string or a list of lines");

    /// <summary>A list of strings; none when the field is missing.</summary>
    public IReadOnlyList<string> Strings(string field)
    {
        JsonFields self = this;
        return [.. Array(field).Select(item => IsText(item, out string? text) ? text! : throw self.Wrong(field, "a list of strings"))];
    }

    /// <summary>A whole number from 0, or null when the field is null or missing.</summary>
    public int? Count(string field) => Fields[field] switch
    {
        null => null,
        JsonValue value when value.TryGetValue(out int count) && count >= 0 => count,
        _ => throw Wrong(field, "a whole number or null"),
    };

    /// <summary>A copy of an object; an empty one when the field is missing.</summary>
    public JsonObject Object(string field) => Fields[field] switch
    {
        null when !Fields.ContainsKey(field) => [],
        JsonObject value => value.DeepClone().AsObject(),
        _ => throw Wrong(field, "an object"),
    };

    /// <summary>A list; an empty one when the field is missing.</summary>
    public JsonArray Array(string field) => Fields[field] switch
    {
        null when !Fields.ContainsKey(field) => [],
        JsonArray value => value,
        _ => throw Wrong(field, "a list"),
    };

    /// <summary>A copy of renderings by mime type, each text as one string.</summary>
    public JsonObject Renderings(string field)
    {
        JsonObject renderings = Object(field);
        foreach ((string mimeType, JsonNode? rendering) in renderings.ToArray())
        {
            if (!MimeType.IsJson(mimeType))
            {
                string text = Joined(rendering) ?? throw new UserError($"{Where}: {CanonicalJson.Quoted(mimeType)} must be a string or a list of lines, and is {Kind(rendering)}.");
                renderings[mimeType] = MimeType.IsText(mimeType) ? TextLines.OfOutput(text) : text;
            }
        }

        return renderings;
    }

    /// <summary>A copy of attached files, each as renderings; null when the field is missing.</summary>
    public JsonObject? Attachments(string field)
    {
        if (Fields[field] is null)
        {
            return null;
        }

        var files = new JsonFields($"{Where}, attachments", Object(field));
        foreach ((string file, _) in files.Fields.ToArray())
        {
            files.Fields[file] = files.Renderings(file);
        }

        return files.Fields;
    }

    /// <summary>Refuses a field that would be lost; one that holds nothing may be.</summary>
    public void Allow(params string[] known)
    {
        foreach ((string field, JsonNode? value) in Fields)
        {
            if (!known.Contains(field) && value is not (null or JsonArray { Count: 0 } or JsonObject { Count: 0 }))
            {
                throw new UserError($"{Where}: nbformat 4.5 knows no field {CanonicalJson.Quoted(field)} here; remove it or move it into \"metadata\".");
            }
        }
    }

    public UserError Wrong(string field, string expected) => new(Fields.ContainsKey(field)
        ? $"{Where}: {CanonicalJson.Quoted(field)} must be {expected}, and is {Kind(Fields[field])}."
        : $"{Where}: {CanonicalJson.Quoted(field)} is missing; it must be {expected}.");

    private static string? Joined(JsonNode? node)
    {
        if (node is not JsonArray lines)
        {
            return IsText(node, out string? whole) ? whole : null;
        }

        string?[] parts = [.. lines.Select(line => IsText(line, out string? text) ? text : null)];
        return parts.Contains(null) ? null : string.Concat(parts);
    }

    private static bool IsText(JsonNode? node, out string? text)
    {
        text = null;
        return node is JsonValue value && value.TryGetValue(out text);
    }

    private static string Kind(JsonNode? node) => node?.GetValueKind() switch
    {
        null or JsonValueKind.Null => "null",
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        _ => node.ToJsonString(),
    };
}
