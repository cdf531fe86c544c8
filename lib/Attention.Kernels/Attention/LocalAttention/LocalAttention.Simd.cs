namespace Attention.Kernels;

public static partial class LocalAttention
{
    /// <summary>A tile is some neighbouring queries.</summary>
    private readonly struct ForwardTiles(AttentionShape shape, LocalWindow window, LocalBuffers buffers) : ITiles
    {
        public long Count => (Rows + RowsPerTile - 1) / RowsPerTile;

        public long ScratchCount => LocalTile<Lanes1>.ScratchCount(shape, window);

        private long Rows => (long)shape.Batch * shape.Heads * shape.Queries;

        public unsafe void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            LocalTile<TLanes> rows = new(shape, window, Scale(shape), buffers, default, scratch);
            for (long row = tile * RowsPerTile; row < Math.Min(Rows, (tile + 1) * RowsPerTile); row++)
            {
                rows.Attend(row);
            }
        }
    }

    /// <summary>A tile is a key head of a sequence, with all queries that it serves: it owns every gradient that it adds to.</summary>
    private readonly struct BackwardTiles(AttentionShape shape, LocalWindow window, LocalBuffers buffers, LocalBuffers gradients) : ITiles
    {
        public long Count => (long)shape.Batch * shape.KeyHeads;

        public long ScratchCount => LocalTile<Lanes1>.ScratchCount(shape, window);

        public unsafe void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            LocalTile<TLanes> rows = new(shape, window, Scale(shape), buffers, gradients, scratch);
            long count = (long)(shape.Heads / shape.KeyHeads) * shape.Queries;
            for (long row = tile * count; row < (tile + 1) * count && !cancellation.IsCancellationRequested; row++)
            {
                rows.Differentiate(row);
            }
        }
    }
}
