using System.Runtime.CompilerServices;

namespace Attention.Kernels;

/// <summary>Adds weighted values to the contexts of a few queries. While it computes, it asks for the values to come.</summary>
/// <remarks>Each sum runs from the first key to the last, in one register, whichever tile it is part of.</remarks>
internal static unsafe class ContextTile
{
    /// <summary>context[r] += Σ weights[r, j] · value[j]</summary>
    /// <param name="rows">Queries.</param>
    /// <param name="keys">Values.</param>
    /// <param name="width">Dv</param>
    /// <param name="weights">[rows, keys]</param>
    /// <param name="weightStride">From one query's weights to the next's.</param>
    /// <param name="value">[keys, width]</param>
    /// <param name="stride">From a value to the next.</param>
    /// <param name="ahead">From here to what comes after these values, in floats; 0: unknown.</param>
    /// <param name="context">[rows, width]</param>
    /// <param name="contextStride">From one query's context to the next's.</param>
    internal static void Run<TLanes>(
        int rows, int keys, int width, float* weights, nint weightStride, float* value, nint stride, nint ahead, float* context, nint contextStride)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        for (; TLanes.HasManyRegisters && rows >= 4; rows -= 4, weights += 4 * weightStride, context += 4 * contextStride, ahead = 0)
        {
            int c = 0;
            for (; c <= width - (4 * TLanes.Count); c += 4 * TLanes.Count)
            {
                FourRows<TLanes>(keys, weights, weightStride, value + c, stride, ahead, context + c, contextStride);
            }

            Rest<TLanes>(4, keys, c, width, weights, weightStride, value, stride, ahead, context, contextStride);
        }

        for (; rows >= 2; rows -= 2, weights += 2 * weightStride, context += 2 * contextStride, ahead = 0)
        {
            int c = 0;
            for (; c <= width - (4 * TLanes.Count); c += 4 * TLanes.Count)
            {
                TwoRows<TLanes>(keys, weights, weightStride, value + c, stride, ahead, context + c, contextStride);
            }

            Rest<TLanes>(2, keys, c, width, weights, weightStride, value, stride, ahead, context, contextStride);
        }

        if (rows == 1)
        {
            int c = 0;
            for (; c <= width - (8 * TLanes.Count); c += 8 * TLanes.Count)
            {
                OneRow<TLanes>(keys, weights, value + c, stride, ahead, context + c);
            }

            Rest<TLanes>(1, keys, c, width, weights, weightStride, value, stride, ahead, context, contextStride);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void OneRow<TLanes>(int keys, float* weights, float* value, nint stride, nint ahead, float* context)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes c0 = TLanes.Load(context), c1 = TLanes.Load(context + TLanes.Count);
        TLanes c2 = TLanes.Load(context + (2 * TLanes.Count)), c3 = TLanes.Load(context + (3 * TLanes.Count));
        TLanes c4 = TLanes.Load(context + (4 * TLanes.Count)), c5 = TLanes.Load(context + (5 * TLanes.Count));
        TLanes c6 = TLanes.Load(context + (6 * TLanes.Count)), c7 = TLanes.Load(context + (7 * TLanes.Count));
        for (int j = 0; j < keys; j++, value += stride)
        {
            TLanes w = TLanes.Broadcast(weights[j]);
            c0 = TLanes.MultiplyAdd(w, TLanes.Load(value), c0);
            c1 = TLanes.MultiplyAdd(w, TLanes.Load(value + TLanes.Count), c1);
            c2 = TLanes.MultiplyAdd(w, TLanes.Load(value + (2 * TLanes.Count)), c2);
            c3 = TLanes.MultiplyAdd(w, TLanes.Load(value + (3 * TLanes.Count)), c3);
            c4 = TLanes.MultiplyAdd(w, TLanes.Load(value + (4 * TLanes.Count)), c4);
            c5 = TLanes.MultiplyAdd(w, TLanes.Load(value + (5 * TLanes.Count)), c5);
            c6 = TLanes.MultiplyAdd(w, TLanes.Load(value + (6 * TLanes.Count)), c6);
            c7 = TLanes.MultiplyAdd(w, TLanes.Load(value + (7 * TLanes.Count)), c7);
            Ask<TLanes>(value + ahead);
            Ask<TLanes>(value + ahead + (4 * TLanes.Count));
        }

        TLanes.Store(context, c0);
        TLanes.Store(context + TLanes.Count, c1);
        TLanes.Store(context + (2 * TLanes.Count), c2);
        TLanes.Store(context + (3 * TLanes.Count), c3);
        TLanes.Store(context + (4 * TLanes.Count), c4);
        TLanes.Store(context + (5 * TLanes.Count), c5);
        TLanes.Store(context + (6 * TLanes.Count), c6);
        TLanes.Store(context + (7 * TLanes.Count), c7);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void TwoRows<TLanes>(int keys, float* weights, nint weightStride, float* value, nint stride, nint ahead, float* context, nint contextStride)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float* other = context + contextStride;
        TLanes a0 = TLanes.Load(context), a1 = TLanes.Load(context + TLanes.Count);
        TLanes a2 = TLanes.Load(context + (2 * TLanes.Count)), a3 = TLanes.Load(context + (3 * TLanes.Count));
        TLanes b0 = TLanes.Load(other), b1 = TLanes.Load(other + TLanes.Count);
        TLanes b2 = TLanes.Load(other + (2 * TLanes.Count)), b3 = TLanes.Load(other + (3 * TLanes.Count));
        for (int j = 0; j < keys; j++, value += stride)
        {
            TLanes v0 = TLanes.Load(value), v1 = TLanes.Load(value + TLanes.Count);
            TLanes v2 = TLanes.Load(value + (2 * TLanes.Count)), v3 = TLanes.Load(value + (3 * TLanes.Count));
            TLanes w = TLanes.Broadcast(weights[j]);
            a0 = TLanes.MultiplyAdd(w, v0, a0);
            a1 = TLanes.MultiplyAdd(w, v1, a1);
            a2 = TLanes.MultiplyAdd(w, v2, a2);
            a3 = TLanes.MultiplyAdd(w, v3, a3);
            w = TLanes.Broadcast(weights[weightStride + j]);
            b0 = TLanes.MultiplyAdd(w, v0, b0);
            b1 = TLanes.MultiplyAdd(w, v1, b1);
            b2 = TLanes.MultiplyAdd(w, v2, b2);
            b3 = TLanes.MultiplyAdd(w, v3, b3);
            Ask<TLanes>(value + ahead);
        }

        TLanes.Store(context, a0);
        TLanes.Store(context + TLanes.Count, a1);
        TLanes.Store(context + (2 * TLanes.Count), a2);
        TLanes.Store(context + (3 * TLanes.Count), a3);
        TLanes.Store(other, b0);
        TLanes.Store(other + TLanes.Count, b1);
        TLanes.Store(other + (2 * TLanes.Count), b2);
        TLanes.Store(other + (3 * TLanes.Count), b3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void FourRows<TLanes>(int keys, float* weights, nint weightStride, float* value, nint stride, nint ahead, float* context, nint contextStride)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float* contextB = context + contextStride, contextC = contextB + contextStride, contextD = contextC + contextStride;
        float* weightsB = weights + weightStride, weightsC = weightsB + weightStride, weightsD = weightsC + weightStride;
        TLanes a0 = TLanes.Load(context), a1 = TLanes.Load(context + TLanes.Count);
        TLanes a2 = TLanes.Load(context + (2 * TLanes.Count)), a3 = TLanes.Load(context + (3 * TLanes.Count));
        TLanes b0 = TLanes.Load(contextB), b1 = TLanes.Load(contextB + TLanes.Count);
        TLanes b2 = TLanes.Load(contextB + (2 * TLanes.Count)), b3 = TLanes.Load(contextB + (3 * TLanes.Count));
        TLanes c0 = TLanes.Load(contextC), c1 = TLanes.Load(contextC + TLanes.Count);
        TLanes c2 = TLanes.Load(contextC + (2 * TLanes.Count)), c3 = TLanes.Load(contextC + (3 * TLanes.Count));
        TLanes d0 = TLanes.Load(contextD), d1 = TLanes.Load(contextD + TLanes.Count);
        TLanes d2 = TLanes.Load(contextD + (2 * TLanes.Count)), d3 = TLanes.Load(contextD + (3 * TLanes.Count));
        for (int j = 0; j < keys; j++, value += stride)
        {
            TLanes v0 = TLanes.Load(value), v1 = TLanes.Load(value + TLanes.Count);
            TLanes v2 = TLanes.Load(value + (2 * TLanes.Count)), v3 = TLanes.Load(value + (3 * TLanes.Count));
            TLanes w = TLanes.Broadcast(weights[j]);
            a0 = TLanes.MultiplyAdd(w, v0, a0);
            a1 = TLanes.MultiplyAdd(w, v1, a1);
            a2 = TLanes.MultiplyAdd(w, v2, a2);
            a3 = TLanes.MultiplyAdd(w, v3, a3);
            w = TLanes.Broadcast(weightsB[j]);
            b0 = TLanes.MultiplyAdd(w, v0, b0);
            b1 = TLanes.MultiplyAdd(w, v1, b1);
            b2 = TLanes.MultiplyAdd(w, v2, b2);
            b3 = TLanes.MultiplyAdd(w, v3, b3);
            w = TLanes.Broadcast(weightsC[j]);
            c0 = TLanes.MultiplyAdd(w, v0, c0);
            c1 = TLanes.MultiplyAdd(w, v1, c1);
            c2 = TLanes.MultiplyAdd(w, v2, c2);
            c3 = TLanes.MultiplyAdd(w, v3, c3);
            w = TLanes.Broadcast(weightsD[j]);
            d0 = TLanes.MultiplyAdd(w, v0, d0);
            d1 = TLanes.MultiplyAdd(w, v1, d1);
            d2 = TLanes.MultiplyAdd(w, v2, d2);
            d3 = TLanes.MultiplyAdd(w, v3, d3);
            Ask<TLanes>(value + ahead);
        }

        TLanes.Store(context, a0);
        TLanes.Store(context + TLanes.Count, a1);
        TLanes.Store(context + (2 * TLanes.Count), a2);
        TLanes.Store(context + (3 * TLanes.Count), a3);
        TLanes.Store(contextB, b0);
        TLanes.Store(contextB + TLanes.Count, b1);
        TLanes.Store(contextB + (2 * TLanes.Count), b2);
        TLanes.Store(contextB + (3 * TLanes.Count), b3);
        TLanes.Store(contextC, c0);
        TLanes.Store(contextC + TLanes.Count, c1);
        TLanes.Store(contextC + (2 * TLanes.Count), c2);
        TLanes.Store(contextC + (3 * TLanes.Count), c3);
        TLanes.Store(contextD, d0);
        TLanes.Store(contextD + TLanes.Count, d1);
        TLanes.Store(contextD + (2 * TLanes.Count), d2);
        TLanes.Store(contextD + (3 * TLanes.Count), d3);
    }

    /// <summary>The columns that fill no tile: one register at a time, and then one float.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Rest<TLanes>(
        int rows, int keys, int column, int width, float* weights, nint weightStride, float* value, nint stride, nint ahead, float* context, nint contextStride)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        for (; column <= width - TLanes.Count; column += TLanes.Count)
        {
            for (int r = 0; r < rows; r++)
            {
                float* v = value + column, w = weights + (r * weightStride);
                TLanes sum = TLanes.Load(context + (r * contextStride) + column);
                for (int j = 0; j < keys; j++, v += stride)
                {
                    sum = TLanes.MultiplyAdd(TLanes.Broadcast(w[j]), TLanes.Load(v), sum);
                    Prefetch.Line(v + ahead);
                }

                TLanes.Store(context + (r * contextStride) + column, sum);
            }
        }

        for (; column < width; column++)
        {
            for (int r = 0; r < rows; r++)
            {
                float* v = value + column, w = weights + (r * weightStride);
                float sum = context[(r * contextStride) + column];
                for (int j = 0; j < keys; j++, v += stride)
                {
                    sum += w[j] * *v;
                }

                context[(r * contextStride) + column] = sum;
            }
        }
    }

    /// <summary>Asks for the lines of four registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Ask<TLanes>(float* address)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        const int Line = 16;
        for (int i = 0; i < 4 * TLanes.Count; i += Line)
        {
            Prefetch.Line(address + i);
        }
    }
}
