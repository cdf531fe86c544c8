namespace Attention.Kernels;

public static partial class ScaledDotProduct
{
    /// <summary>Attends over buffers whose rows may lie anywhere. Nothing is checked.</summary>
    internal static unsafe void Run(AttentionShape shape, ForwardBuffers buffers, Mask mask, AttentionOptions options)
    {
        if (shape.Queries <= Decode.MostQueries && !options.Dropout.IsActive && options.SoftCap is null)
        {
            var rows = new DenseRows(buffers.Key, buffers.Value, shape.Keys);
            Decode.Run(new DecodeProblem<DenseRows>(rows, shape, buffers.Query, buffers.Output, buffers.LogSumExp, mask, options.ScaleFor(shape.Width)), options);
            return;
        }

        KernelOptions kernel = options.ToKernelOptions();
        int threads = kernel.ThreadsFor((double)shape.Batch * shape.Heads * shape.Queries * shape.Keys * (shape.Width + shape.ValueWidth));
        Tiled.Run(new ForwardTiles(shape, buffers, mask, options, threads), threads, kernel);
    }

    /// <summary>Attention cut into blocks of queries: one block of one head of one sequence is one tile of the work.</summary>
    /// <remarks>
    /// The queries of a tile stand side by side in the lanes, 48 at a time, and the scores are computed transposed, Sᵀ = K Qᵀ and Oᵀ = Vᵀ Pᵀ. So the softmax runs down the
    /// lanes without crossing them, keys and values are only ever read one float at a time and broadcast, whatever their width, stride and alignment, and nothing but the
    /// queries is repacked. For each block of keys: scores, mask, running maximum, weights, weighted sum (Dao et al. 2022, algorithm 1). A key block that the whole tile cannot see is
    /// skipped. Keys and values are fetched once for all the tile's query panels, because four panels share the trip through the caches.
    /// </remarks>
    private readonly unsafe struct ForwardTiles : ITiles
    {
        private const int MaxPanels = 4;

        private const long ScratchBudget = 128 * 1024; // floats: half of a second-level cache of 1 MB

        private readonly AttentionShape _shape;
        private readonly ForwardBuffers _buffers;
        private readonly Mask _mask;
        private readonly float _scale;
        private readonly float _cap;
        private readonly WeightDropout _dropout;
        private readonly int _panels;
        private readonly int _queryBlocks;

        internal ForwardTiles(AttentionShape shape, ForwardBuffers buffers, Mask mask, AttentionOptions options, int threads)
        {
            (_shape, _buffers, _mask) = (shape, buffers, mask);
            (_scale, _cap, _dropout) = (options.ScaleFor(shape.Width), options.Cap, options.Dropout);
            _panels = Panels(shape, threads);
            _queryBlocks = CountOf(shape.Queries, _panels * QueryPanel.Columns);
        }

        public long Count => (long)_shape.Batch * _shape.Heads * _queryBlocks;

        public long ScratchCount => QueryPanel.ScratchCount(_shape, _panels);

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            // The last queries first: under a causal mask they have the most to do, and the short tiles even out the end.
            int block = _queryBlocks - 1 - (int)(tile % _queryBlocks);
            int head = (int)(tile / _queryBlocks % _shape.Heads);
            int batch = (int)(tile / _queryBlocks / _shape.Heads);
            new ForwardTile<TLanes>(_shape, _buffers, _mask.ForHead(_shape, batch, head), _scale, _cap, _dropout, batch, head, block * _panels * QueryPanel.Columns, _panels, scratch).Run(cancellation);
        }

        /// <summary>As many query panels per tile as the cache holds, unless threads would then go idle. Panels are independent: their number changes no bit.</summary>
        private static int Panels(AttentionShape shape, int threads)
        {
            int panels = MaxPanels;
            while (panels > 1
                && (QueryPanel.ScratchCount(shape, panels) > ScratchBudget
                    || (long)shape.Batch * shape.Heads * CountOf(shape.Queries, panels * QueryPanel.Columns) < 4L * threads
                    || (panels - 1) * QueryPanel.Columns >= shape.Queries))
            {
                panels--;
            }

            return panels;
        }

        private static int CountOf(int length, int block) => (int)(((long)length + block - 1) / block);
    }
}
