namespace Attention.Kernels;

/// <summary>Packs left operands that are stored as columns into groups of rows; a tile is some steps of one.</summary>
/// <param name="source">[matrices, depth, rows]</param>
/// <param name="layout">Where they lie.</param>
/// <param name="groups">Of the same sizes; written.</param>
/// <param name="threads">How many threads may work.</param>
internal readonly unsafe struct GroupTiles(float* source, MatrixLayout layout, RowGroups groups, int threads) : ITiles
{
    private const int TilesPerThread = 4;

    private readonly int _steps = Math.Max(1, layout.Rows / (TilesPerThread * threads));

    public long Count => (long)layout.Matrices * Parts;

    public long ScratchCount => 0;

    private int Parts => (int)(((long)layout.Rows + _steps - 1) / _steps);

    public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int matrix = (int)(tile / Parts), step = (int)(tile % Parts) * _steps;
        groups.Pack(matrix, step, Math.Min(_steps, layout.Rows - step), source + (matrix * layout.BatchStride) + ((long)step * layout.Stride), layout.Stride);
    }
}
