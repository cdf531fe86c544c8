using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Attention.Lab;

/// <summary>Registers the lab's types with ClrKernel, which knows no convention and shows any object through its registry of formatters.</summary>
internal static class ClrKernel
{
    private const string Primitives = "ClrKernel.Core.Primitives";

    /// <summary>Runs once, when a cell first touches the lab. Does nothing in other hosts.</summary>
#pragma warning disable CA2255 // The one moment that comes before any figure, table or report in every host.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void RegisterOnLoad()
    {
        if (Host.Loaded(name => name == Primitives) is { } primitives)
            Register(primitives);
    }

    /// <summary>Adds a formatter from any object to HTML that knows the lab's types and leaves all others to the one registered before.</summary>
    /// <returns>Whether this version of ClrKernel has the registry; an older one goes on showing text.</returns>
    internal static bool Register(Assembly primitives)
    {
        Type? Find(string name) => primitives.GetType(Primitives + "." + name);
        if (Find("DisplayFormatters") is not { } registry || Find("IDisplayValue") is not { } concept || Find("DisplayObject") is not { } anyObject || Find("DisplayHtml") is not { } html)
            return false;
        Type convert = typeof(Func<,>).MakeGenericType(concept, concept);
        MethodInfo? register = registry.GetMethod("Register", [typeof(Type), typeof(Type), convert]);
        PropertyInfo? value = anyObject.GetProperty("Value");
        ConstructorInfo? wrap = html.GetConstructor([typeof(string)]);
        if (register is null || value is null || wrap is null)
            return false;

        Delegate? before = Newest(registry, anyObject, html, convert);
        ParameterExpression shown = Expression.Parameter(concept);
        Expression own = Expression.TypeAs(Expression.Property(Expression.Convert(shown, anyObject), value), typeof(IShown));
        Expression render = Expression.New(wrap, Expression.Call(own, typeof(IShown).GetMethod(nameof(IShown.ToHtml))!));
        Expression other = before is null
            ? Expression.New(wrap, Expression.Call(typeof(ClrKernel), nameof(Fallback), null, Expression.Property(Expression.Convert(shown, anyObject), value)))
            : Expression.Invoke(Expression.Constant(before, convert), shown);
        Expression body = Expression.Condition(
            Expression.Equal(own, Expression.Constant(null)), Expression.Convert(other, concept), Expression.Convert(render, concept));
        register.Invoke(null, [anyObject, html, Expression.Lambda(convert, body, shown).Compile()]);
        return true;
    }

    private static string Fallback(object? value) => $"<pre>{Html.Escape(value?.ToString() ?? "null")}</pre>";

    private static Delegate? Newest(Type registry, Type input, Type output, Type convert)
    {
        if (registry.GetProperty("Formatters")?.GetValue(null) is not System.Collections.IEnumerable formatters)
            return null;
        return formatters.Cast<object>()
            .Where(formatter => Part(formatter, "InputType") as Type == input && Part(formatter, "OutputType") as Type == output)
            .Select(formatter => Part(formatter, "Format") as Delegate)
            .LastOrDefault(format => convert.IsInstanceOfType(format));

        static object? Part(object formatter, string name) => formatter.GetType().GetProperty(name)?.GetValue(formatter);
    }
}
