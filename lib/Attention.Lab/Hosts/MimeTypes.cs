namespace Attention.Lab;

/// <summary>Which renderings each type has, and which of them a host is given.</summary>
internal static class MimeTypes
{
    public const string Plotly = "application/vnd.plotly.v1+json", Svg = "image/svg+xml", Html = "text/html", Text = "text/plain";

    /// <summary>All renderings of a type.</summary>
    public static string[] All(Type type) => typeof(Figure).IsAssignableFrom(type) ? [Plotly, Html, Svg, Text] : [Html, Text];

    /// <summary>The renderings that make up one display.</summary>
    /// <remarks>.NET Interactive hands every output over as a string, and Jupyter's readers of Plotly's type need an object.</remarks>
    public static string[] Preferred(Type type, bool dotNetInteractive) =>
        [.. All(type).Where(mimeType => mimeType != (typeof(Figure).IsAssignableFrom(type) && !dotNetInteractive ? Html : Plotly))];
}
