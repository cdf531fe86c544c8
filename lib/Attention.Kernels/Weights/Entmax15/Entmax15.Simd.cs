using System.Runtime.CompilerServices;

namespace Attention.Kernels;

public static partial class Entmax15
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
                int padded = SimplexRow.Load<TLanes>(scores + first, shape.Columns, 0.5f, scratch);
                float threshold = Threshold<TLanes>(scratch, padded);
                Cut<TLanes>(scratch, padded, threshold);
                new ReadOnlySpan<float>(scratch, shape.Columns).CopyTo(new Span<float>(weights + first, shape.Columns));
            }
        }
    }

    /// <summary>The τ for which the squares of what the floats above it exceed it by sum to 1; NaN if there is a NaN, and 0 if no float is above −1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe float Threshold<TLanes>(float* row, int padded)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes zero = TLanes.Broadcast(0), one = TLanes.Broadcast(1), far = TLanes.Broadcast(float.MaxValue);
        float threshold = -1; // the largest float is 0, and no weight is above 1: at first too small, or right
        while (true)
        {
            TLanes start = TLanes.Broadcast(threshold), sums = zero, squares = zero, counts = zero, nearest = far;
            for (int i = 0; i < padded; i += TLanes.Count)
            {
                TLanes excess = TLanes.Max(zero, TLanes.Load(row + i) - start);
                sums += excess;
                squares = TLanes.MultiplyAdd(excess, excess, squares);
                counts += TLanes.WhereLess(zero, excess, one, zero);
                nearest = TLanes.Min(nearest, TLanes.WhereLess(zero, excess, excess, far));
            }

            float count = TLanes.SumOf(counts), sum = TLanes.SumOf(sums), square = TLanes.SumOf(squares);
            if (count == 0 || float.IsNaN(square))
            {
                return square; // 0 or NaN
            }

            // The support's own threshold, if the support reaches down to it.
            float mean = sum / count, rest = (1 - (square - (sum * mean))) / count;
            float further = mean - MathF.Sqrt(rest);
            if (further <= -TLanes.MaxOf(zero - nearest))
            {
                return threshold + further;
            }

            float next = threshold + ((square - 1) / (2 * sum));
            if (!(next > threshold))
            {
                return threshold;
            }

            threshold = next;
        }
    }

    /// <summary>(x − τ)², and 0 where x is below τ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe void Cut<TLanes>(float* row, int padded, float threshold)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes zero = TLanes.Broadcast(0), least = TLanes.Broadcast(threshold);
        for (int i = 0; i < padded; i += TLanes.Count)
        {
            TLanes root = TLanes.Max(zero, TLanes.Load(row + i) - least);
            TLanes.Store(row + i, root * root);
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
        TLanes zero = TLanes.Broadcast(0), sums = zero, roots = zero;
        for (int i = 0; i < whole; i += TLanes.Count)
        {
            TLanes root = TLanes.SquareRoot(TLanes.Load(weights + i));
            sums += TLanes.WhereLess(zero, root, root * TLanes.Load(weightsGradient + i), root);
            roots += root;
        }

        float sum = TLanes.SumOf(sums), rootSum = TLanes.SumOf(roots);
        for (int i = whole; i < columns; i++)
        {
            float root = MathF.Sqrt(weights[i]);
            sum += root > 0 ? root * weightsGradient[i] : root;
            rootSum += root;
        }

        float average = rootSum == 0 ? 0 : sum / rootSum;
        TLanes mean = TLanes.Broadcast(average);
        for (int i = 0; i < whole; i += TLanes.Count)
        {
            TLanes root = TLanes.SquareRoot(TLanes.Load(weights + i));
            TLanes.Store(scoresGradient + i, TLanes.WhereLess(zero, root, root * (TLanes.Load(weightsGradient + i) - mean), root));
        }

        for (int i = whole; i < columns; i++)
        {
            float root = MathF.Sqrt(weights[i]);
            scoresGradient[i] = root > 0 ? root * (weightsGradient[i] - average) : root;
        }
    }
}
