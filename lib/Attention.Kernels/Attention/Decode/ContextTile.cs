using System.Runtime.CompilerServices;

namespace Attention.Kernels;

/// <summary>Adds weighted values to the contexts of a few queries, four values from places far apart at a time.</summary>
/// <remarks>Each sum runs over the four places of the first value, then of the second, whichever tile it is part of.</remarks>
internal static unsafe class ContextTile
{
    /// <summary>context[r] += Σ weights[r, place, j] · value[place, j]</summary>
    /// <param name="rows">Queries.</param>
    /// <param name="values">Values in each place.</param>
    /// <param name="width">Dv</param>
    /// <param name="weights">[rows, 4, values]</param>
    /// <param name="quarter">From the weights of one place to those of the next.</param>
    /// <param name="weightStride">From one query's weights to the next's.</param>
    /// <param name="value">Four times [values, width].</param>
    /// <param name="stride">From a value to the next.</param>
    /// <param name="context">[rows, width]</param>
    /// <param name="contextStride">From one query's context to the next's.</param>
    internal static void Run<TLanes>(
        int rows, int values, int width, float* weights, nint quarter, nint weightStride, FourRows value, nint stride, float* context, nint contextStride)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        for (; rows >= 4; rows -= 4, weights += 4 * weightStride, context += 4 * contextStride)
        {
            FourQueries<TLanes>(values, width, weights, quarter, weightStride, value, stride, context, contextStride);
        }

        for (; rows >= 2; rows -= 2, weights += 2 * weightStride, context += 2 * contextStride)
        {
            TwoQueries<TLanes>(values, width, weights, weights + weightStride, quarter, value, stride, context, context + contextStride);
        }

        if (rows == 1)
        {
            OneQuery<TLanes>(values, width, weights, quarter, value, stride, context);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void OneQuery<TLanes>(int values, int width, float* weights, nint quarter, FourRows value, nint stride, float* context)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        nint whole = width - (width % TLanes.Count);
        for (int j = 0; j < values; j++)
        {
            float* v0 = value.First + (j * stride), v1 = value.Second + (j * stride), v2 = value.Third + (j * stride), v3 = value.Fourth + (j * stride);
            float* w = weights + j;
            TLanes w0 = TLanes.Broadcast(w[0]), w1 = TLanes.Broadcast(w[quarter]), w2 = TLanes.Broadcast(w[2 * quarter]), w3 = TLanes.Broadcast(w[3 * quarter]);
            nint c = 0;
            for (; c < whole; c += TLanes.Count)
            {
                TLanes sum = TLanes.MultiplyAdd(w0, TLanes.Load(v0 + c), TLanes.Load(context + c));
                sum = TLanes.MultiplyAdd(w1, TLanes.Load(v1 + c), sum);
                sum = TLanes.MultiplyAdd(w2, TLanes.Load(v2 + c), sum);
                TLanes.Store(context + c, TLanes.MultiplyAdd(w3, TLanes.Load(v3 + c), sum));
            }

            AddRest(c, width, w, quarter, v0, v1, v2, v3, context);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void TwoQueries<TLanes>(
        int values, int width, float* weightsA, float* weightsB, nint quarter, FourRows value, nint stride, float* contextA, float* contextB)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        nint whole = width - (width % TLanes.Count);
        for (int j = 0; j < values; j++)
        {
            float* v0 = value.First + (j * stride), v1 = value.Second + (j * stride), v2 = value.Third + (j * stride), v3 = value.Fourth + (j * stride);
            float* a = weightsA + j, b = weightsB + j;
            TLanes a0 = TLanes.Broadcast(a[0]), a1 = TLanes.Broadcast(a[quarter]), a2 = TLanes.Broadcast(a[2 * quarter]), a3 = TLanes.Broadcast(a[3 * quarter]);
            TLanes b0 = TLanes.Broadcast(b[0]), b1 = TLanes.Broadcast(b[quarter]), b2 = TLanes.Broadcast(b[2 * quarter]), b3 = TLanes.Broadcast(b[3 * quarter]);
            nint c = 0;
            for (; c < whole; c += TLanes.Count)
            {
                TLanes v = TLanes.Load(v0 + c);
                TLanes sumA = TLanes.MultiplyAdd(a0, v, TLanes.Load(contextA + c)), sumB = TLanes.MultiplyAdd(b0, v, TLanes.Load(contextB + c));
                v = TLanes.Load(v1 + c);
                sumA = TLanes.MultiplyAdd(a1, v, sumA);
                sumB = TLanes.MultiplyAdd(b1, v, sumB);
                v = TLanes.Load(v2 + c);
                sumA = TLanes.MultiplyAdd(a2, v, sumA);
                sumB = TLanes.MultiplyAdd(b2, v, sumB);
                v = TLanes.Load(v3 + c);
                TLanes.Store(contextA + c, TLanes.MultiplyAdd(a3, v, sumA));
                TLanes.Store(contextB + c, TLanes.MultiplyAdd(b3, v, sumB));
            }

            AddRest(c, width, a, quarter, v0, v1, v2, v3, contextA);
            AddRest(c, width, b, quarter, v0, v1, v2, v3, contextB);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void FourQueries<TLanes>(
        int values, int width, float* weights, nint quarter, nint weightStride, FourRows value, nint stride, float* context, nint contextStride)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        for (int j = 0; j < values; j++)
        {
            nint row = j * stride;
            FourByTwo<TLanes>(width, weights + j, quarter, weightStride, value.First + row, value.Second + row, context, contextStride);
            FourByTwo<TLanes>(width, weights + (2 * quarter) + j, quarter, weightStride, value.Third + row, value.Fourth + row, context, contextStride);
        }
    }

    /// <summary>Two values at a time, so that sixteen registers are enough, and no query comes back to a value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FourByTwo<TLanes>(int width, float* weights, nint quarter, nint weightStride, float* v0, float* v1, float* contextA, nint contextStride)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float* b = weights + weightStride, c = b + weightStride, d = c + weightStride;
        float* contextB = contextA + contextStride, contextC = contextB + contextStride, contextD = contextC + contextStride;
        TLanes a0 = TLanes.Broadcast(weights[0]), a1 = TLanes.Broadcast(weights[quarter]), b0 = TLanes.Broadcast(b[0]), b1 = TLanes.Broadcast(b[quarter]);
        TLanes c0 = TLanes.Broadcast(c[0]), c1 = TLanes.Broadcast(c[quarter]), d0 = TLanes.Broadcast(d[0]), d1 = TLanes.Broadcast(d[quarter]);
        nint whole = width - (width % TLanes.Count), i = 0;
        for (; i < whole; i += TLanes.Count)
        {
            TLanes v = TLanes.Load(v0 + i), w = TLanes.Load(v1 + i);
            TLanes.Store(contextA + i, TLanes.MultiplyAdd(a1, w, TLanes.MultiplyAdd(a0, v, TLanes.Load(contextA + i))));
            TLanes.Store(contextB + i, TLanes.MultiplyAdd(b1, w, TLanes.MultiplyAdd(b0, v, TLanes.Load(contextB + i))));
            TLanes.Store(contextC + i, TLanes.MultiplyAdd(c1, w, TLanes.MultiplyAdd(c0, v, TLanes.Load(contextC + i))));
            TLanes.Store(contextD + i, TLanes.MultiplyAdd(d1, w, TLanes.MultiplyAdd(d0, v, TLanes.Load(contextD + i))));
        }

        for (; i < width; i++)
        {
            (float v, float w) = (v0[i], v1[i]);
            contextA[i] = contextA[i] + (weights[0] * v) + (weights[quarter] * w);
            contextB[i] = contextB[i] + (b[0] * v) + (b[quarter] * w);
            contextC[i] = contextC[i] + (c[0] * v) + (c[quarter] * w);
            contextD[i] = contextD[i] + (d[0] * v) + (d[quarter] * w);
        }
    }

    /// <summary>The columns that fill no register.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddRest(nint c, int width, float* weights, nint quarter, float* v0, float* v1, float* v2, float* v3, float* context)
    {
        for (; c < width; c++)
        {
            float sum = context[c] + (weights[0] * v0[c]);
            sum += weights[quarter] * v1[c];
            sum += weights[2 * quarter] * v2[c];
            context[c] = sum + (weights[3 * quarter] * v3[c]);
        }
    }
}
