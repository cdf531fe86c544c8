using System.Text.Encodings.Web;
using System.Text.Json;

namespace Attention.Lab;

/// <summary>Creates the formatters of one type; hosts find it through <see cref="TypeFormatterSourceAttribute"/>.</summary>
internal sealed class FormatterSource<T>
    where T : IShown
{
#pragma warning disable CA1822 // Hosts call it on an instance, by reflection.
    public IEnumerable<object> CreateTypeFormatters() => MimeTypes.All(typeof(T)).Select(mimeType => new Formatter(mimeType));
#pragma warning restore CA1822
}

/// <summary>Writes one rendering. Hosts bind <see cref="Format"/> by name: one public method, and its first parameter is object.</summary>
internal sealed class Formatter(string mimeType)
{
    // Figures are full of names and signs in many scripts: write them as they are.
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string MimeType { get; } = mimeType;

    public bool Format(object instance, TextWriter writer)
    {
        if (instance is not IShown shown)
            return false;
        string? text = MimeType switch
        {
            MimeTypes.Html => shown.ToHtml(),
            MimeTypes.Svg => shown.ToSvg(),
            MimeTypes.Plotly => shown.ToPlotly()?.ToJsonString(Json),
            _ => shown.ToString(),
        };
        writer.Write(text);
        return text is not null;
    }
}
