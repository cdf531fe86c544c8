using System.Runtime.CompilerServices;

namespace Attention.Kernels;

/// <summary>The sum of each column over all rows of a batch: the gradient of a bias. Some neighbouring columns are one tile, so that each sum has one order.</summary>
internal readonly unsafe struct ColumnSums : ITiles
{
    private const int ColumnsPerTile = 256;
    private const double CostPerElement = 4; // multiply–adds that take as long

    private readonly MatrixLayout _layout;
    private readonly float* _matrix;
    private readonly float* _sums;

    private ColumnSums(MatrixLayout layout, float* matrix, float* sums)
    {
        _layout = layout;
        _matrix = matrix;
        _sums = sums;
    }

    public long Count => ((long)_layout.Columns + ColumnsPerTile - 1) / ColumnsPerTile;

    public long ScratchCount => 0;

    internal static void Run(MatrixLayout layout, float* matrix, float* sums, KernelOptions options) =>
        Tiled.Run(new ColumnSums(layout, matrix, sums), options.ThreadsFor(CostPerElement * layout.Batch * layout.Rows * layout.Columns), options);

    public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        long first = tile * ColumnsPerTile;
        int columns = (int)Math.Min(ColumnsPerTile, _layout.Columns - first);
        float* sums = _sums + first;
        new Span<float>(sums, columns).Clear();
        for (int batch = 0; batch < _layout.Batch; batch++)
        {
            AddRows<TLanes>(_layout.Rows, columns, _matrix + (batch * _layout.BatchStride) + first, _layout.Stride, sums);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void AddRows<TLanes>(int rows, int columns, float* matrix, nint stride, float* sums)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int whole = columns - (columns % TLanes.Count);
        for (int row = 0; row < rows; row++, matrix += stride)
        {
            for (int column = 0; column < whole; column += TLanes.Count)
            {
                TLanes.Store(sums + column, TLanes.Load(sums + column) + TLanes.Load(matrix + column));
            }

            for (int column = whole; column < columns; column++)
            {
                sums[column] += matrix[column];
            }
        }
    }
}
