using System.Diagnostics;
using System.Globalization;

namespace Attention.Kernels.Tests;

/// <summary>What a child process measures about itself.</summary>
internal static class Footprint
{
    private const int Length = 8192;

    /// <summary>Prints by how many MB the process's peak grows during one long call, everything it is given being there before.</summary>
    public static void PrintMemory(int threads, bool keepWeights = false)
    {
        int length = keepWeights ? Length / 2 : Length;
        AttentionShape shape = AttentionShape.Single(length, length, 16, 16);
        Draw draw = new(421);
        float[] query = draw.Normal(shape.QueryCount), key = draw.Normal(shape.KeyCount), value = draw.Normal(shape.ValueCount), output = draw.Normal(shape.OutputCount);
        AttentionOptions options = new() { MaxThreads = threads };

        // Compiles, starts threads and fills pools: all that does not grow with N.
        AttentionShape small = AttentionShape.Single(700, 700, 16, 16);
        int part = small.QueryCount;
        for (int i = 0; i < 30; i++)
        {
            ScaledDotProduct.Forward(small, query.AsSpan(0, part), key.AsSpan(0, part), value.AsSpan(0, part), output.AsSpan(0, part), options: options);
        }

        long before = Peak();
        ScaledDotProduct.Forward(shape, query, key, value, output, options: options);
        if (keepWeights)
        {
            new float[shape.WeightCount].AsSpan().Fill(1);
        }

        Console.WriteLine(((Peak() - before) / 1048576.0).ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Prints how many threads there are after some calls on many threads that there were not before, the runtime's own pool aside.</summary>
    public static void PrintThreads()
    {
        AttentionCase problem = AttentionCase.Draw(AttentionCase.Parse("2×4×200×200×16"), MaskKind.Causal, seed: 422);
        float[] output = new float[problem.Sizes.Output];
        void Call(int threads) =>
            ScaledDotProduct.Forward(problem.Shape, problem.Query, problem.Key, problem.Value, output, mask: Mask.Causal, options: new() { MaxThreads = threads });

        Parallel.For(0, 100, _ => Thread.Sleep(1));
        int before = OutsideThePool();
        for (int call = 0; call < 50; call++)
        {
            Call(call % 9);
        }

        Console.WriteLine(Math.Max(0, OutsideThePool() - before).ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Prints how many helpers were called from the pool: by a large problem that may use one thread, by a small one that may use all, and by a large one that may use three.</summary>
    public static void PrintHelpers()
    {
        AttentionShape large = AttentionCase.Parse("1×4×400×400×32"), small = AttentionCase.Parse("1×6×8×8×4");
        (AttentionShape Shape, int MaxThreads)[] calls = [(large, 1), (small, 4), (large, 3)];
        Console.WriteLine(string.Join(' ', calls.Select(call =>
        {
            AttentionCase problem = AttentionCase.Draw(call.Shape, MaskKind.None, seed: 423);
            long before = ThreadPool.CompletedWorkItemCount;
            ScaledDotProduct.Forward(
                problem.Shape, problem.Query, problem.Key, problem.Value, new float[problem.Sizes.Output], options: new() { MaxThreads = call.MaxThreads });

            // One that was called in vain comes late, and goes at once.
            Thread.Sleep(500);
            return ThreadPool.CompletedWorkItemCount - before;
        })));
    }

    /// <summary>How many threads the process has, the runtime's pool aside.</summary>
    public static int OutsideThePool()
    {
        // A thread that has just ended may still be listed.
        Thread.Sleep(200);
        using Process process = Process.GetCurrentProcess();
        return process.Threads.Count - ThreadPool.ThreadCount;
    }

    private static long Peak()
    {
        using Process process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64 is var peak and > 0 ? peak : throw new PlatformNotSupportedException("this system does not tell a process's peak of memory");
    }
}
