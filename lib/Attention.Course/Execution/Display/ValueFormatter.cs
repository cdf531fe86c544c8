using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Attention.Course.Documents;

namespace Attention.Course.Execution;

/// <summary>Renders a value as a notebook stores it: mime type → rendering.</summary>
internal static class ValueFormatter
{
    private const string Plain = "text/plain";
    private const string Html = "text/html";

    /// <summary>The renderings of a value: those asked for, or those that its type prefers.</summary>
    public static JsonObject Format(object? value, IReadOnlyList<string>? mimeTypes = null)
    {
        var data = new JsonObject();
        FormatterSource? source = value is null ? null : FormatterSource.Of(value.GetType());
        IReadOnlyList<string> wanted = mimeTypes is { Count: > 0 } ? mimeTypes
            : source?.PreferredMimeTypes ?? [value is HtmlContent ? Html : Plain];
        foreach (string mimeType in wanted)
        {
            if (Render(value, source, mimeType) is { } text)
                data[mimeType] = MimeType.IsJson(mimeType) ? JsonNode.Parse(text) : JsonValue.Create(text);
        }

        if (data.Count == 0)
            data[Plain] = PlainText.Of(value);
        return data;
    }

    private static string? Render(object? value, FormatterSource? source, string mimeType)
    {
        if (source?.Has(mimeType) == true)
        {
            using var writer = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
            return source.Format(mimeType, value!, writer) ? writer.ToString() : null;
        }

        return (value, mimeType) switch
        {
            (HtmlContent html, Html or Plain) => html.Content,
            (_, Plain) => PlainText.Of(value),
            (_, Html) => $"<pre>{WebUtility.HtmlEncode(PlainText.Of(value))}</pre>",
            (string text, _) => text,
            _ => throw new InvalidOperationException($"{TypeNames.Of(value?.GetType() ?? typeof(object))} has no rendering as {mimeType}."),
        };
    }
}
