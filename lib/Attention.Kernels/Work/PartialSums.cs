using System.Runtime.CompilerServices;

namespace Attention.Kernels;

/// <summary>
/// Sums over the rows of a matrix that must come out the same on any number of threads: the rows are cut into blocks by the shape alone, each block sums its own, and the
/// blocks' sums are added in order.
/// </summary>
/// <param name="shape">The matrix.</param>
internal readonly struct PartialSums(RowShape shape)
{
    private const int MostBlocks = 32, FewestRows = 8;

    private readonly int _rows = Math.Max(FewestRows, (int)(((long)shape.Rows + MostBlocks - 1) / MostBlocks));

    /// <summary>How many blocks there are; none when the matrix has no element.</summary>
    internal int Count => shape.Columns == 0 ? 0 : (int)(((long)shape.Rows + _rows - 1) / _rows);

    /// <summary>The first row of a block.</summary>
    internal int First(long block) => (int)(block * _rows);

    /// <summary>The row after a block's last.</summary>
    internal int End(long block) => (int)Math.Min(shape.Rows, (block + 1) * _rows);

    /// <summary>Adds what the blocks summed.</summary>
    /// <param name="partials">[Count, stride]</param>
    /// <param name="stride">Floats from one block's sums to the next one's.</param>
    /// <param name="total">[Columns]; overwritten.</param>
    /// <param name="options">Threads, cancellation.</param>
    internal unsafe void Add(float* partials, long stride, float* total, KernelOptions options) =>
        Tiled.Run(new Tiles(partials, stride, Count, total, shape.Columns), options.ThreadsFor(8.0 * Count * shape.Columns), options);

    private readonly unsafe struct Tiles(float* partials, long stride, int blocks, float* total, int columns) : ITiles
    {
        private const int Columns = 1 << 10;

        public long Count => ((long)columns + Columns - 1) / Columns;

        public long ScratchCount => 0;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            long first = tile * Columns;
            int count = (int)Math.Min(Columns, columns - first);
            new Span<float>(total + first, count).Clear();
            for (int block = 0; block < blocks; block++)
            {
                AddTo<TLanes>(partials + (block * stride) + first, total + first, count);
            }
        }
    }

    /// <summary>total += terms</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static unsafe void AddTo<TLanes>(float* terms, float* total, int count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            TLanes.Store(total + i, TLanes.Load(total + i) + TLanes.Load(terms + i));
        }

        for (; i < count; i++)
        {
            total[i] += terms[i];
        }
    }
}
