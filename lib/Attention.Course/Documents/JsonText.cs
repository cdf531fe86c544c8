using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Attention.Course.Documents;

/// <summary>Turns text into JSON, or says in one sentence where it stops being JSON.</summary>
internal static class JsonText
{
    private const int DeepestLevel = 100;
    private const string HalfCharacter = "the text holds half a character (a surrogate \\u escape without its other half)";

    /// <summary>Parses <paramref name="text"/>; <paramref name="name"/> is how errors call the file.</summary>
    /// <exception cref="UserError">The text is empty, truncated, not JSON, nested too deep or names a field twice.</exception>
    public static JsonNode? Parse(string text, string name)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            throw new UserError($"{name} is empty.");
        }

        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Scan(bytes, name);
        return JsonNode.Parse(bytes, documentOptions: new() { MaxDepth = DeepestLevel });
    }

    /// <summary>Reads every token once, which finds what the parser would report without a place or not at all.</summary>
    private static void Scan(byte[] bytes, string name)
    {
        // Not the final block: a text that breaks off then ends quietly, and only text that is wrong throws.
        var reader = new Utf8JsonReader(bytes, isFinalBlock: false, new JsonReaderState(new() { MaxDepth = DeepestLevel + 2 }));
        var names = new Stack<HashSet<string>>();
        try
        {
            while (reader.Read())
            {
                if (Mistake(ref reader, names) is string mistake)
                {
                    throw new UserError($"{At(bytes, reader.TokenStartIndex, name)}: {mistake}.");
                }
            }
        }
        catch (JsonException error)
        {
            long line = error.LineNumber ?? 0;
            string found = LineFrom(bytes, StartOfLine(bytes, line), 0);
            throw found.StartsWith("<<<<<<<", StringComparison.Ordinal) || found.StartsWith("=======", StringComparison.Ordinal) || found.StartsWith(">>>>>>>", StringComparison.Ordinal)
                ? new UserError($"{name}, line {line + 1}: there is a merge conflict that nobody resolved.", error)
                : new UserError($"{At(bytes, StartOfLine(bytes, line) + (error.BytePositionInLine ?? 0), name)}: this is not JSON (unexpected {Unexpected(bytes, line, error)}).", error);
        }

        // A number at the top level stays open until more text comes, and is no notebook anyway.
        bool isOpen = reader.CurrentDepth > 0 || reader.TokenType is JsonTokenType.None or JsonTokenType.StartObject or JsonTokenType.StartArray;
        bool complete = !isOpen && IsBlank(bytes.AsSpan((int)reader.BytesConsumed..));
        if (!complete && !double.TryParse(bytes, CultureInfo.InvariantCulture, out _))
        {
            throw new UserError($"{At(bytes, bytes.Length, name)}: the file breaks off in the middle of its JSON.");
        }
    }

    /// <summary>What is wrong with a token that is JSON all the same, or null.</summary>
    private static string? Mistake(ref Utf8JsonReader reader, Stack<HashSet<string>> names)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject or JsonTokenType.StartArray when reader.CurrentDepth >= DeepestLevel:
                return $"the JSON is nested more than {DeepestLevel} levels deep";
            case JsonTokenType.StartObject:
                names.Push([]);
                return null;
            case JsonTokenType.EndObject:
                names.Pop();
                return null;
            case JsonTokenType.PropertyName:
                return Text(ref reader) is not string field ? HalfCharacter : names.Peek().Add(field) ? null : $"the field {CanonicalJson.Quoted(field)} is there twice";
            case JsonTokenType.String when reader.ValueIsEscaped:
                return Text(ref reader) is null ? HalfCharacter : null;
            default:
                return null;
        }
    }

    /// <summary>The token's text, or null when escapes in it make no text.</summary>
    private static string? Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string At(byte[] bytes, long offset, string name)
    {
        ReadOnlySpan<byte> before = bytes.AsSpan(0, (int)Math.Min(offset, bytes.Length));
        int lineStart = before.LastIndexOf((byte)'\n') + 1;
        return $"{name}, line {before.Count((byte)'\n') + 1}, column {Encoding.UTF8.GetCharCount(before[lineStart..]) + 1}";
    }

    private static string Unexpected(byte[] bytes, long line, JsonException error)
    {
        string found = LineFrom(bytes, StartOfLine(bytes, line), error.BytePositionInLine ?? 0);
        return found.Length == 0 ? "end of the line" : CanonicalJson.Quoted(found.Length > 20 ? $"{found[..20]}…" : found);
    }

    private static int StartOfLine(byte[] bytes, long line)
    {
        int start = 0;
        for (; line > 0; line--)
        {
            start = Array.IndexOf(bytes, (byte)'\n', start) + 1;
        }

        return start;
    }

    private static string LineFrom(byte[] bytes, int start, long skip)
    {
        ReadOnlySpan<byte> rest = bytes.AsSpan((int)Math.Min(start + skip, bytes.Length));
        int end = rest.IndexOfAny((byte)'\n', (byte)'\r');
        return Encoding.UTF8.GetString(end < 0 ? rest : rest[..end]);
    }

    private static bool IsBlank(ReadOnlySpan<byte> bytes) => bytes.IndexOfAnyExcept(" \t\r\n"u8) < 0;
}
