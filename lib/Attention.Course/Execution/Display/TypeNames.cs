namespace Attention.Course.Execution;

/// <summary>Types as C# writes them.</summary>
internal static class TypeNames
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(bool)] = "bool", [typeof(byte)] = "byte", [typeof(sbyte)] = "sbyte", [typeof(char)] = "char", [typeof(decimal)] = "decimal",
        [typeof(double)] = "double", [typeof(float)] = "float", [typeof(int)] = "int", [typeof(uint)] = "uint", [typeof(long)] = "long",
        [typeof(ulong)] = "ulong", [typeof(short)] = "short", [typeof(ushort)] = "ushort", [typeof(string)] = "string",
        [typeof(object)] = "object", [typeof(void)] = "void",
    };

    /// <summary>The type's short name: float[,], List&lt;int&gt;, (int, string).</summary>
    public static string Of(Type type)
    {
        if (Keywords.TryGetValue(type, out string? keyword))
            return keyword;
        if (type.IsArray)
            return OfArray(type);
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return Of(underlying) + "?";
        if (!type.IsGenericType)
            return type.Name;
        IEnumerable<string> arguments = type.GetGenericArguments().Select(Of);
        if (type.FullName?.StartsWith("System.ValueTuple`", StringComparison.Ordinal) == true)
            return $"({string.Join(", ", arguments)})";
        return IsAnonymous(type) ? "anonymous type" : $"{type.Name.Split('`')[0]}<{string.Join(", ", arguments)}>";
    }

    /// <summary>Whether the compiler made the type for new { ... }.</summary>
    public static bool IsAnonymous(Type type) => type.Name.StartsWith("<>f__AnonymousType", StringComparison.Ordinal);

    private static string OfArray(Type type)
    {
        // float[][,] is an array of matrices: C# writes the outer rank first.
        string ranks = "";
        Type element = type;
        for (; element.IsArray; element = element.GetElementType()!)
            ranks += $"[{new string(',', element.GetArrayRank() - 1)}]";
        return Of(element) + ranks;
    }
}
