using System.Diagnostics;

namespace Attention.Kernels.Tests;

/// <summary>Runs every kernel with random shapes, round after round, in a process of its own.</summary>
internal static class Soak
{
    /// <summary>How long a soak takes, in seconds; for a long one: <c>SOAK_SECONDS=60 dotnet test tests/Attention.Kernels.Tests</c>.</summary>
    public const string Seconds = "SOAK_SECONDS";

    private const int FewestRounds = 3;
    private const int Calls = 3;
    private const int Batches = 6;
    private const int Looks = 20;

    private static int fenced;
    private static int measured;

    /// <summary>
    /// Prints what was done, all of it without a finding: a buffer that was left or not filled and a byte that was allocated end the soak. And how many threads there are after it that
    /// were not there after the first round.
    /// </summary>
    public static void Print()
    {
        double seconds = double.Parse(Environment.GetEnvironmentVariable(Seconds) ?? "4", System.Globalization.CultureInfo.InvariantCulture);
        Parallel.For(0, 100, _ => Thread.Sleep(1)); // so that the pool has all that belongs to it
        var clock = Stopwatch.StartNew();
        int calls = 0, before = 0;
        for (int round = 0; round < FewestRounds || clock.Elapsed.TotalSeconds < seconds; round++)
        {
            foreach ((string kernel, CatalogueCase each) in KernelCatalogue.All)
            {
                Run(kernel, each, seed: calls++);
            }

            before = round == 0 ? Footprint.OutsideThePool() : before;
        }

        Console.WriteLine(
            $"{calls} problems for {KernelCatalogue.All.Count} kernels, {fenced} buffers behind fences, {measured} problems on one thread repeated without an allocation, {LeftBehind(before)} threads left behind");
    }

    /// <summary>A thread that the pool has let go needs a moment to end, and longer on a busy machine.</summary>
    private static int LeftBehind(int before)
    {
        int left = Footprint.OutsideThePool() - before;
        for (int look = 1; look < Looks && left > 0; look++)
        {
            left = Footprint.OutsideThePool() - before;
        }

        return Math.Max(0, left);
    }

    private static void Run(string kernel, CatalogueCase each, int seed)
    {
        try
        {
            using Fences fences = new((Fence)(seed % 2));
            CatalogueRun run = new(seed, fences);
            Action call = each(run);
            call();
            fences.AssertIntact();
            fenced += fences.Count;
            if (run.Threads == 1)
            {
                AssertAllocatesNothing(call);
                measured++;
            }
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"{kernel}, seed {seed}: {failure.Message}", failure);
        }
    }

    /// <summary>What a call allocates it allocates in every batch; what the runtime does once is gone from the next.</summary>
    private static void AssertAllocatesNothing(Action call)
    {
        long fewest = long.MaxValue;
        for (int batch = 0; batch < Batches && fewest > 0; batch++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Calls; i++)
            {
                call();
            }

            fewest = Math.Min(fewest, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.True(fewest == 0, $"{fewest} bytes in {Calls} calls");
    }
}
