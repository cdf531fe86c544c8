namespace Attention.Kernels.Tests;

/// <summary>What holds for every kernel, new ones included: a test of the catalogue holds it against the library.</summary>
[Collection(Alone.Name)]
public sealed class EveryKernelTests
{
    private const int Seeds = 200;
    private const int Rounds = 20;

    /// <summary>Bytes that each thread of a kernel may take for tiles: an eighth of the matrix that a long run must not write down.</summary>
    private const long Tiles = 2 << 20;

    public static TheoryData<string> All => [.. KernelCatalogue.All.Keys];

    [Theory]
    [MemberData(nameof(All))]
    public void EveryKernel_OneThread_AllocatesNothingPerCall(string kernel)
    {
        int measured = 0;
        for (int seed = 0; measured < 4; seed++)
        {
            using Fences fences = new(Fence.End);
            CatalogueRun run = new(seed, fences, RunKind.Ordinary);
            if (run.Threads == 1)
            {
                AllocationTests.AssertNone($"{kernel}, seed {seed}", KernelCatalogue.All[kernel](run));
                measured++;
            }
        }
    }

    /// <summary>Two callers share pools and helpers, and must not notice each other: each finds, call after call, the bits that a caller alone finds.</summary>
    [Theory]
    [MemberData(nameof(All))]
    public async Task EveryKernel_TwoCallersAtOnce_KeepsEveryBit(string kernel)
    {
        for (int seed = 0; seed < 4; seed++)
        {
            int drawn = seed;
            List<float[][]> alone = [];
            Repeat(kernel, drawn, (_, results) => alone.Add(results));
            using Barrier start = new(2);
            await Task.WhenAll(Enumerable.Range(0, 2).Select(caller => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait(TestContext.Current.CancellationToken);
                    Repeat(kernel, drawn, (round, results) => Compare($"{kernel}, seed {drawn}, caller {caller}, round {round}", alone[round], results));
                },
                TestContext.Current.CancellationToken,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default)));
        }
    }

    /// <summary>Forward or backward: beyond its buffers a kernel takes no more than as much again, and a few tiles for each thread; not a matrix of length by length.</summary>
    [Theory]
    [MemberData(nameof(All))]
    public void EveryKernel_LongProblem_WritesNoMatrixDown(string kernel)
    {
        foreach (int threads in (int[])[1, 3])
        {
            int seed = Enumerable.Range(0, Seeds).First(seed => ThreadsOf(seed) == threads);
            using Fences fences = new(Fence.End);
            CatalogueRun run = new(seed, fences, RunKind.Long);
            long bytes = BytesTaken(KernelCatalogue.All[kernel](run)), allowed = (sizeof(float) * run.Floats) + (threads * Tiles);
            Assert.True(bytes <= allowed, $"{kernel}, seed {seed}, {threads} threads: took {bytes} bytes beyond its buffers of {run.Floats} floats, allowed {allowed}");
        }
    }

    /// <summary>The measure sees what it is there to see.</summary>
    [Fact]
    public void BytesTaken_ScratchOrArray_CountsThem()
    {
        Assert.InRange(BytesTaken(() => Scratch.Return(Scratch.Rent(1_000_000))), 4_000_000, 4_100_000);
        Assert.InRange(BytesTaken(() => _ = new float[1_000_000]), 4_000_000, 4_100_000);
    }

    /// <summary>What a call takes of memory that it was not given, with no block left over from a call before.</summary>
    private static long BytesTaken(Action call)
    {
        Scratch[] held = [.. Enumerable.Range(0, Environment.ProcessorCount + 9).Select(_ => Scratch.Rent(0))];
        long before = Scratch.AllocatedBytes + GC.GetTotalAllocatedBytes(precise: true);
        call();
        long bytes = Scratch.AllocatedBytes + GC.GetTotalAllocatedBytes(precise: true) - before;
        Array.ForEach(held, Scratch.Return);
        return bytes;
    }

    private static int ThreadsOf(int seed)
    {
        using Fences none = new(Fence.End);
        return new CatalogueRun(seed, none).Threads;
    }

    /// <summary>Draws one problem and calls the kernel again and again, each time with what it has written.</summary>
    private static void Repeat(string kernel, int seed, Action<int, float[][]> called)
    {
        using Fences fences = new(Fence.End);
        CatalogueRun run = new(seed, fences, RunKind.Ordinary);
        Action call = KernelCatalogue.All[kernel](run);
        for (int round = 0; round < Rounds; round++)
        {
            call();
            called(round, [.. run.Results.Select(result => result.ToArray())]);
        }
    }

    private static void Compare(string what, float[][] expected, float[][] actual)
    {
        for (int index = 0; index < expected.Length; index++)
        {
            Bits.Same($"{what}, result {index}", expected[index], actual[index]);
        }
    }
}
