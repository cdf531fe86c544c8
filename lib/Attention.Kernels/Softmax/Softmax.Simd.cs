using System.Runtime.CompilerServices;

namespace Attention.Kernels;

public static partial class Softmax
{
    internal static unsafe void ForwardSimd<TLanes>(RowShape shape, ReadOnlySpan<float> scores, Span<float> weights)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        fixed (float* source = scores, destination = weights)
        {
            for (long row = 0; row < shape.Rows && shape.Columns > 0; row++)
            {
                RowSimd<TLanes>(source + (row * shape.Columns), destination + (row * shape.Columns), shape.Columns);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe void RowSimd<TLanes>(float* scores, float* weights, int columns)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int rest = columns % TLanes.Count;
        int whole = columns - rest;
        TLanes last = Partial.Load<TLanes>(scores + whole, rest, float.NegativeInfinity); // e^−∞ = 0: the filling weighs nothing
        TLanes maxima = last;
        for (int i = 0; i < whole; i += TLanes.Count)
        {
            maxima = TLanes.Max(maxima, TLanes.Load(scores + i));
        }

        // Where every score is −∞, subtracting −∞ would give NaN. The maximum may miss a NaN; the sum does not.
        float max = TLanes.MaxOf(maxima);
        TLanes peak = TLanes.Broadcast(float.IsNegativeInfinity(max) ? 0 : max);
        last = Exponential.Power(last - peak);
        TLanes sums = last;
        for (int i = 0; i < whole; i += TLanes.Count)
        {
            TLanes weight = Exponential.Power(TLanes.Load(scores + i) - peak);
            TLanes.Store(weights + i, weight);
            sums += weight;
        }

        float sum = TLanes.SumOf(sums);
        TLanes share = TLanes.Broadcast(sum == 0 ? 0 : 1 / sum);
        for (int i = 0; i < whole; i += TLanes.Count)
        {
            TLanes.Store(weights + i, TLanes.Load(weights + i) * share);
        }

        Partial.Store(weights + whole, rest, last * share);
    }

    internal static unsafe void BackwardSimd<TLanes>(RowShape shape, ReadOnlySpan<float> weights, ReadOnlySpan<float> weightsGradient, Span<float> scoresGradient)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        fixed (float* w = weights, dw = weightsGradient, ds = scoresGradient)
        {
            for (long row = 0; row < shape.Rows && shape.Columns > 0; row++)
            {
                long first = row * shape.Columns;
                BackwardRowSimd<TLanes>(w + first, dw + first, ds + first, shape.Columns);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe void BackwardRowSimd<TLanes>(float* weights, float* weightsGradient, float* scoresGradient, int columns)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int rest = columns % TLanes.Count;
        int whole = columns - rest;
        TLanes lastWeight = Partial.Load<TLanes>(weights + whole, rest, 0);
        TLanes lastGradient = Partial.Load<TLanes>(weightsGradient + whole, rest, 0);
        TLanes sums = lastWeight * lastGradient;
        for (int i = 0; i < whole; i += TLanes.Count)
        {
            sums = TLanes.MultiplyAdd(TLanes.Load(weights + i), TLanes.Load(weightsGradient + i), sums);
        }

        TLanes mean = TLanes.Broadcast(TLanes.SumOf(sums));
        for (int i = 0; i < whole; i += TLanes.Count)
        {
            TLanes.Store(scoresGradient + i, TLanes.Load(weights + i) * (TLanes.Load(weightsGradient + i) - mean));
        }

        Partial.Store(scoresGradient + whole, rest, lastWeight * (lastGradient - mean));
    }
}
