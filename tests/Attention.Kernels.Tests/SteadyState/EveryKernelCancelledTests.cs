using System.Diagnostics;

namespace Attention.Kernels.Tests;

/// <summary>Every kernel that takes a token heeds it: before it begins, and while it is at work.</summary>
[Collection(Alone.Name)]
public sealed class EveryKernelCancelledTests
{
    private const int Seeds = 200;
    private const int Shortest = 1 << 10;
    private const long MostFloats = 1 << 26;
    private const int Attempts = 50;

    /// <summary>Kernels that can be cancelled: those that take options.</summary>
    public static TheoryData<string> Cancellable =>
    [
        .. from kernel in KernelCatalogue.All.Keys
           let name = kernel.Split('.')
           from method in typeof(Softmax).Assembly.GetType($"Attention.Kernels.{name[0]}", throwOnError: true)!.GetMethods()
           where method.Name == name[1] && method.GetParameters().Any(parameter => parameter.ParameterType.GetProperty(nameof(KernelOptions.Cancellation)) is not null)
           group kernel by kernel into each
           select each.Key,
    ];

    /// <summary>A kernel that is given something to do in every one of its buffers does not do it.</summary>
    [Theory]
    [MemberData(nameof(Cancellable))]
    public void EveryKernel_AlreadyCancelled_Throws(string kernel)
    {
        using CancellationTokenSource source = new();
        source.Cancel();
        int thrown = 0;
        for (int seed = 0; seed < Seeds && thrown < 6; seed++)
        {
            using Fences fences = new(Fence.End);
            CatalogueRun run = new(seed, fences, RunKind.Ordinary, cancellation: source.Token);
            Action call = KernelCatalogue.All[kernel](run);
            if (run.IsWhole)
            {
                OperationCanceledException? exception = Record.Exception(call) as OperationCanceledException;
                Assert.True(exception?.CancellationToken == source.Token, $"{kernel}, seed {seed}, {run.Threads} threads: not cancelled");
                thrown++;
            }
        }

        Assert.InRange(thrown, 1, int.MaxValue);
    }

    /// <summary>
    /// Another thread sees the first numbers being written, and cancels: the call throws, and has left something undone. A call that ended all the same tells how long one takes, and
    /// the next is cancelled after half of that: some kernels write at the very end, or hardly anything but zeros. What is over too soon for both grows.
    /// A call that was past its last look at the token is no failure by itself: only a kernel that is never stopped is.
    /// With more threads than one the watch would be the one to wait; that these heed a token too is a matter of <see cref="TiledWork"/>, and tested there.
    /// </summary>
    [Theory]
    [MemberData(nameof(Cancellable))]
    public void EveryKernel_CancelledAtWork_ThrowsAndLeavesTheRestUndone(string kernel)
    {
        int seed = Enumerable.Range(0, Seeds).First(seed => IsWholeOnOneThread(kernel, seed));
        bool stopped = false;
        int length = Shortest;
        for (int attempt = 1; attempt <= Attempts && !stopped; attempt++)
        {
            stopped = IsStopped(kernel, seed, length, null, out TimeSpan elapsed, out long floats)
                || IsStopped(kernel, seed, length, elapsed / 2, out _, out floats);

            // Some kernels are given a square of it.
            length *= 4 * floats < MostFloats ? 2 : 1;
        }

        Assert.True(stopped, $"{kernel}, seed {seed}, up to length {length}: never stopped at work");
    }

    private static bool IsWholeOnOneThread(string kernel, int seed)
    {
        using Fences fences = new(Fence.End);
        CatalogueRun run = new(seed, fences, RunKind.Busy, length: 8);
        _ = KernelCatalogue.All[kernel](run);
        return run.IsWhole && run.Threads == 1;
    }

    /// <param name="kernel">What is called.</param>
    /// <param name="seed">The problem.</param>
    /// <param name="length">How large it is.</param>
    /// <param name="patience">After how long it is cancelled; null: when it begins to write.</param>
    /// <param name="elapsed">How long the call took.</param>
    /// <param name="floats">How large the problem is in all.</param>
    /// <returns>Whether the call was cancelled while there was work left, and did not do it.</returns>
    private static bool IsStopped(string kernel, int seed, int length, TimeSpan? patience, out TimeSpan elapsed, out long floats)
    {
        using Fences fences = new(Fence.End);
        using CancellationTokenSource source = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        CatalogueRun run = new(seed, fences, RunKind.Busy, length, source.Token);
        Action call = KernelCatalogue.All[kernel](run);
        Samples samples = new(run.Results);
        bool isWatched = false, isDone = false;
        Thread watch = new(() =>
        {
            Volatile.Write(ref isWatched, true);
            var sinceWatched = Stopwatch.StartNew();
            SpinWait.SpinUntil(() => Volatile.Read(ref isDone) || (patience is null ? samples.AnyWritten : sinceWatched.Elapsed > patience)); // sleeps between looks: who only spins is the last to get a busy processor
            source.Cancel();
        });
        watch.Start();
        SpinWait.SpinUntil(() => Volatile.Read(ref isWatched));
        var clock = Stopwatch.StartNew();
        Exception? thrown = Record.Exception(call);
        elapsed = clock.Elapsed;
        floats = run.Floats;
        Volatile.Write(ref isDone, true);
        watch.Join();
        Assert.True(thrown is null or OperationCanceledException, $"{kernel}, seed {seed}, length {length}: {thrown}");
        return thrown is not null && samples.Left > 0;
    }

    /// <summary>Some places of every result, and what they held before.</summary>
    private sealed class Samples(IReadOnlyList<Memory<float>> results)
    {
        private const int Most = 64;

        /// <summary>So that not all lie at the same place of a row.</summary>
        private const int Apart = 37;

        private readonly (int Result, int Place, int Bits)[] taken =
        [
            .. from result in Enumerable.Range(0, results.Count)
               let length = results[result].Length
               let count = Math.Min(Most, length)
               from sample in Enumerable.Range(0, count)
               let place = (int)((long)sample * length / count) + (sample * Apart % Math.Max(1, length / count))
               select (result, place, BitConverter.SingleToInt32Bits(results[result].Span[place])),
        ];

        /// <summary>Whether a number was written; zeros, with which some results begin, do not count.</summary>
        public bool AnyWritten => Array.Exists(taken, sample => Now(sample) != sample.Bits && (Now(sample) & int.MaxValue) != 0);

        /// <summary>Which part of the places holds what it held before.</summary>
        public double Left => taken.Count(sample => Now(sample) == sample.Bits) / (double)taken.Length;

        private int Now((int Result, int Place, int Bits) sample) => BitConverter.SingleToInt32Bits(Volatile.Read(ref results[sample.Result].Span[sample.Place]));
    }
}
