namespace Attention.Kernels;

/// <summary>
/// A block of C. A slice of B's rows is packed into panels; for some rows of A at a time, copied side by side, every panel is multiplied while it lies in the first-level cache and
/// the rows in the second.
/// </summary>
internal readonly unsafe ref struct MatmulBlock
{
    /// <summary>Where blocks may begin: a multiple of the tallest register tile.</summary>
    internal const int RowGrain = RowGroups.MostRows;

    private const int DepthPerPass = 384;
    private const int RowsPerPass = 192;
    private const int StripColumns = 512;
    private const int RowPadding = 16; // rows whose distance is a power of two would all want the same places of the cache
    private const int FewColumns = 2 * Panels.MostColumns; // not worth copying A for
    private const long RowsCount = (RowsPerPass + RowPadding) * (DepthPerPass + RowPadding); // enough for groups too

    private readonly MatmulProduct _product;
    private readonly int _batch;
    private readonly int _firstRow;
    private readonly int _rows;
    private readonly int _firstColumn;
    private readonly int _columns;
    private readonly float* _rowScratch;
    private readonly float* _panelScratch;

    internal MatmulBlock(MatmulProduct product, int batch, int firstRow, int rows, int firstColumn, int columns, float* scratch)
    {
        _product = product;
        (_batch, _firstRow, _rows, _firstColumn, _columns) = (batch, firstRow, rows, firstColumn, columns);
        _rowScratch = scratch;
        _panelScratch = scratch + RowsCount;
    }

    internal static long ScratchCount(MatmulProduct product, int columns) =>
        product.HasFewRows ? 0 : RowsCount + (product.IsPacked ? 0 : Panels.CountOf(Math.Min(DepthPerPass, product.Depth), columns, Panels.MostColumns));

    internal void Run<TLanes>(CancellationToken cancellation)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        if (_product.HasFewRows)
        {
            MultiplyFewRows<TLanes>(cancellation);
            return;
        }

        int done = 0, depthPerPass = Share(_product.Depth, DepthPerPass), rowsPerPass = Share(_rows, RowsPerPass);
        do
        {
            int depth = Math.Min(depthPerPass, _product.Depth - done);
            if (!_product.IsPacked)
            {
                OwnPanels<TLanes>(depth).Pack<TLanes>(0, 0, _columns, _product.RightAt(_batch, done, _firstColumn), _product.RightStride, _product.TransposeRight);
            }

            for (int row = 0; row < _rows && !cancellation.IsCancellationRequested; row += Math.Min(rowsPerPass, _rows - row))
            {
                MultiplyRows<TLanes>(row, Math.Min(rowsPerPass, _rows - row), done, depth);
            }

            done += depth;
        }
        while (done < _product.Depth);
    }

    /// <summary>As few passes as the most allows, of about the same length.</summary>
    private static int Share(int length, int most)
    {
        int passes = ((length - 1) / most) + 1, share = ((length - 1) / passes) + 1;
        return (share + RowGrain - 1) / RowGrain * RowGrain;
    }

    private void MultiplyFewRows<TLanes>(CancellationToken cancellation)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        for (int column = _firstColumn, columns; column < _firstColumn + _columns && !cancellation.IsCancellationRequested; column += columns)
        {
            columns = Math.Min(StripColumns, _firstColumn + _columns - column);
            float* result = _product.ResultAt(_batch, _firstRow, column);
            for (int row = 0; row < _rows; row++)
            {
                var sums = new Span<float>(result + (row * _product.ResultStride), columns);
                if (!_product.Accumulate)
                {
                    sums.Clear();
                }
            }

            if (_product.HasBias)
            {
                AddBias(result, _rows, column, columns);
            }

            FewRows.Add<TLanes>(
                _rows,
                columns,
                _product.Depth,
                _product.LeftAt(_batch, _firstRow, 0),
                _product.LeftRowStride,
                _product.LeftStepStride,
                _product.RightAt(_batch, 0, column),
                _product.RightStride,
                result,
                _product.ResultStride);
        }
    }

    /// <summary>Some rows of A times all panels.</summary>
    private void MultiplyRows<TLanes>(int row, int rows, int step, int depth)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int group = RowGroups.SizeFor(32 * TLanes.Count);
        float* left = _product.LeftAt(_batch, _firstRow + row, step);
        nint rowStride = _product.LeftRowStride, stepStride = _product.LeftStepStride, groupStride = group * rowStride;
        if (_product.LeftGroups.Exist)
        {
            left = _product.LeftGroups.At(_batch, _firstRow + row, step);
            (stepStride, groupStride) = (_product.LeftGroups.StepStride, _product.LeftGroups.GroupStride);
        }
        else if (_columns > FewColumns && stepStride == 1)
        {
            CopyRows(left, rowStride, rows, depth);
            left = _rowScratch;
            rowStride = depth + RowPadding;
            groupStride = group * rowStride;
        }
        else if (_columns > FewColumns)
        {
            var groups = new RowGroups(_rowScratch, 1, rows, depth, group);
            groups.Pack(0, 0, depth, left, stepStride);
            left = _rowScratch;
            (stepStride, groupStride) = (groups.StepStride, groups.GroupStride);
        }

        PackedPanels panels = _product.IsPacked ? _product.Panels : OwnPanels<TLanes>(depth);
        (int firstColumn, int firstStep) = _product.IsPacked ? (_firstColumn, step) : (0, 0);
        for (int column = 0, columns; column < _columns; column += columns)
        {
            columns = Math.Min(panels.Width, _columns - column);
            float* result = _product.ResultAt(_batch, _firstRow + row, _firstColumn + column);
            float* start = null;
            nint startStride = 0;
            if (step > 0 || _product.Accumulate)
            {
                start = result;
                startStride = _product.ResultStride;
                if (step == 0 && _product.HasBias)
                {
                    AddBias(result, rows, _firstColumn + column, columns);
                }
            }
            else if (_product.HasBias)
            {
                start = _product.BiasAt(_firstColumn + column);
            }

            var tile = new PanelProduct(depth, left, rowStride, stepStride, groupStride, start, startStride, result, _product.ResultStride);
            tile.Run<TLanes>(rows, panels.At(_batch, firstStep, firstColumn + column), panels.WidthAt(firstColumn + column), columns);
        }
    }

    /// <summary>This block's slice of B, for as many steps.</summary>
    private PackedPanels OwnPanels<TLanes>(int depth)
        where TLanes : unmanaged, ILanes<TLanes> => new(_panelScratch, 1, depth, _columns, Panels.WidthFor(32 * TLanes.Count));

    private void CopyRows(float* source, nint stride, int rows, int depth)
    {
        for (int row = 0; row < rows; row++)
        {
            new ReadOnlySpan<float>(source + (row * stride), depth).CopyTo(new Span<float>(_rowScratch + (row * (nint)(depth + RowPadding)), depth));
        }
    }

    private void AddBias(float* result, int rows, int column, int columns)
    {
        float* bias = _product.BiasAt(column);
        for (int row = 0; row < rows; row++, result += _product.ResultStride)
        {
            for (int i = 0; i < columns; i++)
            {
                result[i] += bias[i];
            }
        }
    }
}
