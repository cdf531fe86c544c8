using System.Runtime.CompilerServices;

namespace Attention.Kernels;

public static partial class MaskedSoftmax
{
    /// <summary>Either flags or lengths; the other is null.</summary>
    private readonly unsafe struct ForwardTiles(RowShape shape, float* scores, bool* visible, int* lengths, float* weights, float temperature) : ITiles
    {
        public long Count => RowBlock.CountOf(shape);

        public long ScratchCount => 0;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            RowBlock block = new(shape, tile);
            for (long row = block.First; row < block.End; row++)
            {
                float* source = scores + (row * shape.Columns), destination = weights + (row * shape.Columns);
                int count = VisibleStart(lengths, row, shape.Columns);
                if (visible is not null)
                {
                    Hide<TLanes>(source, visible + (row * shape.Columns), destination, count);
                    source = destination;
                }

                float sum = Softmax.Exponentials<TLanes>(source, destination, count, temperature);
                Softmax.Scale<TLanes>(destination, destination, count, sum == 0 ? 0 : 1 / sum);
                new Span<float>(destination + count, shape.Columns - count).Clear();
            }
        }
    }

    private readonly unsafe struct BackwardTiles(
        RowShape shape, float* weights, bool* visible, int* lengths, float* weightsGradient, float* scoresGradient, float temperature) : ITiles
    {
        public long Count => RowBlock.CountOf(shape);

        public long ScratchCount => 0;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            RowBlock block = new(shape, tile);
            for (long row = block.First; row < block.End; row++)
            {
                long first = row * shape.Columns;
                int count = VisibleStart(lengths, row, shape.Columns);
                if (visible is null)
                {
                    Softmax.BackwardRowSimd<TLanes>(weights + first, weightsGradient + first, scoresGradient + first, count, 1 / temperature);
                }
                else
                {
                    BackwardRow<TLanes>(weights + first, visible + first, weightsGradient + first, scoresGradient + first, count, 1 / temperature);
                }

                new Span<float>(scoresGradient + first + count, shape.Columns - count).Clear();
            }
        }
    }

    /// <summary>The caller owns the lengths: another thread may have changed them since they were checked, and must not lead the kernel outside its row.</summary>
    private static unsafe int VisibleStart(int* lengths, long row, int columns) => lengths is null ? columns : Math.Clamp(lengths[row], 0, columns);

    /// <summary>The scores, and −∞ where they are hidden.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe void Hide<TLanes>(float* scores, bool* visible, float* destination, int columns)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes hidden = TLanes.Broadcast(float.NegativeInfinity);
        int i = 0;
        for (; i <= columns - TLanes.Count; i += TLanes.Count)
        {
            TLanes.Store(destination + i, TLanes.WhereSet(visible + i, TLanes.Load(scores + i), hidden));
        }

        for (; i < columns; i++)
        {
            destination[i] = visible[i] ? scores[i] : float.NegativeInfinity;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe void BackwardRow<TLanes>(float* weights, bool* visible, float* weightsGradient, float* scoresGradient, int columns, float sharpness)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int whole = columns - (columns % TLanes.Count);
        TLanes zero = TLanes.Broadcast(0), factor = TLanes.Broadcast(sharpness), sums = zero;
        for (int i = 0; i < whole; i += TLanes.Count)
        {
            sums += TLanes.WhereSet(visible + i, TLanes.Load(weights + i) * TLanes.Load(weightsGradient + i), zero);
        }

        float sum = TLanes.SumOf(sums);
        for (int i = whole; i < columns; i++)
        {
            sum += visible[i] ? weights[i] * weightsGradient[i] : 0;
        }

        TLanes mean = TLanes.Broadcast(sum);
        for (int i = 0; i < whole; i += TLanes.Count)
        {
            TLanes.Store(scoresGradient + i, TLanes.WhereSet(visible + i, TLanes.Load(weights + i) * (TLanes.Load(weightsGradient + i) - mean) * factor, zero));
        }

        for (int i = whole; i < columns; i++)
        {
            scoresGradient[i] = visible[i] ? weights[i] * (weightsGradient[i] - sum) * sharpness : 0;
        }
    }
}
