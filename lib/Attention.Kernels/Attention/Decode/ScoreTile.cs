using System.Runtime.CompilerServices;

namespace Attention.Kernels;

/// <summary>Dot products of a few queries and a few keys, both row by row in memory.</summary>
internal static unsafe class ScoreTile
{
    /// <summary>Scores of some queries for keys that follow each other in four places.</summary>
    /// <param name="rows">Queries.</param>
    /// <param name="keys">Keys in each place.</param>
    /// <param name="width">D</param>
    /// <param name="query">[rows, width]</param>
    /// <param name="key">Four times [keys, width].</param>
    /// <param name="stride">From a key to the next.</param>
    /// <param name="scores">[rows, 4, keys]</param>
    /// <param name="quarter">From the scores of one place to those of the next.</param>
    /// <param name="scoreStride">From one query's scores to the next's.</param>
    internal static void Run<TLanes>(int rows, int keys, int width, float* query, FourRows key, nint stride, float* scores, nint quarter, nint scoreStride)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        for (; rows >= 4; rows -= 4, query += 4 * (nint)width, scores += 4 * scoreStride)
        {
            FourQueries<TLanes>(keys, width, query, key, stride, scores, quarter, scoreStride);
        }

        for (; rows >= 2; rows -= 2, query += 2 * (nint)width, scores += 2 * scoreStride)
        {
            TwoQueries<TLanes>(keys, width, query, key, stride, scores, quarter, scoreStride);
        }

        if (rows == 1)
        {
            OneQuery<TLanes>(keys, width, query, key, stride, scores, quarter);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void OneQuery<TLanes>(int keys, int width, float* query, FourRows key, nint stride, float* scores, nint quarter)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        nint whole = width - (width % TLanes.Count);
        float* sums = stackalloc float[4];
        for (int j = 0; j < keys; j++)
        {
            float* k0 = key.First + (j * stride), k1 = key.Second + (j * stride), k2 = key.Third + (j * stride), k3 = key.Fourth + (j * stride);
            TLanes sum0 = TLanes.Broadcast(0), sum1 = sum0, sum2 = sum0, sum3 = sum0;
            nint d = 0;
            for (; d < whole; d += TLanes.Count)
            {
                TLanes q = TLanes.Load(query + d);
                sum0 = TLanes.MultiplyAdd(q, TLanes.Load(k0 + d), sum0);
                sum1 = TLanes.MultiplyAdd(q, TLanes.Load(k1 + d), sum1);
                sum2 = TLanes.MultiplyAdd(q, TLanes.Load(k2 + d), sum2);
                sum3 = TLanes.MultiplyAdd(q, TLanes.Load(k3 + d), sum3);
            }

            TLanes.StoreSums(sums, sum0, sum1, sum2, sum3);
            Finish(d, width, query, k0, k1, k2, k3, sums, scores + j, quarter);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void TwoQueries<TLanes>(int keys, int width, float* query, FourRows key, nint stride, float* scores, nint quarter, nint scoreStride)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float* other = query + width;
        nint whole = width - (width % TLanes.Count);
        float* sums = stackalloc float[8];
        for (int j = 0; j < keys; j++)
        {
            float* k0 = key.First + (j * stride), k1 = key.Second + (j * stride), k2 = key.Third + (j * stride), k3 = key.Fourth + (j * stride);
            TLanes a0 = TLanes.Broadcast(0), a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
            nint d = 0;
            for (; d < whole; d += TLanes.Count)
            {
                TLanes a = TLanes.Load(query + d), b = TLanes.Load(other + d);
                TLanes k = TLanes.Load(k0 + d);
                a0 = TLanes.MultiplyAdd(a, k, a0);
                b0 = TLanes.MultiplyAdd(b, k, b0);
                k = TLanes.Load(k1 + d);
                a1 = TLanes.MultiplyAdd(a, k, a1);
                b1 = TLanes.MultiplyAdd(b, k, b1);
                k = TLanes.Load(k2 + d);
                a2 = TLanes.MultiplyAdd(a, k, a2);
                b2 = TLanes.MultiplyAdd(b, k, b2);
                k = TLanes.Load(k3 + d);
                a3 = TLanes.MultiplyAdd(a, k, a3);
                b3 = TLanes.MultiplyAdd(b, k, b3);
            }

            TLanes.StoreSums(sums, a0, a1, a2, a3);
            TLanes.StoreSums(sums + 4, b0, b1, b2, b3);
            Finish(d, width, query, k0, k1, k2, k3, sums, scores + j, quarter);
            Finish(d, width, other, k0, k1, k2, k3, sums + 4, scores + scoreStride + j, quarter);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void FourQueries<TLanes>(int keys, int width, float* query, FourRows key, nint stride, float* scores, nint quarter, nint scoreStride)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float* sums = stackalloc float[8];
        for (int j = 0; j < keys; j++)
        {
            nint row = j * stride;
            FourByTwo<TLanes>(width, query, key.First + row, key.Second + row, sums, scores + j, quarter, scoreStride);
            FourByTwo<TLanes>(width, query, key.Third + row, key.Fourth + row, sums, scores + (2 * quarter) + j, quarter, scoreStride);
        }
    }

    /// <summary>Two keys at a time, so that sixteen registers are enough, and no query comes back to a key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FourByTwo<TLanes>(int width, float* query, float* k0, float* k1, float* sums, float* scores, nint quarter, nint scoreStride)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float* queryB = query + width, queryC = queryB + width, queryD = queryC + width;
        nint whole = width - (width % TLanes.Count);
        TLanes a0 = TLanes.Broadcast(0), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0;
        nint i = 0;
        for (; i < whole; i += TLanes.Count)
        {
            TLanes k = TLanes.Load(k0 + i), l = TLanes.Load(k1 + i);
            TLanes q = TLanes.Load(query + i);
            a0 = TLanes.MultiplyAdd(q, k, a0);
            a1 = TLanes.MultiplyAdd(q, l, a1);
            q = TLanes.Load(queryB + i);
            b0 = TLanes.MultiplyAdd(q, k, b0);
            b1 = TLanes.MultiplyAdd(q, l, b1);
            q = TLanes.Load(queryC + i);
            c0 = TLanes.MultiplyAdd(q, k, c0);
            c1 = TLanes.MultiplyAdd(q, l, c1);
            q = TLanes.Load(queryD + i);
            d0 = TLanes.MultiplyAdd(q, k, d0);
            d1 = TLanes.MultiplyAdd(q, l, d1);
        }

        TLanes.StoreSums(sums, a0, a1, b0, b1);
        TLanes.StoreSums(sums + 4, c0, c1, d0, d1);
        for (; i < width; i++)
        {
            sums[0] += query[i] * k0[i];
            sums[1] += query[i] * k1[i];
            sums[2] += queryB[i] * k0[i];
            sums[3] += queryB[i] * k1[i];
            sums[4] += queryC[i] * k0[i];
            sums[5] += queryC[i] * k1[i];
            sums[6] += queryD[i] * k0[i];
            sums[7] += queryD[i] * k1[i];
        }

        for (int r = 0; r < 4; r++)
        {
            scores[r * scoreStride] = sums[2 * r];
            scores[(r * scoreStride) + quarter] = sums[(2 * r) + 1];
        }
    }

    /// <summary>Adds what is left over after whole registers, and brings four scores to their places.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(nint d, int width, float* query, float* k0, float* k1, float* k2, float* k3, float* sums, float* scores, nint quarter)
    {
        for (; d < width; d++)
        {
            float q = query[d];
            sums[0] += q * k0[d];
            sums[1] += q * k1[d];
            sums[2] += q * k2[d];
            sums[3] += q * k3[d];
        }

        scores[0] = sums[0];
        scores[quarter] = sums[1];
        scores[2 * quarter] = sums[2];
        scores[3 * quarter] = sums[3];
    }
}
