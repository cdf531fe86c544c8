using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Attention.Course.Documents;

/// <summary>
/// Writes JSON as Jupyter does, so that a notebook saved by any host differs from the canonical form as little as possible: fields in
/// alphabetical order, one space of indent, every character that JSON lets through as itself.
/// </summary>
internal static class CanonicalJson
{
    /// <summary>Writes <paramref name="node"/> over several lines, ending with a line break.</summary>
    public static string Indented(JsonNode? node)
    {
        var text = new StringBuilder();
        Write(text, node, indent: 0);
        return text.Append('\n').ToString();
    }

    /// <summary>Writes <paramref name="node"/> on one line, without a line break.</summary>
    public static string OneLine(JsonNode? node)
    {
        var text = new StringBuilder();
        Write(text, node, indent: null);
        return text.ToString();
    }

    /// <summary>Text from a file as messages quote it: on one line, and no longer than a person wants to read.</summary>
    public static string Quoted(string text)
    {
        const int Longest = 60;
        var quoted = new StringBuilder();
        WriteString(quoted, text.Length > Longest ? $"{text.AsSpan(0, Longest)}…" : text);
        return quoted.ToString();
    }

    private static void Write(StringBuilder text, JsonNode? node, int? indent)
    {
        switch (node)
        {
            case null:
                text.Append("null");
                break;
            case JsonObject fields:
                WriteItems(text, '{', '}', indent, fields.OrderBy(field => field.Key, StringComparer.Ordinal), (field, inner) =>
                {
                    WriteString(text, field.Key);
                    text.Append(": ");
                    Write(text, field.Value, inner);
                });
                break;
            case JsonArray items:
                WriteItems(text, '[', ']', indent, items, (item, inner) => Write(text, item, inner));
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                WriteString(text, value.Deserialize<string>()!);
                break;
            default:
                text.Append(node.ToJsonString());
                break;
        }
    }

    private static void WriteItems<T>(StringBuilder text, char open, char close, int? indent, IEnumerable<T> items, Action<T, int?> write)
    {
        text.Append(open);
        bool any = false;
        foreach (T item in items)
        {
            if (any)
            {
                text.Append(indent is null ? ", " : ",");
            }

            any = true;
            NewLine(text, indent + 1);
            write(item, indent + 1);
        }

        if (any)
        {
            NewLine(text, indent);
        }

        text.Append(close);
    }

    private static void NewLine(StringBuilder text, int? indent)
    {
        if (indent is int spaces)
        {
            text.Append('\n').Append(' ', spaces);
        }
    }

    private static void WriteString(StringBuilder text, string value)
    {
        text.Append('"');
        for (int i = 0; i < value.Length; i++)
        {
            char c = value[i];
            switch (c)
            {
                case '"':
                    text.Append("\\\"");
                    break;
                case '\\':
                    text.Append(@"\\");
                    break;
                case '\n':
                    text.Append(@"\n");
                    break;
                case '\r':
                    text.Append(@"\r");
                    break;
                case '\t':
                    text.Append(@"\t");
                    break;
                case '\b':
                    text.Append(@"\b");
                    break;
                case '\f':
                    text.Append(@"\f");
                    break;
                case < ' ':
                    text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
                    break;
                default:
                    if (char.IsHighSurrogate(c) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1]))
                    {
                        text.Append(c).Append(value[++i]);
                    }
                    else
                    {
                        // Half a character has no form in UTF-8.
                        text.Append(char.IsSurrogate(c) ? '\uFFFD' : c);
                    }

                    break;
            }
        }

        text.Append('"');
    }
}
