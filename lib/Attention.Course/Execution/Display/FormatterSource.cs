using System.Collections.Concurrent;
using System.Reflection;

namespace Attention.Course.Execution;

/// <summary>
/// A type's own formatters, found by .NET Interactive's convention, so that a library need not reference an engine: an attribute whose simple name is
/// TypeFormatterSourceAttribute on the type, a base type or an interface names a class that creates them.
/// </summary>
internal sealed class FormatterSource
{
    private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly ConcurrentDictionary<Type, FormatterSource?> Known = new();

    private readonly Dictionary<string, (object Formatter, MethodInfo Format)> _formatters = [];

    private FormatterSource(Attribute attribute)
    {
        var sourceType = (Type)Get(attribute, "FormatterSourceType")!;
        object source = Activator.CreateInstance(sourceType, nonPublic: true)!;
        MethodInfo create = sourceType.GetMethod("CreateTypeFormatters", Any, [])
            ?? throw new InvalidOperationException($"{TypeNames.Of(sourceType)} has no method CreateTypeFormatters().");
        foreach (object formatter in (IEnumerable<object>)create.Invoke(source, BindingFlags.DoNotWrapExceptions, null, null, null)!)
        {
            MethodInfo format = formatter.GetType().GetMethod("Format", Any, [typeof(object), typeof(TextWriter)])
                ?? throw new InvalidOperationException($"{TypeNames.Of(formatter.GetType())} has no method Format(object, TextWriter).");
            _formatters[(string)Get(formatter, "MimeType")!] = (formatter, format);
        }

        PreferredMimeTypes = (attribute.GetType().GetProperty("PreferredMimeTypes", Any)?.GetValue(attribute) as string[]) is { Length: > 0 } preferred
            ? preferred
            : [.. _formatters.Keys];
    }

    /// <summary>The renderings that the type wants, best first.</summary>
    public IReadOnlyList<string> PreferredMimeTypes { get; }

    /// <summary>The formatters of a type, or null when it has none of its own.</summary>
    public static FormatterSource? Of(Type type) => Known.GetOrAdd(type, static key =>
    {
        IEnumerable<Type> candidates = Ancestors(key).Concat(key.GetInterfaces());
        Attribute? attribute = candidates
            .SelectMany(candidate => candidate.GetCustomAttributes(inherit: false).OfType<Attribute>())
            .FirstOrDefault(found => found.GetType().Name == "TypeFormatterSourceAttribute");
        return attribute is null ? null : new FormatterSource(attribute);
    });

    public bool Has(string mimeType) => _formatters.ContainsKey(mimeType);

    /// <summary>Writes a value; false when the formatter declines it.</summary>
    public bool Format(string mimeType, object value, TextWriter writer)
    {
        var (formatter, format) = _formatters[mimeType];
        return (bool)format.Invoke(formatter, BindingFlags.DoNotWrapExceptions, null, [value, writer], null)!;
    }

    private static IEnumerable<Type> Ancestors(Type type)
    {
        for (Type? ancestor = type; ancestor is not null; ancestor = ancestor.BaseType)
            yield return ancestor;
    }

    private static object? Get(object owner, string property) =>
        (owner.GetType().GetProperty(property, Any) ?? throw new InvalidOperationException($"{TypeNames.Of(owner.GetType())} has no property {property}."))
        .GetValue(owner);
}
