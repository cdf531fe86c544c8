namespace Attention.Kernels;

/// <summary>A product cut into blocks of C, each computed by itself. How it is cut changes no bit: every element is one sum in one order.</summary>
internal readonly unsafe struct MatmulTiles : ITiles
{
    private const int MostColumns = 40 * Panels.MostColumns; // a slice of B that the third-level cache holds
    private const int TilesPerThread = 2;
    private const int PackedTilesPerThread = 8; // smaller ones share the work better, and cost little where nothing is packed for them
    private const int MostTogether = 1 << 22;   // floats of B that are packed at once, 16 MB
    private const int LeastRowsTogether = 64;   // fewer are cut by columns, which packs nothing twice
    private const double FewestTogether = 1 << 25; // multiply–adds that are worth starting the threads twice

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
        if (threads > 1 && IsBetterPackedTogether(product, threads))
        {
            RunPackedTogether(product, threads, options);
        }
        else
        {
            Tiled.Run(new MatmulTiles(product, threads), threads, options);
        }
    }

    private static bool IsBetterPackedTogether(MatmulProduct product, int threads) =>
        !product.IsPacked
        && product.Batch < TilesPerThread * threads
        && product.Rows >= LeastRowsTogether
        && product.Work >= FewestTogether
        && PackedPanels.CountOf(product.RightLayout.Matrices, product.Depth, product.Columns, Panels.MostColumns) <= MostTogether;

    /// <summary>
    /// All threads pack B first, and A if it is stored as columns, so that nobody packs them again: then tiles may be small, and whoever is faster takes more of them.
    /// </summary>
    private static void RunPackedTogether(MatmulProduct product, int threads, KernelOptions options)
    {
        int rights = product.RightLayout.Matrices, width = Panels.WidthFor(options.Registers);
        var rightCount = (long)PackedPanels.CountOf(rights, product.Depth, product.Columns, width);
        int lefts = product.LeftLayout.Matrices;
        Int128 leftCount = product.TransposeLeft ? RowGroups.CountOf(lefts, product.Rows, product.Depth) : 0;
        bool packsLeft = leftCount > 0 && leftCount <= MostTogether;
        Scratch scratch = Scratch.Rent(rightCount + (packsLeft ? (long)leftCount : 0));
        try
        {
            var panels = new PackedPanels(scratch.Start, rights, product.Depth, product.Columns, width);
            PackTiles.Run(product.RightAt(0, 0, 0), product.RightLayout, product.TransposeRight, panels, threads, options);
            product = product with { Panels = panels };
            if (packsLeft)
            {
                var groups = new RowGroups(scratch.Start + rightCount, lefts, product.Rows, product.Depth, RowGroups.SizeFor(options.Registers));
                Tiled.Run(new GroupTiles(product.LeftAt(0, 0, 0), product.LeftLayout, groups, threads), threads, options);
                product = product with { LeftGroups = groups };
            }

            Tiled.Run(new MatmulTiles(product, threads), threads, options);
        }
        finally
        {
            Scratch.Return(scratch);
        }
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
        long wanted = threads == 1 ? 1 : Ceiling((product.IsPacked ? PackedTilesPerThread : TilesPerThread) * (long)threads, product.Batch);
        long mostRowTiles = Ceiling(product.Rows, MatmulBlock.RowGrain), panels = Ceiling(product.Columns, Panels.MostColumns);
        (int Rows, int Columns) best = default;
        double least = double.PositiveInfinity;
        for (long columnTiles = Ceiling(product.Columns, MostColumns); ; columnTiles++)
        {
            long rowTiles = Math.Min(mostRowTiles, Ceiling(wanted, columnTiles));
            double cost = (rowTiles * (double)product.Columns * (product.IsPacked ? 0.25 : 2)) + (columnTiles * (double)product.Rows * (product.LeftGroups.Exist ? 0.25 : 1));
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
