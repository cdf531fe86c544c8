using System.Runtime.CompilerServices;

namespace Attention.Kernels;

/// <summary>Four rows by three registers: with 16 registers, twelve sums are what fits beside three operands and a broadcast; with 32, what eight rows leave over.</summary>
/// <remarks>See <see cref="MultiplyTile8x3"/>.</remarks>
internal static unsafe class MultiplyTile4x3
{
    /// <inheritdoc cref="TileProduct.Run"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void Run<TLanes>(int depth, float* a, nint rowStride, nint stepStride, float* b, float* c, nint stride, bool accumulate)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes c00 = TLanes.Broadcast(0), c01 = TLanes.Broadcast(0), c02 = TLanes.Broadcast(0);
        TLanes c10 = TLanes.Broadcast(0), c11 = TLanes.Broadcast(0), c12 = TLanes.Broadcast(0);
        TLanes c20 = TLanes.Broadcast(0), c21 = TLanes.Broadcast(0), c22 = TLanes.Broadcast(0);
        TLanes c30 = TLanes.Broadcast(0), c31 = TLanes.Broadcast(0), c32 = TLanes.Broadcast(0);
        if (accumulate)
        {
            float* row = c;
            c00 = TLanes.Load(row);
            c01 = TLanes.Load(row + TLanes.Count);
            c02 = TLanes.Load(row + (2 * TLanes.Count));
            row += stride;
            c10 = TLanes.Load(row);
            c11 = TLanes.Load(row + TLanes.Count);
            c12 = TLanes.Load(row + (2 * TLanes.Count));
            row += stride;
            c20 = TLanes.Load(row);
            c21 = TLanes.Load(row + TLanes.Count);
            c22 = TLanes.Load(row + (2 * TLanes.Count));
            row += stride;
            c30 = TLanes.Load(row);
            c31 = TLanes.Load(row + TLanes.Count);
            c32 = TLanes.Load(row + (2 * TLanes.Count));
        }

        float* upper = a;
        nint twoRows = 2 * rowStride, threeRows = 3 * rowStride;
        for (int step = 0; step < depth; step++)
        {
            TLanes b0 = TLanes.Load(b);
            TLanes b1 = TLanes.Load(b + TLanes.Count);
            TLanes b2 = TLanes.Load(b + (2 * TLanes.Count));

            TLanes x = TLanes.Broadcast(*upper);
            c00 = TLanes.MultiplyAdd(x, b0, c00);
            c01 = TLanes.MultiplyAdd(x, b1, c01);
            c02 = TLanes.MultiplyAdd(x, b2, c02);

            x = TLanes.Broadcast(upper[rowStride]);
            c10 = TLanes.MultiplyAdd(x, b0, c10);
            c11 = TLanes.MultiplyAdd(x, b1, c11);
            c12 = TLanes.MultiplyAdd(x, b2, c12);

            x = TLanes.Broadcast(upper[twoRows]);
            c20 = TLanes.MultiplyAdd(x, b0, c20);
            c21 = TLanes.MultiplyAdd(x, b1, c21);
            c22 = TLanes.MultiplyAdd(x, b2, c22);

            x = TLanes.Broadcast(upper[threeRows]);
            c30 = TLanes.MultiplyAdd(x, b0, c30);
            c31 = TLanes.MultiplyAdd(x, b1, c31);
            c32 = TLanes.MultiplyAdd(x, b2, c32);

            upper += stepStride;
            b += stride;
        }

        TLanes.Store(c, c00);
        TLanes.Store(c + TLanes.Count, c01);
        TLanes.Store(c + (2 * TLanes.Count), c02);
        c += stride;
        TLanes.Store(c, c10);
        TLanes.Store(c + TLanes.Count, c11);
        TLanes.Store(c + (2 * TLanes.Count), c12);
        c += stride;
        TLanes.Store(c, c20);
        TLanes.Store(c + TLanes.Count, c21);
        TLanes.Store(c + (2 * TLanes.Count), c22);
        c += stride;
        TLanes.Store(c, c30);
        TLanes.Store(c + TLanes.Count, c31);
        TLanes.Store(c + (2 * TLanes.Count), c32);
    }
}
