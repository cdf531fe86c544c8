namespace Attention.Kernels.Tests;

/// <summary>A token costs the garbage collector nothing, once its pages are there.</summary>
[Collection(Alone.Name)]
public sealed class DecodeAllocationTests
{
    [Theory]
    [InlineData(CacheKind.Contiguous)]
    [InlineData(CacheKind.PagesOfSixteen)]
    public void AppendAndForward_WindowGoneRound_AllocateNothingPerCall(CacheKind kind)
    {
        DecodeCase problem = new(new(4, 1), new(2, 2, 40, 24), [1200, 100], new CacheWindow(60, 4), 3);
        KeyValueCache cache = problem.Build(kind);
        float[] key = new float[2 * 2 * 40], value = new float[2 * 2 * 24], query = new Draw(1).Normal(2 * 4 * 40), output = new float[2 * 4 * 24], logSumExp = new float[8];
        int[] both = [1, 0];
        AllocationTests.AssertNone($"{kind}", () =>
        {
            cache.Append(1, key, value);
            Kernels.Decode.Forward(problem.Shape, cache, query, output, logSumExp, both, options: new() { MaxThreads = 1 });
        });
    }
}
