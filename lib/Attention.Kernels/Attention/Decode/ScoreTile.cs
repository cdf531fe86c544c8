using System.Runtime.CompilerServices;

namespace Attention.Kernels;

/// <summary>Dot products of a few queries and a few keys, both row by row in memory. While it computes, it asks for the keys to come.</summary>
internal static unsafe class ScoreTile
{
    /// <summary>Scores of some queries for keys that follow each other. Up to three scores beyond the last are written over.</summary>
    /// <param name="rows">Queries.</param>
    /// <param name="keys">Keys, at least one.</param>
    /// <param name="width">D</param>
    /// <param name="query">[rows, width]</param>
    /// <param name="key">[keys, width]</param>
    /// <param name="stride">From a key to the next.</param>
    /// <param name="ahead">From here to the keys that come after these, in floats; 0: unknown.</param>
    /// <param name="scores">[rows, keys]</param>
    /// <param name="scoreStride">From one query's scores to the next's.</param>
    internal static void Run<TLanes>(int rows, int keys, int width, float* query, float* key, nint stride, nint ahead, float* scores, nint scoreStride)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        for (; TLanes.HasManyRegisters && rows >= 4; rows -= 4, query += 4 * (nint)width, scores += 4 * scoreStride, ahead = 0)
        {
            FourQueries<TLanes>(keys, width, query, key, stride, ahead, scores, scoreStride);
        }

        for (; rows >= 2; rows -= 2, query += 2 * (nint)width, scores += 2 * scoreStride, ahead = 0)
        {
            TwoQueries<TLanes>(keys, width, query, key, stride, ahead, scores, scoreStride);
        }

        if (rows == 1)
        {
            OneQuery<TLanes>(keys, width, query, key, stride, ahead, scores);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void OneQuery<TLanes>(int keys, int width, float* query, float* key, nint stride, nint ahead, float* scores)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        nint whole = width - (width % TLanes.Count);
        for (int j = 0; j < keys; j += 4)
        {
            // The last keys stand in for those that are missing.
            float* k0 = key + (j * stride), k1 = key + (Math.Min(j + 1, keys - 1) * stride);
            float* k2 = key + (Math.Min(j + 2, keys - 1) * stride), k3 = key + (Math.Min(j + 3, keys - 1) * stride);
            TLanes sum0 = TLanes.Broadcast(0), sum1 = sum0, sum2 = sum0, sum3 = sum0;
            float* ask = k0 + ahead;
            nint d = 0;
            for (; d < whole; d += TLanes.Count)
            {
                TLanes q = TLanes.Load(query + d);
                sum0 = TLanes.MultiplyAdd(q, TLanes.Load(k0 + d), sum0);
                sum1 = TLanes.MultiplyAdd(q, TLanes.Load(k1 + d), sum1);
                sum2 = TLanes.MultiplyAdd(q, TLanes.Load(k2 + d), sum2);
                sum3 = TLanes.MultiplyAdd(q, TLanes.Load(k3 + d), sum3);
                Ask<TLanes>(ask);
                ask += 4 * TLanes.Count;
            }

            TLanes.StoreSums(scores + j, sum0, sum1, sum2, sum3);
            AddRest(d, width, query, k0, k1, k2, k3, scores + j);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void TwoQueries<TLanes>(int keys, int width, float* query, float* key, nint stride, nint ahead, float* scores, nint scoreStride)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float* other = query + width;
        nint whole = width - (width % TLanes.Count);
        for (int j = 0; j < keys; j += 4)
        {
            float* k0 = key + (j * stride), k1 = key + (Math.Min(j + 1, keys - 1) * stride);
            float* k2 = key + (Math.Min(j + 2, keys - 1) * stride), k3 = key + (Math.Min(j + 3, keys - 1) * stride);
            TLanes a0 = TLanes.Broadcast(0), a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
            float* ask = k0 + ahead;
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
                Ask<TLanes>(ask);
                ask += 4 * TLanes.Count;
            }

            TLanes.StoreSums(scores + j, a0, a1, a2, a3);
            TLanes.StoreSums(scores + scoreStride + j, b0, b1, b2, b3);
            AddRest(d, width, query, k0, k1, k2, k3, scores + j);
            AddRest(d, width, other, k0, k1, k2, k3, scores + scoreStride + j);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void FourQueries<TLanes>(int keys, int width, float* query, float* key, nint stride, nint ahead, float* scores, nint scoreStride)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float* queryB = query + width, queryC = queryB + width, queryD = queryC + width;
        nint whole = width - (width % TLanes.Count);
        for (int j = 0; j < keys; j += 4)
        {
            float* k0 = key + (j * stride), k1 = key + (Math.Min(j + 1, keys - 1) * stride);
            float* k2 = key + (Math.Min(j + 2, keys - 1) * stride), k3 = key + (Math.Min(j + 3, keys - 1) * stride);
            TLanes a0 = TLanes.Broadcast(0), a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
            TLanes c0 = a0, c1 = a0, c2 = a0, c3 = a0, d0 = a0, d1 = a0, d2 = a0, d3 = a0;
            float* ask = k0 + ahead;
            nint i = 0;
            for (; i < whole; i += TLanes.Count)
            {
                TLanes a = TLanes.Load(query + i), b = TLanes.Load(queryB + i), c = TLanes.Load(queryC + i), d = TLanes.Load(queryD + i);
                TLanes k = TLanes.Load(k0 + i);
                a0 = TLanes.MultiplyAdd(a, k, a0);
                b0 = TLanes.MultiplyAdd(b, k, b0);
                c0 = TLanes.MultiplyAdd(c, k, c0);
                d0 = TLanes.MultiplyAdd(d, k, d0);
                k = TLanes.Load(k1 + i);
                a1 = TLanes.MultiplyAdd(a, k, a1);
                b1 = TLanes.MultiplyAdd(b, k, b1);
                c1 = TLanes.MultiplyAdd(c, k, c1);
                d1 = TLanes.MultiplyAdd(d, k, d1);
                k = TLanes.Load(k2 + i);
                a2 = TLanes.MultiplyAdd(a, k, a2);
                b2 = TLanes.MultiplyAdd(b, k, b2);
                c2 = TLanes.MultiplyAdd(c, k, c2);
                d2 = TLanes.MultiplyAdd(d, k, d2);
                k = TLanes.Load(k3 + i);
                a3 = TLanes.MultiplyAdd(a, k, a3);
                b3 = TLanes.MultiplyAdd(b, k, b3);
                c3 = TLanes.MultiplyAdd(c, k, c3);
                d3 = TLanes.MultiplyAdd(d, k, d3);
                Ask<TLanes>(ask);
                ask += 4 * TLanes.Count;
            }

            float* s = scores + j;
            TLanes.StoreSums(s, a0, a1, a2, a3);
            TLanes.StoreSums(s + scoreStride, b0, b1, b2, b3);
            TLanes.StoreSums(s + (2 * scoreStride), c0, c1, c2, c3);
            TLanes.StoreSums(s + (3 * scoreStride), d0, d1, d2, d3);
            AddRest(i, width, query, k0, k1, k2, k3, s);
            AddRest(i, width, queryB, k0, k1, k2, k3, s + scoreStride);
            AddRest(i, width, queryC, k0, k1, k2, k3, s + (2 * scoreStride));
            AddRest(i, width, queryD, k0, k1, k2, k3, s + (3 * scoreStride));
        }
    }

    /// <summary>Asks for as much memory as one step reads of four keys, which follow each other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Ask<TLanes>(float* address)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        const int Line = 16;
        Prefetch.Line(address);
        if (TLanes.Count > 4)
        {
            Prefetch.Line(address + Line);
        }

        if (TLanes.Count > 8)
        {
            Prefetch.Line(address + (2 * Line));
            Prefetch.Line(address + (3 * Line));
        }
    }

    /// <summary>What is left over after whole registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddRest(nint d, int width, float* query, float* k0, float* k1, float* k2, float* k3, float* scores)
    {
        for (; d < width; d++)
        {
            float q = query[d];
            scores[0] += q * k0[d];
            scores[1] += q * k1[d];
            scores[2] += q * k2[d];
            scores[3] += q * k3[d];
        }
    }
}
