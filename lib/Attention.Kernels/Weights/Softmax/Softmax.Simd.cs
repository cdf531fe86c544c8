using System.Runtime.CompilerServices;

namespace Attention.Kernels;

public static partial class Softmax
{
    private readonly unsafe struct ForwardTiles(RowShape shape, float* scores, float* weights, float temperature) : ITiles
    {
        /// <summary>A longer row does not stay in the first cache between the passes over it, and a shorter one is not worth aligning.</summary>
        private readonly bool _streams = shape.Columns is >= 256 and <= 1 << 14 && Streaming.Pays((long)shape.Rows * shape.Columns, scores, weights);

        public long Count => RowBlock.CountOf(shape);

        public long ScratchCount => _streams ? shape.Columns : 0;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            RowBlock block = new(shape, tile);
            for (long row = block.First; row < block.End; row++)
            {
                float* source = scores + (row * shape.Columns), destination = weights + (row * shape.Columns);
                if (_streams)
                {
                    float sum = Exponentials<TLanes>(source, scratch, shape.Columns, temperature);
                    ScaleStreaming<TLanes>(scratch, destination, shape.Columns, sum == 0 ? 0 : 1 / sum);
                }
                else
                {
                    float sum = Exponentials<TLanes>(source, destination, shape.Columns, temperature);
                    Scale<TLanes>(destination, destination, shape.Columns, sum == 0 ? 0 : 1 / sum);
                }
            }

            if (_streams)
            {
                Streaming.Finish();
            }
        }
    }

    /// <summary>What to subtract from a row before the exponential: its largest score, or 0 where that is −∞, for −∞ less −∞ would be NaN. May miss a NaN; the sum does not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static unsafe float Peak<TLanes>(float* scores, int columns)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int whole = columns - (columns % TLanes.Count);
        TLanes maxima = TLanes.Broadcast(float.NegativeInfinity), otherMaxima = maxima; // two, so that one need not wait for the other
        for (int i = 0; i < whole; i += 2 * TLanes.Count)
        {
            maxima = TLanes.Max(maxima, TLanes.Load(scores + i));
            otherMaxima = TLanes.Max(otherMaxima, TLanes.Load(scores + Math.Min(i + TLanes.Count, whole - TLanes.Count)));
        }

        float max = TLanes.MaxOf(TLanes.Max(maxima, otherMaxima));
        for (int i = whole; i < columns; i++)
        {
            max = MathF.Max(max, scores[i]);
        }

        return float.IsNegativeInfinity(max) ? 0 : max;
    }

    /// <summary>e^((score − peak) / temperature), and the sum of that.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static unsafe float Exponentials<TLanes>(float* scores, float* exponentials, int columns, float temperature)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float max = Peak<TLanes>(scores, columns);
        if (temperature != 1)
        {
            Cool<TLanes>(scores, exponentials, columns, max, temperature);
            scores = exponentials;
            max = 0;
        }

        int whole = columns - (columns % TLanes.Count);
        TLanes peak = TLanes.Broadcast(max), sums = TLanes.Broadcast(0);
        for (int i = 0; i < whole; i += TLanes.Count)
        {
            Streaming.Prefetch(scores + columns + i); // the next row, while there is arithmetic to do
            TLanes exponential = Exponential.Power(TLanes.Load(scores + i) - peak);
            TLanes.Store(exponentials + i, exponential);
            sums += exponential;
        }

        if (whole < columns)
        {
            // e^−∞ = 0: what fills the last register weighs nothing.
            TLanes last = Exponential.Power(Partial.Load<TLanes>(scores + whole, columns - whole, float.NegativeInfinity) - peak);
            Partial.Store(exponentials + whole, columns - whole, last);
            sums += last;
        }

        return TLanes.SumOf(sums);
    }

    /// <summary>(score − peak) / temperature. Not times the reciprocal: the exponential turns each rounding of a large difference into many.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static unsafe void Cool<TLanes>(float* scores, float* differences, int columns, float peak, float temperature)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes most = TLanes.Broadcast(peak), divisor = TLanes.Broadcast(temperature);
        int i = 0;
        for (; i <= columns - TLanes.Count; i += TLanes.Count)
        {
            TLanes.Store(differences + i, (TLanes.Load(scores + i) - most) / divisor);
        }

        for (; i < columns; i++)
        {
            differences[i] = (scores[i] - peak) / temperature;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static unsafe void Scale<TLanes>(float* exponentials, float* weights, int columns, float share)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes factor = TLanes.Broadcast(share);
        int i = 0;
        for (; i <= columns - TLanes.Count; i += TLanes.Count)
        {
            TLanes.Store(weights + i, TLanes.Load(exponentials + i) * factor);
        }

        for (; i < columns; i++)
        {
            weights[i] = exponentials[i] * share;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe void ScaleStreaming<TLanes>(float* exponentials, float* weights, int columns, float share)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes factor = TLanes.Broadcast(share);
        int i = Math.Min(Streaming.FloatsBeforeAligned<TLanes>(weights), columns);
        Scale<TLanes>(exponentials, weights, i, share);
        for (; i <= columns - TLanes.Count; i += TLanes.Count)
        {
            TLanes.StoreStreaming(weights + i, TLanes.Load(exponentials + i) * factor);
        }

        Scale<TLanes>(exponentials + i, weights + i, columns - i, share);
    }

    private readonly unsafe struct BackwardTiles(RowShape shape, float* weights, float* weightsGradient, float* scoresGradient, float temperature) : ITiles
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
                BackwardRowSimd<TLanes>(weights + first, weightsGradient + first, scoresGradient + first, shape.Columns, 1 / temperature);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static unsafe void BackwardRowSimd<TLanes>(float* weights, float* weightsGradient, float* scoresGradient, int columns, float sharpness)
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

        TLanes mean = TLanes.Broadcast(sum), factor = TLanes.Broadcast(sharpness);
        for (int i = 0; i < whole; i += TLanes.Count)
        {
            TLanes.Store(scoresGradient + i, TLanes.Load(weights + i) * (TLanes.Load(weightsGradient + i) - mean) * factor);
        }

        for (int i = whole; i < columns; i++)
        {
            scoresGradient[i] = weights[i] * (weightsGradient[i] - sum) * sharpness;
        }
    }
}
