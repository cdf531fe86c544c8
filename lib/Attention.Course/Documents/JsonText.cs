using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Attention.Course.Documents;

/// <summary>Turns text into JSON, or says in one sentence where it stops being JSON.</summary>
internal static class JsonText
{
    private const int DeepestLevel = 100;

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
        try
        {
            return JsonNode.Parse(bytes, documentOptions: new() { MaxDepth = DeepestLevel + 1, AllowDuplicateProperties = false });
        }
        catch (JsonException error)
        {
            throw new UserError($"{name} is not usable JSON: {Reason(error)}.", error);
        }
    }

    /// <summary>Reads every token once, which finds what the parser would report less clearly.</summary>
    private static void Scan(byte[] bytes, string name)
    {
        // Not the final block: a text that breaks off then ends quietly, and only text that is wrong throws.
        var reader = new Utf8JsonReader(bytes, isFinalBlock: false, new JsonReaderState(new() { MaxDepth = DeepestLevel + 2 }));
        try
        {
            while (reader.Read())
            {
                if (reader.CurrentDepth >= DeepestLevel && reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                {
                    throw new UserError($"{At(reader.TokenStartIndex)}: the JSON is nested more than {DeepestLevel} levels deep.");
                }

                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
                {
                    CheckEscapes(ref reader);
                }
            }
        }
        catch (JsonException error)
        {
            long line = error.LineNumber ?? 0;
            long start = StartOfLine(bytes, line);
            string found = FirstWord(bytes, start);
            throw found is "<<<<<<<" or "=======" or ">>>>>>>" or "|||||||"
                ? new UserError($"{name}, line {line + 1}: there is a merge conflict that nobody resolved.", error)
                : new UserError($"{At(start + (error.BytePositionInLine ?? 0))}: this is not JSON ({Reason(error)}).", error);
        }

        // A number at the top level stays open until more text comes, and is no notebook anyway.
        bool isOpen = reader.CurrentDepth > 0 || reader.TokenType is JsonTokenType.None or JsonTokenType.StartObject or JsonTokenType.StartArray;
        bool complete = !isOpen && IsBlank(bytes.AsSpan((int)reader.BytesConsumed..));
        if (!complete && !IsNumber(bytes))
        {
            throw new UserError($"{At(bytes.Length)}: the file breaks off in the middle of its JSON.");
        }

        string At(long offset)
        {
            (long line, long column) = Position(bytes, offset);
            return $"{name}, line {line}, column {column}";
        }

        void CheckEscapes(ref Utf8JsonReader token)
        {
            try
            {
                _ = token.GetString();
            }
            catch (InvalidOperationException error)
            {
                throw new UserError($"{At(token.TokenStartIndex)}: the text holds half a character (a surrogate \\u escape without its other half).", error);
            }
        }
    }

    private static (long Line, long Column) Position(byte[] bytes, long offset)
    {
        ReadOnlySpan<byte> before = bytes.AsSpan(0, (int)Math.Min(offset, bytes.Length));
        int lineStart = before.LastIndexOf((byte)'\n') + 1;
        return (before.Count((byte)'\n') + 1, Encoding.UTF8.GetCharCount(before[lineStart..]) + 1);
    }

    private static long StartOfLine(byte[] bytes, long line)
    {
        int start = 0;
        for (; line > 0; line--)
        {
            start = Array.IndexOf(bytes, (byte)'\n', start) + 1;
        }

        return start;
    }

    private static string FirstWord(byte[] bytes, long start)
    {
        ReadOnlySpan<byte> rest = bytes.AsSpan((int)start);
        int end = rest.IndexOfAny((byte)' ', (byte)'\n', (byte)'\r');
        return Encoding.UTF8.GetString(end < 0 ? rest : rest[..end]);
    }

    private static bool IsBlank(ReadOnlySpan<byte> bytes) => bytes.IndexOfAnyExcept(" \t\r\n"u8) < 0;

    private static bool IsNumber(ReadOnlySpan<byte> bytes) => double.TryParse(bytes, CultureInfo.InvariantCulture, out _);

    /// <summary>What the parser found wrong, without the position that it appends.</summary>
    private static string Reason(JsonException error)
    {
        int end = error.Message.IndexOf(" Path:", StringComparison.Ordinal);
        end = end < 0 ? error.Message.IndexOf(" LineNumber:", StringComparison.Ordinal) : end;
        return (end < 0 ? error.Message : error.Message[..end]).TrimEnd('.');
    }
}
