using System.Runtime.CompilerServices;

namespace Attention.Kernels;

public static partial class Softmax
{
    private readonly unsafe struct ForwardTiles(RowShape shape, float* scores, float* weights) : ITiles
    {
        public long Count => RowBlock.CountOf(shape);

        public long ScratchCount => 0;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            // What a row has left over after whole registers is computed in one of its own; e^−∞ = 0, so the filling weighs nothing.
            float* rest = stackalloc float[TLanes.Count];
            new Span<float>(rest, TLanes.Count).Fill(float.NegativeInfinity);
            RowBlock block = new(shape, tile);
            for (long row = block.First; row < block.End; row++)
            {
                RowSimd<TLanes>(scores + (row * shape.Columns), weights + (row * shape.Columns), shape.Columns, rest);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe void RowSimd<TLanes>(float* scores, float* weights, int columns, float* rest)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int whole = columns - (columns % TLanes.Count);
        for (int i = whole; i < columns; i++)
        {
            rest[i - whole] = scores[i];
        }

        TLanes last = TLanes.Load(rest);
        TLanes maxima = last, otherMaxima = last; // two, so that one need not wait for the other
        for (int i = 0; i < whole; i += 2 * TLanes.Count)
        {
            maxima = TLanes.Max(maxima, TLanes.Load(scores + i));
            otherMaxima = TLanes.Max(otherMaxima, TLanes.Load(scores + Math.Min(i + TLanes.Count, whole - TLanes.Count)));
        }

        // Where every score is −∞, subtracting −∞ would give NaN. The maximum may miss a NaN; the sum does not.
        float max = TLanes.MaxOf(TLanes.Max(maxima, otherMaxima));
        TLanes peak = TLanes.Broadcast(float.IsNegativeInfinity(max) ? 0 : max);
        TLanes sums = TLanes.Broadcast(0);
        for (int i = 0; i < whole; i += TLanes.Count)
        {
            TLanes weight = Exponential.Power(TLanes.Load(scores + i) - peak);
            TLanes.Store(weights + i, weight);
            sums += weight;
        }

        last = Exponential.Power(last - peak);
        float sum = TLanes.SumOf(sums + last);
        TLanes share = TLanes.Broadcast(sum == 0 ? 0 : 1 / sum);
        for (int i = 0; i < whole; i += TLanes.Count)
        {
            TLanes.Store(weights + i, TLanes.Load(weights + i) * share);
        }

        if (whole < columns)
        {
            Partial.Store(weights + whole, columns - whole, last * share);
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
                BackwardRowSimd<TLanes>(weights + first, weightsGradient + first, scoresGradient + first, shape.Columns);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe void BackwardRowSimd<TLanes>(float* weights, float* weightsGradient, float* scoresGradient, int columns)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int whole = columns - (columns % TLanes.Count);
        TLanes sums = TLanes.Broadcast(0);
        for (int i = 0; i < whole; i += TLanes.Count)
        {
            sums = TLanes.MultiplyAdd(TLanes.Load(weights + i), TLanes.Load(weightsGradient + i), sums);
        }

        float sum = TLanes.SumOf(sums);
        for (int i = whole; i < columns; i++)
        {
            sum += weights[i] * weightsGradient[i];
        }

        TLanes mean = TLanes.Broadcast(sum);
        for (int i = 0; i < whole; i += TLanes.Count)
        {
            TLanes.Store(scoresGradient + i, TLanes.Load(weights + i) * (TLanes.Load(weightsGradient + i) - mean));
        }

        for (int i = whole; i < columns; i++)
        {
            scoresGradient[i] = weights[i] * (weightsGradient[i] - sum);
        }
    }
}
