using System.Reflection;

namespace Attention.Kernels.Tests;

public sealed class KernelCatalogueTests
{
    /// <summary>A kernel is a public static method of a public static class that takes spans; the naive forms, which are there to be read, are held elsewhere.</summary>
    [Fact]
    public void All_KernelsOfTheLibrary_AreThoseAndNoMore()
    {
        string[] kernels =
        [
            .. from type in typeof(Softmax).Assembly.GetExportedTypes()
               where type is { IsAbstract: true, IsSealed: true }
               from method in type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
               where method.GetParameters().Any(parameter => parameter.ParameterType.IsByRefLike) && !method.Name.EndsWith("Naive", StringComparison.Ordinal)
               select $"{type.Name}.{method.Name}",
        ];
        Assert.Equal(kernels.Distinct().Order(StringComparer.Ordinal), KernelCatalogue.All.Keys.Order(StringComparer.Ordinal));
    }
}
