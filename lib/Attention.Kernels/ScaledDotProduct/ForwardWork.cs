namespace Attention.Kernels;

/// <summary>Attention cut into blocks of queries: one block of one head of one sequence is one tile of the work.</summary>
/// <remarks>
/// The queries of a tile stand side by side in the lanes, 48 at a time, and the scores are computed transposed, Sᵀ = K Qᵀ and Oᵀ = Vᵀ Pᵀ. So the softmax runs down the
/// lanes without crossing them, keys and values are only ever read one float at a time and broadcast, whatever their width, stride and alignment, and nothing but the
/// queries is repacked. For each block of keys: scores, mask, running maximum, weights, weighted sum (Dao et al. 2022, algorithm 1). A key block that the whole tile cannot see is
/// skipped. Keys and values are fetched once for all the tile's query panels, because four panels share the trip through the caches.
/// </remarks>
internal sealed unsafe class ForwardWork<TLanes> : TiledWork
    where TLanes : unmanaged, ILanes<TLanes>
{
    private const int MaxPanels = 4;

    private const long ScratchBudget = 128 * 1024; // floats: half of a second-level cache of 1 MB

    private const long WorkPerThread = 1 << 21; // multiply–adds that are worth waking a thread for

    private static readonly Pool<ForwardWork<TLanes>> Idle = new();

    private AttentionShape _shape;
    private ForwardBuffers _buffers;
    private Mask _mask;
    private float _scale;
    private int _panels;
    private int _queryBlocks;

    internal static ForwardWork<TLanes> Rent() => Idle.Rent() ?? new ForwardWork<TLanes>();

    internal void Run(AttentionShape shape, ForwardBuffers buffers, Mask mask, AttentionOptions options)
    {
        (_shape, _buffers, _mask) = (shape, buffers, mask);
        _scale = options.ScaleFor(shape.Width);
        long heads = (long)shape.Batch * shape.Heads;
        int threads = Threads(heads, options.MaxThreads);
        _panels = Panels(heads, threads);
        _queryBlocks = CountOf(shape.Queries, _panels * QueryPanel.Columns);
        long tiles = heads * _queryBlocks;
        Run(tiles, (int)Math.Min(threads, tiles), QueryPanel.ScratchCount(shape, _panels), options.Cancellation);
    }

    protected override void RunTile(long tile, float* scratch, CancellationToken cancellation)
    {
        // The last queries first: under a causal mask they have the most to do, and the short tiles even out the end.
        int block = _queryBlocks - 1 - (int)(tile % _queryBlocks);
        int head = (int)(tile / _queryBlocks % _shape.Heads);
        int batch = (int)(tile / _queryBlocks / _shape.Heads);
        new ForwardTile<TLanes>(_shape, _buffers, _mask.ForHead(_shape, batch, head), _scale, batch, head, block * _panels * QueryPanel.Columns, _panels, scratch).Run(cancellation);
    }

    protected override void Release()
    {
        (_mask, _buffers) = (default, default);
        Idle.Return(this);
    }

    private int Threads(long heads, int maxThreads)
    {
        double work = (double)heads * _shape.Queries * _shape.Keys * (_shape.Width + _shape.ValueWidth);
        double worthwhile = Math.Max(1, work / WorkPerThread);
        return (int)Math.Min(worthwhile, maxThreads == 0 ? Environment.ProcessorCount : maxThreads);
    }

    /// <summary>As many query panels per tile as the cache holds, unless threads would then go idle.</summary>
    private int Panels(long heads, int threads)
    {
        int panels = MaxPanels;
        while (panels > 1
            && (QueryPanel.ScratchCount(_shape, panels) > ScratchBudget
                || heads * CountOf(_shape.Queries, panels * QueryPanel.Columns) < 4L * threads
                || (panels - 1) * QueryPanel.Columns >= _shape.Queries))
        {
            panels--;
        }

        return panels;
    }

    private static int CountOf(int length, int block) => (int)(((long)length + block - 1) / block);
}
