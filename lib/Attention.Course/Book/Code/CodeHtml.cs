namespace Attention.Course.Book.Code;

/// <summary>A block of code as the page shows it.</summary>
internal static class CodeHtml
{
    /// <summary>A block in a language: C# in colours, everything else plain.</summary>
    /// <param name="source">The code.</param>
    /// <param name="language">What the fence said, in lower case; may be empty.</param>
    public static string Block(string source, string language)
    {
        bool isCSharp = language is "csharp" or "cs" or "c#";
        string name = isCSharp ? "csharp" : language is "" ? "text" : language;
        string body = isCSharp ? CSharpHighlighter.ToHtml(source) : Html.Escape(source);
        return $"<div class=\"code\"><pre><code class=\"language-{Html.Escape(name)}\">{body}</code></pre></div>";
    }
}
