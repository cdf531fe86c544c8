using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Attention.Course.Execution;

/// <summary>Any value as text that is the same on every machine and in every run.</summary>
internal static class PlainText
{
    private const int MaxDepth = 4;
    private const int LineWidth = 100;
    private const int ShownItems = 40;
    private const int ShownAtEnds = 10;

    /// <summary>The text of a value; a string is its own text.</summary>
    public static string Of(object? value) => value switch
    {
        string text => text,
        char character => character.ToString(),
        _ => Text(value, 0),
    };

    /// <summary>The text of a value inside another one.</summary>
    internal static string Item(object? value, int depth) => value switch
    {
        string text => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\"",
        char character => $"'{character}'",
        Array { Rank: > 1 } array => MatrixText.Shape(array),
        _ => Text(value, depth),
    };

    private static string Text(object? value, int depth)
    {
        switch (value)
        {
            case null: return "null";
            case bool or Enum: return value.ToString()!;
            case Type type: return TypeNames.Of(type);
            case IFormattable number when value.GetType().IsPrimitive || value is decimal or Half or DateTime or DateTimeOffset or TimeSpan or Guid:
                return number.ToString(null, CultureInfo.InvariantCulture);
            case Array { Rank: > 1 } array: return MatrixText.Of(array);
            case Delegate: return TypeNames.Of(value.GetType());
            case Task: return $"{TypeNames.Of(TaskType(value.GetType()))} (not awaited)";
            case Exception exception: return $"{TypeNames.Of(value.GetType())}: {exception.Message}";
        }

        if (depth >= MaxDepth)
            return "…";
        return value switch
        {
            ITuple tuple => $"({string.Join(", ", Enumerable.Range(0, tuple.Length).Select(index => Item(tuple[index], depth + 1)))})",
            IDictionary dictionary => Lay(Pairs(dictionary, depth), "{", "}", depth),
            IEnumerable items when !OverridesToString(value.GetType()) => Sequence(items, depth),
            _ when OverridesToString(value.GetType()) => (value is IFormattable own ? own.ToString(null, CultureInfo.InvariantCulture) : value.ToString()) ?? "",
            _ => Members(value, depth),
        };
    }

    private static string Sequence(IEnumerable items, int depth)
    {
        if (items is ICollection { Count: > ShownItems } many)
        {
            object?[] all = [.. many.Cast<object?>()];
            IEnumerable<string> ends = all.Take(ShownAtEnds).Select(item => Item(item, depth + 1))
                .Append("…")
                .Concat(all.TakeLast(ShownAtEnds).Select(item => Item(item, depth + 1)));
            return Lay([.. ends], "[", string.Create(CultureInfo.InvariantCulture, $"] ({all.Length} items)"), depth);
        }

        // A sequence may be endless, so no more is drawn than is shown.
        List<string> shown = [.. items.Cast<object?>().Take(ShownItems + 1).Select(item => Item(item, depth + 1))];
        if (shown.Count > ShownItems)
            shown[^1] = "…";
        return Lay(shown, "[", "]", depth);
    }

    private static List<string> Pairs(IDictionary dictionary, int depth)
    {
        var pairs = new List<string>();
        foreach (DictionaryEntry pair in dictionary)
        {
            if (pairs.Count == ShownItems)
            {
                pairs.Add("…");
                break;
            }

            pairs.Add($"{Item(pair.Key, depth + 1)}: {Item(pair.Value, depth + 1)}");
        }

        return pairs;
    }

    /// <summary>Items in one line when they fit, or else wrapped.</summary>
    private static string Lay(List<string> items, string open, string close, int depth)
    {
        string line = open + string.Join(", ", items) + close;
        if (depth > 0 || (line.Length <= LineWidth && !line.Contains('\n', StringComparison.Ordinal)))
            return line;
        var lines = new List<string>();
        string current = " ";
        for (int index = 0; index < items.Count; index++)
        {
            string item = items[index] + (index < items.Count - 1 ? "," : "");
            if (current.Length > 1 && current.Length + 1 + item.Length > LineWidth)
            {
                lines.Add(current);
                current = " ";
            }

            current += " " + item;
        }

        return $"{open}\n{string.Join('\n', lines.Append(current))}\n{close}";
    }

    private static string Members(object value, int depth)
    {
        Type type = value.GetType();
        string name = TypeNames.IsAnonymous(type) ? "" : TypeNames.Of(type) + " ";
        string[] members =
        [
            .. type.GetFields(BindingFlags.Instance | BindingFlags.Public).Select(field => $"{field.Name} = {Item(field.GetValue(value), depth + 1)}"),
            .. type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
                .Where(property => property.CanRead && property.GetIndexParameters().Length == 0)
                .Select(property => $"{property.Name} = {Property(property, value, depth)}"),
        ];
        return members.Length == 0 ? (name.Length == 0 ? "{ }" : name.TrimEnd()) : $"{name}{{ {string.Join(", ", members)} }}";
    }

    private static string Property(PropertyInfo property, object value, int depth)
    {
        try
        {
            return Item(property.GetValue(value), depth + 1);
        }
        catch (TargetInvocationException thrown) when (thrown.InnerException is { } cause)
        {
            return $"({TypeNames.Of(cause.GetType())})";
        }
    }

    /// <summary>Whether a type says itself how it reads; what the compiler writes for records and anonymous types does not count.</summary>
    private static bool OverridesToString(Type type)
    {
        MethodInfo method = type.GetMethod(nameof(ToString), [])!;
        Type declaring = method.DeclaringType!;
        return declaring != typeof(object) && declaring != typeof(ValueType) && !TypeNames.IsAnonymous(declaring)
            && !method.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false)
            && !(declaring.Namespace?.StartsWith("System.Collections", StringComparison.Ordinal) ?? false);
    }

    /// <summary>An async method's task is of a hidden type below Task.</summary>
    private static Type TaskType(Type type)
    {
        while (type != typeof(Task) && !(type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Task<>)))
            type = type.BaseType!;
        return type.IsGenericType && type.GetGenericArguments()[0].Name == "VoidTaskResult" ? typeof(Task) : type;
    }
}
