namespace Attention.Kernels.Tests;

public sealed class KernelCatalogueTests
{
    [Fact]
    public void All_KernelsOfTheLibrary_AreThoseAndNoMore() =>
        Assert.Equal(PublicKernels.Names.Order(StringComparer.Ordinal), KernelCatalogue.All.Keys.Order(StringComparer.Ordinal));
}
