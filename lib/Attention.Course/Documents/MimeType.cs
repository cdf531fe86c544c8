namespace Attention.Course.Documents;

/// <summary>How nbformat stores a rendering depends on its mime type.</summary>
internal static class MimeType
{
    /// <summary>Stored as JSON itself, not as text that holds JSON.</summary>
    public static bool IsJson(string mimeType) =>
        mimeType == "application/json" || (mimeType.StartsWith("application/", StringComparison.Ordinal) && mimeType.EndsWith("+json", StringComparison.Ordinal));

    /// <summary>Stored as a list of lines; anything else that is not JSON is one string (base64).</summary>
    public static bool IsText(string mimeType) =>
        mimeType.StartsWith("text/", StringComparison.Ordinal) || mimeType is "image/svg+xml" or "application/javascript";
}
