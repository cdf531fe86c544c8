using System.Reflection;

namespace Attention.Kernels.Tests;

/// <summary>What a kernel is: a public static method of a public static class that takes spans. The naive forms, which are there to be read, are held elsewhere.</summary>
/// <remarks>Compiled into the benchmarks' tests too, which hold that every kernel is measured.</remarks>
internal static class PublicKernels
{
    /// <summary>Class and method; overloads share a name.</summary>
    public static string[] Names { get; } =
    [
        .. from type in typeof(Softmax).Assembly.GetExportedTypes()
           where type is { IsAbstract: true, IsSealed: true }
           from method in type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
           where method.GetParameters().Any(parameter => parameter.ParameterType.IsByRefLike) && !method.Name.EndsWith("Naive", StringComparison.Ordinal)
           let name = $"{type.Name}.{method.Name}"
           group name by name into each
           select each.Key,
    ];
}
