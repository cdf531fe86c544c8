using System.Collections.Concurrent;

namespace Attention.Kernels.Tests;

/// <summary>The sharing of work among threads, with tiles that only take notes.</summary>
[Collection(Alone.Name)]
public sealed class TiledWorkTests
{
    private const int Tiles = 500;
    private const int ScratchCount = 100;

    private sealed class Notes(Action<long> onTile, long tiles = Tiles) : TiledWork
    {
        private int released;

        public ConcurrentQueue<long> Taken { get; } = [];

        public ConcurrentDictionary<int, nint> ScratchOfThread { get; } = [];

        public ConcurrentQueue<string> Complaints { get; } = [];

        public int Released => Volatile.Read(ref released);

        public void Work(int threads, CancellationToken cancellation) => Run(tiles, threads, ScratchCount, cancellation);

        protected override unsafe void RunTile(long tile, float* scratch, CancellationToken cancellation)
        {
            Taken.Enqueue(tile);
            if ((nint)scratch % 64 != 0 || ScratchOfThread.GetOrAdd(Environment.CurrentManagedThreadId, (nint)scratch) != (nint)scratch)
            {
                Complaints.Enqueue($"tile {tile}: scratch at {(nint)scratch:x}");
            }

            new Span<float>(scratch, ScratchCount).Fill(tile);
            onTile(tile);
            if (new Span<float>(scratch, ScratchCount).ContainsAnyExcept(tile))
            {
                Complaints.Enqueue($"tile {tile}: somebody else wrote its scratch");
            }
        }

        protected override void Release() => Interlocked.Increment(ref released);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Run_AnyThreads_TakesEachTileOnceWithScratchOfItsOwn(int threads)
    {
        Notes work = new(_ => Thread.SpinWait(2000));
        work.Work(threads, TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(0, Tiles).Select(tile => (long)tile), work.Taken.Order());
        Assert.Empty(work.Complaints);
        Assert.Equal(work.ScratchOfThread.Count, work.ScratchOfThread.Values.Distinct().Count());
        Assert.InRange(work.ScratchOfThread.Count, 1, threads);
        AssertReleasedOnce(work);
    }

    /// <summary>Tiles so small that the threads meet at every one of them.</summary>
    [Fact]
    public void Run_ManyEmptyTiles_TakesEachOnce()
    {
        const int Many = 200_000;
        int[] times = new int[Many];
        int caller = Environment.CurrentManagedThreadId;
        int helped = 0;
        Notes work = new(
            tile =>
            {
                Interlocked.Increment(ref times[tile]);
                if (Environment.CurrentManagedThreadId != caller)
                {
                    Volatile.Write(ref helped, 1);
                }
                else if (Volatile.Read(ref helped) == 0)
                {
                    SpinWait.SpinUntil(() => Volatile.Read(ref helped) == 1, 1000);
                }
            },
            Many);
        work.Work(4, TestContext.Current.CancellationToken);
        Assert.Equal(-1, times.AsSpan().IndexOfAnyExcept(1));
        AssertReleasedOnce(work);
    }

    /// <summary>The caller's buffers may be gone after the call, so no tile may still be at work.</summary>
    [Fact]
    public void Run_HelperSlow_IsWaitedFor()
    {
        int caller = Environment.CurrentManagedThreadId;
        int inside = 0, helped = 0;
        Notes work = new(_ =>
        {
            Interlocked.Increment(ref inside);
            if (Environment.CurrentManagedThreadId != caller)
            {
                Interlocked.Exchange(ref helped, 1);
                Thread.Sleep(50);
            }
            else
            {
                // Leaves time for a helper to come.
                SpinWait.SpinUntil(() => Volatile.Read(ref helped) == 1, 20);
            }

            Interlocked.Decrement(ref inside);
        });
        work.Work(3, TestContext.Current.CancellationToken);
        Assert.Equal(0, Volatile.Read(ref inside));
        Assert.Equal(1, helped);
        AssertReleasedOnce(work);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Run_TileFails_ThrowsToTheCaller(int threads)
    {
        int failed = 0;
        Notes work = new(_ =>
        {
            Interlocked.Increment(ref failed);
            throw new InvalidTimeZoneException("a tile");
        });
        Assert.Equal("a tile", Assert.Throws<InvalidTimeZoneException>(() => work.Work(threads, TestContext.Current.CancellationToken)).Message);
        Assert.InRange(failed, 1, threads);
        AssertReleasedOnce(work);
    }

    [Fact]
    public void Run_OnlyAHelperFails_ThrowsToTheCaller()
    {
        int caller = Environment.CurrentManagedThreadId;
        int failed = 0;
        Notes work = new(_ =>
        {
            if (Environment.CurrentManagedThreadId != caller)
            {
                Interlocked.Exchange(ref failed, 1);
                throw new InvalidTimeZoneException("a helper's tile");
            }

            SpinWait.SpinUntil(() => Volatile.Read(ref failed) == 1, 20);
        });
        Assert.Equal("a helper's tile", Assert.Throws<InvalidTimeZoneException>(() => work.Work(2, TestContext.Current.CancellationToken)).Message);
        AssertReleasedOnce(work);
    }

    /// <summary>After a failed call the caller's buffers are gone: a helper that comes late must not take what tiles are left.</summary>
    [Fact]
    public void Run_CallerFails_LateHelpersTakeNothing()
    {
        for (int round = 0; round < 20; round++)
        {
            int caller = Environment.CurrentManagedThreadId, failed = 0;
            Notes work = new(_ =>
            {
                if (Environment.CurrentManagedThreadId == caller)
                {
                    Volatile.Write(ref failed, 1);
                    throw new InvalidTimeZoneException("the caller's tile");
                }

                // Leaves a tile to the caller.
                SpinWait.SpinUntil(() => Volatile.Read(ref failed) == 1, 1000);
            });
            Assert.Throws<InvalidTimeZoneException>(() => work.Work(4, TestContext.Current.CancellationToken));
            int taken = work.Taken.Count;
            AssertReleasedOnce(work);
            Assert.Equal(taken, work.Taken.Count);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Run_CancelledByATile_TakesNoMore(int threads)
    {
        using CancellationTokenSource source = new();
        Notes work = new(tile =>
        {
            if (tile == 10)
            {
                source.Cancel();
            }
        });
        Assert.Equal(source.Token, Assert.Throws<OperationCanceledException>(() => work.Work(threads, source.Token)).CancellationToken);
        if (threads == 1)
        {
            Assert.Equal(11, work.Taken.Count);
        }

        AssertReleasedOnce(work);
    }

    /// <summary>Helpers that were called in vain still hold the work for a moment after the call.</summary>
    private static void AssertReleasedOnce(Notes work)
    {
        Assert.True(SpinWait.SpinUntil(() => work.Released > 0, TimeSpan.FromSeconds(30)), "the work was never released");
        Thread.Sleep(20);
        Assert.Equal(1, work.Released);
    }
}
