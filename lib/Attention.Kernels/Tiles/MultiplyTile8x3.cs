using System.Runtime.CompilerServices;

namespace Attention.Kernels;

/// <summary>Eight rows by three registers: with 32 registers, 24 sums stay in place while eleven loads feed 24 multiply–adds, so that arithmetic is the only limit.</summary>
/// <remarks>
/// The sums are named locals because only those are sure to stay in registers; on the stack the same loop runs at a third of the speed. The method is compiled by itself, fully
/// and at once: inlined into a loop by a profile's advice, it spills, and before its thirtieth call it would not be optimised at all. Eight divides the usual widths.
/// </remarks>
internal static unsafe class MultiplyTile8x3
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
        TLanes c40 = TLanes.Broadcast(0), c41 = TLanes.Broadcast(0), c42 = TLanes.Broadcast(0);
        TLanes c50 = TLanes.Broadcast(0), c51 = TLanes.Broadcast(0), c52 = TLanes.Broadcast(0);
        TLanes c60 = TLanes.Broadcast(0), c61 = TLanes.Broadcast(0), c62 = TLanes.Broadcast(0);
        TLanes c70 = TLanes.Broadcast(0), c71 = TLanes.Broadcast(0), c72 = TLanes.Broadcast(0);
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
            row += stride;
            c40 = TLanes.Load(row);
            c41 = TLanes.Load(row + TLanes.Count);
            c42 = TLanes.Load(row + (2 * TLanes.Count));
            row += stride;
            c50 = TLanes.Load(row);
            c51 = TLanes.Load(row + TLanes.Count);
            c52 = TLanes.Load(row + (2 * TLanes.Count));
            row += stride;
            c60 = TLanes.Load(row);
            c61 = TLanes.Load(row + TLanes.Count);
            c62 = TLanes.Load(row + (2 * TLanes.Count));
            row += stride;
            c70 = TLanes.Load(row);
            c71 = TLanes.Load(row + TLanes.Count);
            c72 = TLanes.Load(row + (2 * TLanes.Count));
        }

        float* upper = a;
        float* lower = a + (4 * rowStride);
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

            x = TLanes.Broadcast(*lower);
            c40 = TLanes.MultiplyAdd(x, b0, c40);
            c41 = TLanes.MultiplyAdd(x, b1, c41);
            c42 = TLanes.MultiplyAdd(x, b2, c42);

            x = TLanes.Broadcast(lower[rowStride]);
            c50 = TLanes.MultiplyAdd(x, b0, c50);
            c51 = TLanes.MultiplyAdd(x, b1, c51);
            c52 = TLanes.MultiplyAdd(x, b2, c52);

            x = TLanes.Broadcast(lower[twoRows]);
            c60 = TLanes.MultiplyAdd(x, b0, c60);
            c61 = TLanes.MultiplyAdd(x, b1, c61);
            c62 = TLanes.MultiplyAdd(x, b2, c62);

            x = TLanes.Broadcast(lower[threeRows]);
            c70 = TLanes.MultiplyAdd(x, b0, c70);
            c71 = TLanes.MultiplyAdd(x, b1, c71);
            c72 = TLanes.MultiplyAdd(x, b2, c72);

            upper += stepStride;
            lower += stepStride;
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
        c += stride;
        TLanes.Store(c, c40);
        TLanes.Store(c + TLanes.Count, c41);
        TLanes.Store(c + (2 * TLanes.Count), c42);
        c += stride;
        TLanes.Store(c, c50);
        TLanes.Store(c + TLanes.Count, c51);
        TLanes.Store(c + (2 * TLanes.Count), c52);
        c += stride;
        TLanes.Store(c, c60);
        TLanes.Store(c + TLanes.Count, c61);
        TLanes.Store(c + (2 * TLanes.Count), c62);
        c += stride;
        TLanes.Store(c, c70);
        TLanes.Store(c + TLanes.Count, c71);
        TLanes.Store(c + (2 * TLanes.Count), c72);
    }
}
