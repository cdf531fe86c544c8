using System.Runtime.ExceptionServices;

namespace Attention.Kernels;

/// <summary>
/// Work cut into tiles that any thread may take in any order. The caller's thread always works; helpers come from the thread pool, or linger from the work before. Whoever comes late
/// finds the door closed. Nothing is allocated: the work itself is the pool's work item.
/// </summary>
internal abstract class TiledWork : IThreadPoolWorkItem
{
    private static readonly Helpers Lingering = new();

    private readonly object _door = new();
    private CancellationToken _cancellation;
    private ExceptionDispatchInfo? _failure;
    private long _next;
    private long _tiles;
    private long _scratchCount;
    private int _helpers;
    private int _references;
    private bool _closed;

    /// <summary>Computes one tile. Called on several threads at once, each with its own scratch.</summary>
    protected abstract unsafe void RunTile(long tile, float* scratch, CancellationToken cancellation);

    /// <summary>Nobody refers to this work any more: it may be kept for another call.</summary>
    protected abstract void Release();

    /// <summary>Runs every tile, and returns when all are done. The work must not be touched afterwards: it may already serve another call.</summary>
    /// <param name="tiles">How many tiles there are.</param>
    /// <param name="threads">How many threads may work, the caller's included.</param>
    /// <param name="scratchCount">Floats of scratch that each thread needs.</param>
    /// <param name="cancellation">Stops the work between tiles.</param>
    protected void Run(long tiles, int threads, long scratchCount, CancellationToken cancellation)
    {
        (_next, _tiles, _scratchCount, _cancellation) = (0, tiles, scratchCount, cancellation);
        (_helpers, _references, _closed, _failure) = (0, threads, false, null);
        ExceptionDispatchInfo? failure;
        try
        {
            for (int helper = 1; helper < threads; helper++)
            {
                if (!Lingering.TryGive(this))
                {
                    ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                }
            }

            TakeTiles();
        }
        finally
        {
            Close();
            failure = _failure;
            Drop();
        }

        failure?.Throw();
        cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>A thread of the pool comes to help, and stays for what follows closely.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        for (TiledWork? work = this; work is not null; work = Lingering.Linger())
        {
            work.Help();
        }
    }

    private void Help()
    {
        if (Enter())
        {
            try
            {
                TakeTiles();
            }
#pragma warning disable CA1031 // Every failure travels to the caller, who alone can handle it.
            catch (Exception failure)
            {
                Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(failure), null);
            }
#pragma warning restore CA1031
            finally
            {
                Leave();
            }
        }

        Drop();
    }

    private unsafe void TakeTiles()
    {
        Scratch scratch = Scratch.Rent(_scratchCount);
        try
        {
            for (long tile = Take(); tile < _tiles && !_cancellation.IsCancellationRequested; tile = Take())
            {
                RunTile(tile, scratch.Start, _cancellation);
            }
        }
        catch
        {
            Interlocked.Exchange(ref _next, _tiles); // what the others would still compute nobody will read
            throw;
        }
        finally
        {
            Scratch.Return(scratch);
        }
    }

    private long Take() => Interlocked.Increment(ref _next) - 1;

    private bool Enter()
    {
        lock (_door)
        {
            if (_closed)
            {
                return false;
            }

            _helpers++;
            return true;
        }
    }

    private void Leave()
    {
        lock (_door)
        {
            if (--_helpers == 0)
            {
                Monitor.PulseAll(_door);
            }
        }
    }

    /// <summary>Lets no helper in any more, and waits for those inside: they read the caller's buffers.</summary>
    private void Close()
    {
        lock (_door)
        {
            _closed = true;
        }

        // A helper is at most one tile behind.
        Patience patience = new();
        while (Volatile.Read(ref _helpers) > 0 && patience.Spin())
        {
        }

        lock (_door)
        {
            while (_helpers > 0)
            {
                Monitor.Wait(_door);
            }
        }
    }

    private void Drop()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            _cancellation = default;
            _failure = null;
            Release();
        }
    }
}
