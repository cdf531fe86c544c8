namespace Attention.Kernels;

/// <summary>A product cut into blocks of C, each computed by itself. How it is cut changes no bit: every element is one sum in one order.</summary>
internal readonly unsafe struct MatmulTiles : ITiles
{
    private const int MostColumns = 40 * Panels.MostColumns; // a slice of B that the third-level cache holds
    private const int TilesPerThread = 2;

    private readonly MatmulProduct _product;
    private readonly int _rowsPerTile;
    private readonly int _columnsPerTile;
    private readonly long _rowTiles;
    private readonly long _columnTiles;

    private MatmulTiles(MatmulProduct product, int threads)
    {
        _product = product;
        (_rowsPerTile, _columnsPerTile) = Cut(product, threads);
        _rowTiles = Ceiling(product.Rows, _rowsPerTile);
        _columnTiles = Ceiling(product.Columns, _columnsPerTile);
    }

    public long Count => _product.Batch * _rowTiles * _columnTiles;

    public long ScratchCount => MatmulBlock.ScratchCount(_product, _columnsPerTile);

    internal static void Run(MatmulProduct product, KernelOptions options)
    {
        if (product.Batch == 0 || product.Rows == 0 || product.Columns == 0)
        {
            return;
        }

        int threads = options.ThreadsFor(product.Work);
        Tiled.Run(new MatmulTiles(product, threads), threads, options);
    }

    public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int firstRow = (int)(tile % _rowTiles) * _rowsPerTile;
        int firstColumn = (int)(tile / _rowTiles % _columnTiles) * _columnsPerTile;
        int batch = (int)(tile / _rowTiles / _columnTiles);
        int rows = Math.Min(_rowsPerTile, _product.Rows - firstRow), columns = Math.Min(_columnsPerTile, _product.Columns - firstColumn);
        new MatmulBlock(_product, batch, firstRow, rows, firstColumn, columns, scratch).Run<TLanes>(cancellation);
    }

    /// <summary>Cuts where least is packed twice: each further column of tiles reads A once more, each further row of tiles packs B once more.</summary>
    private static (int Rows, int Columns) Cut(MatmulProduct product, int threads)
    {
        long wanted = threads == 1 ? 1 : Ceiling(TilesPerThread * (long)threads, product.Batch);
        long mostRowTiles = Ceiling(product.Rows, MatmulBlock.RowGrain), panels = Ceiling(product.Columns, Panels.MostColumns);
        (int Rows, int Columns) best = default;
        double least = double.PositiveInfinity;
        for (long columnTiles = Ceiling(product.Columns, MostColumns); ; columnTiles++)
        {
            long rowTiles = Math.Min(mostRowTiles, Ceiling(wanted, columnTiles));
            double cost = (rowTiles * (double)product.Columns * (product.IsPacked ? 0 : 2)) + (columnTiles * (double)product.Rows);
            if (cost < least)
            {
                least = cost;
                best = (Part(product.Rows, rowTiles, MatmulBlock.RowGrain), Part(product.Columns, columnTiles, Panels.MostColumns));
            }

            if (columnTiles >= wanted || columnTiles >= panels)
            {
                return best;
            }
        }
    }

    /// <summary>A share of the length, in whole grains.</summary>
    private static int Part(int length, long parts, int grain) => (int)Math.Min(length, Ceiling(Ceiling(length, parts), grain) * grain);

    private static long Ceiling(long length, long part) => (length + part - 1) / part;
}
