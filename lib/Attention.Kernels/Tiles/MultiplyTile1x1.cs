using System.Runtime.CompilerServices;

namespace Attention.Kernels;

/// <summary>One row by one register: what four rows leave over.</summary>
/// <remarks>See <see cref="MultiplyTile8x3"/>.</remarks>
internal static unsafe class MultiplyTile1x1
{
    /// <inheritdoc cref="TileProduct.Run"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void Run<TLanes>(int depth, float* a, nint stepStride, float* b, float* c, nint stride, bool accumulate)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes c00 = TLanes.Broadcast(0);
        if (accumulate)
        {
            c00 = TLanes.Load(c);
        }

        for (int step = 0; step < depth; step++)
        {
            TLanes b0 = TLanes.Load(b);

            c00 = TLanes.MultiplyAdd(TLanes.Broadcast(*a), b0, c00);

            a += stepStride;
            b += stride;
        }

        TLanes.Store(c, c00);
    }
}
