using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Attention.Kernels;

public static partial class LearnedPositions
{
    /// <summary>One tile is some rows of one sequence or of several.</summary>
    private readonly unsafe struct ForwardTiles(PositionShape shape, float* input, float* table, float* output) : ITiles
    {
        private readonly RowShape _rows = new(shape.Length == 0 ? 0 : shape.Batch * shape.Length, shape.Width);

        public long Count => RowBlock.CountOf(_rows);

        public long ScratchCount => 0;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            RowBlock block = new(_rows, tile);
            for (long row = block.First; row < block.End;)
            {
                // Rows stand beside one another in the table too, until the sequence ends.
                long position = row % shape.Length;
                long end = Math.Min(block.End, row - position + shape.Length);
                Add<TLanes>(input + (row * shape.Width), table + (position * shape.Width), output + (row * shape.Width), (end - row) * shape.Width);
                row = end;
            }
        }
    }

    /// <summary>One tile is some rows of the table; each is summed over the sequences, one after the other.</summary>
    private readonly unsafe struct BackwardTiles(PositionShape shape, float* outputGradient, float* tableGradient, int firstPosition) : ITiles
    {
        private readonly RowShape _rows = new(shape.Positions, shape.Width);

        public long Count => RowBlock.CountOf(_rows);

        public long ScratchCount => 0;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            RowBlock block = new(_rows, tile);
            NativeMemory.Clear(tableGradient + (block.First * shape.Width), (nuint)((block.End - block.First) * shape.Width) * sizeof(float));
            long first = Math.Max(block.First, firstPosition), end = Math.Min(block.End, (long)firstPosition + shape.Length);
            float* sum = tableGradient + (first * shape.Width);
            for (long b = 0; b < shape.Batch && first < end; b++)
            {
                Add<TLanes>(sum, outputGradient + (((b * shape.Length) + first - firstPosition) * shape.Width), sum, (end - first) * shape.Width);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe void Add<TLanes>(float* left, float* right, float* sum, long count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        long i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            TLanes.Store(sum + i, TLanes.Load(left + i) + TLanes.Load(right + i));
        }

        for (; i < count; i++)
        {
            sum[i] = left[i] + right[i];
        }
    }
}
