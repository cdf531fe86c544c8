namespace Attention.Kernels;

/// <summary>Runs tiles: picks the registers, once per call, and shares the tiles among threads.</summary>
internal static class Tiled
{
    /// <summary>Runs every tile, and returns when all are done.</summary>
    /// <param name="tiles">The work.</param>
    /// <param name="threads">How many threads may work, the caller's included.</param>
    /// <param name="options">Cancellation, and the registers.</param>
    internal static void Run<TTiles>(TTiles tiles, int threads, KernelOptions options)
        where TTiles : struct, ITiles
    {
        int bits = options.Registers;
        if (bits == 512)
        {
            Tiled<TTiles, Lanes512>.Run(tiles, threads, options.Cancellation);
        }
        else if (bits == 256)
        {
            Tiled<TTiles, Lanes256>.Run(tiles, threads, options.Cancellation);
        }
        else if (bits == 128)
        {
            Tiled<TTiles, Lanes128>.Run(tiles, threads, options.Cancellation);
        }
        else
        {
            Tiled<TTiles, Lanes1>.Run(tiles, threads, options.Cancellation);
        }
    }
}

/// <summary>The tiles of one kind of work, on registers of one width.</summary>
internal sealed unsafe class Tiled<TTiles, TLanes> : TiledWork
    where TTiles : struct, ITiles
    where TLanes : unmanaged, ILanes<TLanes>
{
    private static readonly Pool<Tiled<TTiles, TLanes>> Idle = new();

    private TTiles _work;

    internal static void Run(TTiles tiles, int threads, CancellationToken cancellation)
    {
        threads = (int)Math.Min(threads, tiles.Count);
        if (threads > 1)
        {
            Tiled<TTiles, TLanes> shared = Idle.Rent() ?? new Tiled<TTiles, TLanes>();
            shared._work = tiles;
            shared.Run(tiles.Count, threads, tiles.ScratchCount, cancellation);
        }
        else
        {
            RunAlone(tiles, cancellation);
        }
    }

    protected override void RunTile(long tile, float* scratch, CancellationToken cancellation) => _work.Run<TLanes>(tile, scratch, cancellation);

    protected override void Release()
    {
        _work = default;
        Idle.Return(this);
    }

    private static void RunAlone(TTiles tiles, CancellationToken cancellation)
    {
        Scratch? scratch = tiles.ScratchCount > 0 ? Scratch.Rent(tiles.ScratchCount) : null;
        try
        {
            float* start = scratch is null ? null : scratch.Start;
            long count = tiles.Count;
            for (long tile = 0; tile < count && !cancellation.IsCancellationRequested; tile++)
            {
                tiles.Run<TLanes>(tile, start, cancellation);
            }
        }
        finally
        {
            if (scratch is not null)
            {
                Scratch.Return(scratch);
            }
        }

        cancellation.ThrowIfCancellationRequested();
    }
}
