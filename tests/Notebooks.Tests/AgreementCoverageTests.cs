using System.Reflection;
using Attention.Kernels;
using Attention.Lab;
using Notebooks.Tests.PlantedEdits;

namespace Notebooks.Tests;

/// <summary>No kernel without a cell that agrees with it.</summary>
public sealed class AgreementCoverageTests
{
    [Fact]
    public void PublicKernel_AnyOfThem_IsHeldAgainstSomeCell()
    {
        var agreed = Course.Names.SelectMany(name => AgreeingCells.In(Course.Read(name))).Select(call => call.Kernel).ToHashSet();
        var covered = Agreement.Catalogue.Where(contract => agreed.Contains(contract.Name)).SelectMany(contract => contract.Covers).ToHashSet();

        Assert.NotEmpty(Kernels());
        Assert.Empty(Kernels().Except(covered));
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
