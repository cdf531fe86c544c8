using System.Collections;
using System.Linq.Expressions;
using System.Reflection;

namespace Attention.Lab.Tests;

/// <summary>
/// Asks a type for its formatters the way .NET Interactive's Formatter.TryRegisterFromFormatterSources does it (release 1.0.0-beta.26120.1), step by step:
/// attribute by simple name, two properties by reflection, a source created by its public constructor, formatters bound through an expression tree.
/// </summary>
internal sealed class DotNetInteractive
{
    public DotNetInteractive(Type type)
    {
        object[] attributes = [.. type.GetCustomAttributes(true).Where(attribute => attribute.GetType().Name == "TypeFormatterSourceAttribute")];
        Attributes = attributes.Length;
        foreach (object attribute in attributes)
        {
            if (Read<object>(attribute, "FormatterSourceType", out object? source) && source is Type sourceType)
            {
                object created = Activator.CreateInstance(sourceType)!;
                var formatters = (IEnumerable)created.GetType().GetMethod("CreateTypeFormatters")!.Invoke(created, null)!;
                foreach (object formatter in formatters)
                {
                    if (Read(formatter, "MimeType", out string? mimeType))
                        Formatters.Add(mimeType!, Bind(formatter));
                }
            }

            if (Read(attribute, "PreferredMimeTypes", out string[]? preferred))
                PreferredMimeTypes = [.. preferred!];
        }
    }

    public int Attributes { get; }

    public Dictionary<string, Func<object, TextWriter, bool>> Formatters { get; } = [];

    public IReadOnlyList<string> PreferredMimeTypes { get; } = [];

    public string Show(object value, string mimeType)
    {
        using var writer = new StringWriter();
        Assert.True(Formatters[mimeType](value, writer));
        return writer.ToString();
    }

    private static Func<object, TextWriter, bool> Bind(object formatter)
    {
        MethodInfo format = formatter.GetType().GetMethod("Format")!;
        ParameterExpression value = Expression.Parameter(typeof(object)), writer = Expression.Parameter(typeof(TextWriter));
        MethodCallExpression call = Expression.Call(Expression.Constant(formatter), format, value, writer);
        return Expression.Lambda<Func<object, TextWriter, bool>>(call, value, writer).Compile();
    }

    private static bool Read<T>(object from, string name, out T? value)
    {
        value = default;
        if (from.GetType().GetProperty(name)?.GetGetMethod()?.Invoke(from, null) is not T found)
            return false;
        value = found;
        return true;
    }
}
