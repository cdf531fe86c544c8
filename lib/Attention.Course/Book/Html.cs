using System.Text;

namespace Attention.Course.Book;

/// <summary>Text becomes HTML here, and nowhere else.</summary>
internal static class Html
{
    /// <summary>Escapes text for an element's content or a quoted attribute.</summary>
    public static string Escape(string text)
    {
        int first = text.AsSpan().IndexOfAny("&<>\"'");
        if (first < 0)
        {
            return text;
        }

        var html = new StringBuilder(text.Length + 32).Append(text, 0, first);
        foreach (char c in text.AsSpan(first))
        {
            _ = c switch
            {
                '&' => html.Append("&amp;"),
                '<' => html.Append("&lt;"),
                '>' => html.Append("&gt;"),
                '"' => html.Append("&quot;"),
                '\'' => html.Append("&#39;"),
                _ => html.Append(c),
            };
        }

        return html.ToString();
    }

    /// <summary>JSON for the inside of a script element: no character can end the element or open a comment.</summary>
    public static string EscapeJson(string json) =>
        json.Replace("<", "\\u003c", StringComparison.Ordinal).Replace(">", "\\u003e", StringComparison.Ordinal);
}
