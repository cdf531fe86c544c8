using System.Reflection;

namespace Attention.Kernels.Tests;

/// <summary>The name by which a documentation file speaks of a member (C# specification, annex D.4.2).</summary>
internal static class DocumentationId
{
    public static string Of(MemberInfo member) => member switch
    {
        Type type => $"T:{type.FullName}",
        MethodInfo method => $"M:{method.DeclaringType!.FullName}.{method.Name}{Parameters(method)}{Conversion(method)}",
        PropertyInfo property => $"P:{property.DeclaringType!.FullName}.{property.Name}",
        FieldInfo field => $"F:{field.DeclaringType!.FullName}.{field.Name}",
        _ => throw new ArgumentException($"a {member.MemberType} is not expected here", nameof(member)),
    };

    private static string Parameters(MethodInfo method) =>
        method.GetParameters() is { Length: > 0 } parameters ? $"({string.Join(',', parameters.Select(parameter => Name(parameter.ParameterType)))})" : "";

    /// <summary>Conversions alone are told apart by what they return.</summary>
    private static string Conversion(MethodInfo method) => method.Name is "op_Implicit" or "op_Explicit" ? $"~{Name(method.ReturnType)}" : "";

    private static string Name(Type type) =>
        type.IsByRef ? Name(type.GetElementType()!) + "@"
        : type.IsSZArray ? Name(type.GetElementType()!) + "[]"
        : type.IsArray ? Name(type.GetElementType()!) + $"[{string.Join(',', Enumerable.Repeat("0:", type.GetArrayRank()))}]"
        : type.IsGenericType ? $"{type.Namespace}.{type.Name[..type.Name.IndexOf('`')]}{{{string.Join(',', type.GetGenericArguments().Select(Name))}}}"
        : type.FullName!;
}
