namespace Attention.Lab;

/// <summary>Tells a host of notebooks how to show a type, by a convention of names, without a reference to any host.</summary>
/// <remarks>
/// .NET Interactive and the course's own runner look for an attribute of this simple name, read its two properties by reflection, create the
/// source, and call <c>CreateTypeFormatters()</c>. Every preferred mime type becomes one rendering of the display. In .NET Interactive a
/// preferred mime type without a formatter ends in a stack overflow, so both lists come from <see cref="MimeTypes"/>.
/// </remarks>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class TypeFormatterSourceAttribute(Type formatterSourceType) : Attribute
{
    public Type FormatterSourceType { get; } = formatterSourceType;

    /// <summary>Asked anew each time: the type decides what it can be shown as, the host what it can show.</summary>
    public string[] PreferredMimeTypes => MimeTypes.Preferred(FormatterSourceType.GetGenericArguments()[0], Host.IsDotNetInteractive);
}
