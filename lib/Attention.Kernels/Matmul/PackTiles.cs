namespace Attention.Kernels;

/// <summary>Packs right operands into panels; a tile is a strip of columns of one.</summary>
internal readonly unsafe struct PackTiles : ITiles
{
    private const int TilesPerThread = 4;

    private readonly float* _source;
    private readonly MatrixLayout _layout;
    private readonly bool _transposed;
    private readonly PackedPanels _panels;
    private readonly int _columns;
    private readonly int _columnsPerTile;
    private readonly int _strips;

    private PackTiles(float* source, MatrixLayout layout, bool transposed, PackedPanels panels, int threads)
    {
        _source = source;
        (_layout, _transposed, _panels) = (layout, transposed, panels);
        _columns = transposed ? layout.Rows : layout.Columns;
        int most = Strips(_columns, Panels.MostColumns), wanted = threads == 1 ? 1 : Math.Min(TilesPerThread * threads, most);
        _columnsPerTile = Strips(most, wanted) * Panels.MostColumns;
        _strips = Strips(_columns, _columnsPerTile);
    }

    public long Count => (long)_layout.Matrices * _strips;

    public long ScratchCount => 0;

    /// <summary>Packs all of them.</summary>
    /// <param name="source">[matrices, depth, columns], or [matrices, columns, depth] when they are stored transposed.</param>
    /// <param name="layout">Where they lie.</param>
    /// <param name="transposed">Whether they are stored transposed.</param>
    /// <param name="panels">Of the same sizes; written.</param>
    /// <param name="threads">How many threads may work.</param>
    /// <param name="options">Cancellation, and the registers.</param>
    internal static void Run(float* source, MatrixLayout layout, bool transposed, PackedPanels panels, int threads, KernelOptions options)
    {
        if (layout.Rows > 0 && layout.Columns > 0)
        {
            Tiled.Run(new PackTiles(source, layout, transposed, panels, threads), threads, options);
        }
    }

    public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int matrix = (int)(tile / _strips), column = (int)(tile % _strips) * _columnsPerTile;
        float* first = _source + (matrix * _layout.BatchStride) + (_transposed ? (long)column * _layout.Stride : column);
        _panels.Pack<TLanes>(matrix, column, Math.Min(_columnsPerTile, _columns - column), first, _layout.Stride, _transposed);
    }

    private static int Strips(int length, int width) => (int)(((long)length + width - 1) / width);
}
