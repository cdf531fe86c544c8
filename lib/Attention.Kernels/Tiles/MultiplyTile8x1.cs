using System.Runtime.CompilerServices;

namespace Attention.Kernels;

/// <summary>Eight rows by one register: for the last columns. Eight sums are just enough to hide the latency of two multiply–add units.</summary>
/// <remarks>See <see cref="MultiplyTile8x3"/>.</remarks>
internal static unsafe class MultiplyTile8x1
{
    /// <inheritdoc cref="TileProduct.Run"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void Run<TLanes>(int depth, float* a, nint rowStride, nint stepStride, float* b, float* c, nint stride, bool accumulate)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes c00 = TLanes.Broadcast(0);
        TLanes c10 = TLanes.Broadcast(0);
        TLanes c20 = TLanes.Broadcast(0);
        TLanes c30 = TLanes.Broadcast(0);
        TLanes c40 = TLanes.Broadcast(0);
        TLanes c50 = TLanes.Broadcast(0);
        TLanes c60 = TLanes.Broadcast(0);
        TLanes c70 = TLanes.Broadcast(0);
        if (accumulate)
        {
            float* row = c;
            c00 = TLanes.Load(row);
            row += stride;
            c10 = TLanes.Load(row);
            row += stride;
            c20 = TLanes.Load(row);
            row += stride;
            c30 = TLanes.Load(row);
            row += stride;
            c40 = TLanes.Load(row);
            row += stride;
            c50 = TLanes.Load(row);
            row += stride;
            c60 = TLanes.Load(row);
            row += stride;
            c70 = TLanes.Load(row);
        }

        float* upper = a;
        float* lower = a + (4 * rowStride);
        nint twoRows = 2 * rowStride, threeRows = 3 * rowStride;
        for (int step = 0; step < depth; step++)
        {
            TLanes b0 = TLanes.Load(b);

            c00 = TLanes.MultiplyAdd(TLanes.Broadcast(*upper), b0, c00);
            c10 = TLanes.MultiplyAdd(TLanes.Broadcast(upper[rowStride]), b0, c10);
            c20 = TLanes.MultiplyAdd(TLanes.Broadcast(upper[twoRows]), b0, c20);
            c30 = TLanes.MultiplyAdd(TLanes.Broadcast(upper[threeRows]), b0, c30);
            c40 = TLanes.MultiplyAdd(TLanes.Broadcast(*lower), b0, c40);
            c50 = TLanes.MultiplyAdd(TLanes.Broadcast(lower[rowStride]), b0, c50);
            c60 = TLanes.MultiplyAdd(TLanes.Broadcast(lower[twoRows]), b0, c60);
            c70 = TLanes.MultiplyAdd(TLanes.Broadcast(lower[threeRows]), b0, c70);

            upper += stepStride;
            lower += stepStride;
            b += stride;
        }

        TLanes.Store(c, c00);
        c += stride;
        TLanes.Store(c, c10);
        c += stride;
        TLanes.Store(c, c20);
        c += stride;
        TLanes.Store(c, c30);
        c += stride;
        TLanes.Store(c, c40);
        c += stride;
        TLanes.Store(c, c50);
        c += stride;
        TLanes.Store(c, c60);
        c += stride;
        TLanes.Store(c, c70);
    }
}
