using System.Runtime.CompilerServices;

namespace Attention.Kernels;

public static partial class Sparsemax
{
    private readonly unsafe struct ForwardTiles(RowShape shape, float* scores, float* weights) : ITiles
    {
        public long Count => RowBlock.CountOf(shape);

        // Padded, so that the passes have whole registers only.
        public long ScratchCount => SimplexRow.ScratchCount(shape.Columns);

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            RowBlock block = new(shape, tile);
            for (long row = block.First; row < block.End; row++)
            {
                long first = row * shape.Columns;
                int padded = SimplexRow.Load<TLanes>(scores + first, shape.Columns, 1, scratch);
                float threshold = Threshold<TLanes>(scratch, padded);
                Cut<TLanes>(scratch, padded, threshold);
                new ReadOnlySpan<float>(scratch, shape.Columns).CopyTo(new Span<float>(weights + first, shape.Columns));
            }
        }
    }

    /// <summary>The τ for which the floats above it exceed it by 1 in all; NaN if there is a NaN, and 0 if no float is above −1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe float Threshold<TLanes>(float* row, int padded)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes zero = TLanes.Broadcast(0), one = TLanes.Broadcast(1);
        float threshold = -1, support = float.PositiveInfinity; // the largest float is 0, and no weight is above 1
        while (true)
        {
            TLanes least = TLanes.Broadcast(threshold), sums = zero, counts = zero;
            for (int i = 0; i < padded; i += TLanes.Count)
            {
                TLanes x = TLanes.Load(row + i);
                TLanes above = TLanes.WhereLess(least, x, one, zero);
                counts += above;
                sums = TLanes.MultiplyAdd(above, x, sums); // not a choice but a product: 0 · NaN = NaN
            }

            // What fell out of the support stays out. When nothing does, τ is the answer.
            float count = TLanes.SumOf(counts), sum = TLanes.SumOf(sums);
            if (!(count < support) || float.IsNaN(sum))
            {
                return float.IsNaN(sum) ? sum : threshold;
            }

            if (count == 0)
            {
                return 0;
            }

            (support, threshold) = (count, (sum - 1) / count);
        }
    }

    /// <summary>x − τ, and 0 where that is negative.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe void Cut<TLanes>(float* row, int padded, float threshold)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes zero = TLanes.Broadcast(0), least = TLanes.Broadcast(threshold);
        for (int i = 0; i < padded; i += TLanes.Count)
        {
            TLanes.Store(row + i, TLanes.Max(zero, TLanes.Load(row + i) - least));
        }
    }

    private readonly unsafe struct BackwardTiles(RowShape shape, float* weights, float* weightsGradient, float* scoresGradient) : ITiles
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
                BackwardRow<TLanes>(weights + first, weightsGradient + first, scoresGradient + first, shape.Columns);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe void BackwardRow<TLanes>(float* weights, float* weightsGradient, float* scoresGradient, int columns)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int whole = columns - (columns % TLanes.Count);
        TLanes zero = TLanes.Broadcast(0), one = TLanes.Broadcast(1), sums = zero, counts = zero;
        for (int i = 0; i < whole; i += TLanes.Count)
        {
            TLanes w = TLanes.Load(weights + i);
            sums += TLanes.WhereLess(zero, w, TLanes.Load(weightsGradient + i), w * zero); // a NaN among the weights must not get lost
            counts += TLanes.WhereLess(zero, w, one, zero);
        }

        float sum = TLanes.SumOf(sums), support = TLanes.SumOf(counts);
        for (int i = whole; i < columns; i++)
        {
            sum += weights[i] > 0 ? weightsGradient[i] : weights[i] * 0;
            support += weights[i] > 0 ? 1 : 0;
        }

        float average = support == 0 ? sum : sum / support;
        TLanes mean = TLanes.Broadcast(average);
        for (int i = 0; i < whole; i += TLanes.Count)
        {
            TLanes w = TLanes.Load(weights + i);
            TLanes.Store(scoresGradient + i, TLanes.WhereLess(zero, w, TLanes.Load(weightsGradient + i) - mean, w * zero));
        }

        for (int i = whole; i < columns; i++)
        {
            scoresGradient[i] = weights[i] > 0 ? weightsGradient[i] - average : weights[i] * 0;
        }
    }
}
