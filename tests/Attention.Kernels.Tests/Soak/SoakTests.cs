using System.Reflection;
using System.Text.RegularExpressions;

namespace Attention.Kernels.Tests;

[Collection(Alone.Name)]
public sealed partial class SoakTests
{
    /// <summary>Buffers behind fences, results complete, inputs untouched, no byte allocated on one thread, no thread left behind.</summary>
    [Fact]
    public async Task EveryKernel_RandomShapes_KeepsToItsBuffersAndLeavesNothingBehind()
    {
        // The runtime's own threads for compiling again and for collecting in the background would come and go in between.
        Child.Outcome outcome = await Child.Run(
            [Probe.Verb, Probe.Soak], TestContext.Current.CancellationToken, ("DOTNET_TieredCompilation", "0"), ("DOTNET_gcConcurrent", "0"));
        Assert.True(outcome.ExitCode == Probe.Survived, outcome.Output);
        Assert.Matches(Report(), outcome.Output);
    }

    /// <summary>A kernel is a public static method of a public static class that takes spans; the naive forms, which are there to be read, are held elsewhere.</summary>
    [Fact]
    public void EveryKernel_OfTheLibrary_IsInTheSoak()
    {
        string[] kernels =
        [
            .. from type in typeof(Softmax).Assembly.GetExportedTypes()
               where type is { IsAbstract: true, IsSealed: true }
               from method in type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
               where method.GetParameters().Any(parameter => parameter.ParameterType.IsByRefLike) && !method.Name.EndsWith("Naive", StringComparison.Ordinal)
               select $"{type.Name}.{method.Name}",
        ];
        Assert.Equal(kernels.Distinct().Order(StringComparer.Ordinal), SoakCases.All.Keys.Order(StringComparer.Ordinal));
    }

    [GeneratedRegex("^[0-9]+ problems for [0-9]+ kernels, [1-9][0-9]* buffers behind fences, [1-9][0-9]* problems on one thread repeated without an allocation, 0 threads left behind")]
    private static partial Regex Report();
}
