using System.Reflection;
using Attention.Kernels;
using Attention.Lab;
using Notebooks.Tests.PlantedEdits;

namespace Notebooks.Tests;

/// <summary>No kernel without a cell that agrees with it, or a chapter named that will have one.</summary>
public sealed class AgreementCoverageTests
{
    [Fact]
    public void PublicKernel_AnyOfThem_IsHeldAgainstSomeCellOrAwaitsItsChapter()
    {
        Assert.NotEmpty(Kernels());
        Assert.DoesNotContain(Kernels().Except(Covered()), kernel => AwaitedChapters.EntryOf(kernel) is null);
    }

    /// <summary>The list of what is still to come can only shrink: a kernel that is gone or covered must leave it, and a chapter that is there cannot be awaited.</summary>
    [Fact]
    public void AwaitedChapters_EveryEntry_IsStillToCome()
    {
        HashSet<string> waiting = [.. Kernels().Except(Covered()).Select(AwaitedChapters.EntryOf).OfType<string>()];
        Assert.Empty(AwaitedChapters.Of.Keys.Except(waiting));
        Assert.DoesNotContain(Covered(), kernel => AwaitedChapters.EntryOf(kernel) is not null);
        Assert.Empty(AwaitedChapters.Of.Values.Intersect(Course.Names));
    }

    [Fact]
    public void Catalogue_EveryEntry_CoversAKernelThatExists()
    {
        foreach (Contract contract in Agreement.Catalogue)
        {
            Assert.NotEmpty(contract.Covers);
            Assert.Empty(contract.Covers.Except(Kernels()));
        }
    }

    [Fact]
    public void Catalogue_EveryEntry_IsUsedByANotebook()
    {
        var agreed = Course.Names.SelectMany(name => AgreeingCells.In(Course.Read(name))).Select(call => call.Kernel).ToHashSet();

        Assert.Empty(Agreement.Catalogue.Select(contract => contract.Name).Except(agreed));
    }

    private static HashSet<string> Covered()
    {
        var agreed = Course.Names.SelectMany(name => AgreeingCells.In(Course.Read(name))).Select(call => call.Kernel).ToHashSet();
        return [.. Agreement.Catalogue.Where(contract => agreed.Contains(contract.Name)).SelectMany(contract => contract.Covers)];
    }

    // A kernel is a public function of a static class; a mask is a public way to make one.
    private static IEnumerable<string> Kernels()
    {
        var types = typeof(ScaledDotProduct).Assembly.GetExportedTypes();
        var functions = types.Where(type => type is { IsAbstract: true, IsSealed: true })
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(method => !method.IsSpecialName)
            .Select(method => $"{method.DeclaringType!.Name}.{method.Name}");
        var masks = typeof(Mask).GetMembers(BindingFlags.Public | BindingFlags.Static)
            .Where(member => member is PropertyInfo or MethodInfo { IsSpecialName: false } && member.Name != nameof(Mask.BitwiseAnd))
            .Select(member => $"{nameof(Mask)}.{member.Name}");
        return functions.Concat(masks).Distinct();
    }
}
