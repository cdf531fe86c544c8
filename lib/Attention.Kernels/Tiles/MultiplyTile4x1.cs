using System.Runtime.CompilerServices;

namespace Attention.Kernels;

/// <summary>Four rows by one register: what eight rows leave over, or the last columns.</summary>
/// <remarks>See <see cref="MultiplyTile8x3"/>.</remarks>
internal static unsafe class MultiplyTile4x1
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
        }

        float* upper = a;
        nint twoRows = 2 * rowStride, threeRows = 3 * rowStride;
        for (int step = 0; step < depth; step++)
        {
            TLanes b0 = TLanes.Load(b);

            c00 = TLanes.MultiplyAdd(TLanes.Broadcast(*upper), b0, c00);
            c10 = TLanes.MultiplyAdd(TLanes.Broadcast(upper[rowStride]), b0, c10);
            c20 = TLanes.MultiplyAdd(TLanes.Broadcast(upper[twoRows]), b0, c20);
            c30 = TLanes.MultiplyAdd(TLanes.Broadcast(upper[threeRows]), b0, c30);

            upper += stepStride;
            b += stride;
        }

        TLanes.Store(c, c00);
        c += stride;
        TLanes.Store(c, c10);
        c += stride;
        TLanes.Store(c, c20);
        c += stride;
        TLanes.Store(c, c30);
    }
}
