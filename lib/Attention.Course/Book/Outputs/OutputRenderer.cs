using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Attention.Course.Book.Markdown;
using Attention.Course.Documents;

namespace Attention.Course.Book.Outputs;

/// <summary>Shows what a cell showed: the richest rendering that a page can hold.</summary>
internal static partial class OutputRenderer
{
    // Beyond this a page grows slow, and nobody reads on.
    private const int LongestText = 100_000;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The output as HTML.</summary>
    public static string ToHtml(Output output, OutputContext context) => output switch
    {
        StreamOutput stream => Text(stream.Text, stream.Name == "stderr" ? "stream stderr" : "stream"),
        DisplayOutput display => Data(display.Data, context),
        ResultOutput result => Data(result.Data, context),
        ErrorOutput error => Error(error),
        _ => throw new InvalidOperationException($"The book does not know the output {output.GetType().Name}."),
    };

    /// <summary>The figure that an output shows, or null.</summary>
    public static Figure? FigureOf(Output output) => output switch
    {
        DisplayOutput display => Figure.TryRead(display.Data),
        ResultOutput result => Figure.TryRead(result.Data),
        _ => null,
    };

    private static string Data(JsonObject data, OutputContext context)
    {
        if (Figure.TryRead(data) is { } figure)
        {
            return figure.ToHtml(context);
        }

        if (String(data, "text/html") is { } html)
        {
            return $"<div class=\"output html\">{context.Clean(html)}</div>";
        }

        if (data.FirstOrDefault(d => d.Key is "image/png" or "image/jpeg" or "image/gif" or "image/webp") is { Value: { } image, Key: { } type })
        {
            string base64 = string.Concat(image.ToString().Where(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '/' or '='));
            string name = String(data, "text/plain")?.Trim() ?? "Picture that this cell drew";
            return $"<figure class=\"output figure\"><img src=\"data:{type};base64,{base64}\" alt=\"{Html.Escape(name)}\"></figure>";
        }

        if (String(data, "text/markdown") is { } markdown)
        {
            return $"<div class=\"output prose\">{context.Clean(MarkdownText.ToHtml(MarkdownText.Parse(markdown)))}</div>";
        }

        if (String(data, "text/latex") is { } latex)
        {
            return $"<div class=\"output\"><div class=\"math display\">{Html.Escape(latex.Trim().Trim('$'))}</div></div>";
        }

        if (String(data, "text/plain") is { } text)
        {
            return Text(text, "result");
        }

        return data["application/json"] is { } json
            ? Text(json.ToJsonString(Indented), "result")
            : $"<p class=\"note\">An output of type {Html.Escape(string.Join(", ", data.Select(d => d.Key)))}, which a page cannot show.</p>";
    }

    private static string Text(string text, string style)
    {
        string clean = AnsiEscape().Replace(text, "").TrimEnd('\n');
        string rest = "";
        if (clean.Length > LongestText)
        {
            rest = string.Create(CultureInfo.InvariantCulture, $"<p class=\"note\">… and {clean.Length - LongestText:N0} more characters.</p>");
            clean = clean[..LongestText];
        }

        return $"<pre class=\"output {style}\">{Html.Escape(clean)}</pre>{rest}";
    }

    private static string Error(ErrorOutput error)
    {
        string trace = AnsiEscape().Replace(string.Join('\n', error.Traceback), "").Trim('\n');
        bool saysMore = trace.Length > 0 && trace != error.Message && trace != $"{error.Name}: {error.Message}";
        string details = saysMore ? $"<details><summary>Where it happened</summary><pre>{Html.Escape(trace)}</pre></details>" : "";
        return $"<div class=\"output error\"><p><strong>{Html.Escape(error.Name)}</strong></p><pre>{Html.Escape(error.Message)}</pre>{details}</div>";
    }

    private static string? String(JsonObject data, string mimeType) => data[mimeType] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    [GeneratedRegex(@"\x1b\[[0-9;?]*[A-Za-z]")]
    private static partial Regex AnsiEscape();
}
