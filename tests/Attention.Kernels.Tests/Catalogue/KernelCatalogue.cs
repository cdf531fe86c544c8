namespace Attention.Kernels.Tests;

/// <summary>Draws sizes and buffers for one kernel.</summary>
/// <returns>The call, which is made several times.</returns>
internal delegate Action CatalogueCase(CatalogueRun run);

/// <summary>
/// Every kernel of the library: what the soak runs, and what <see cref="EveryKernelTests"/> cancels, runs on two threads at once, and measures. A new one is one entry: draw a shape,
/// draw buffers, call.
/// </summary>
internal static partial class KernelCatalogue
{
    public static readonly Dictionary<string, CatalogueCase> All = new Dictionary<string, CatalogueCase>[]
        {
            OfAttention,
            OfDecode,
            OfLatent,
            OfElementwise,
            OfLayers,
            OfLearning,
            OfMultiHead,
            OfPositions,
            OfProducts,
            OfRows,
            OfScores,
            OfVariants,
            OfWeights,
        }
        .SelectMany(part => part)
        .ToDictionary(each => each.Key, each => each.Value);
}
