namespace Attention.Kernels;

/// <summary>One row by four registers: what is odd.</summary>
/// <remarks>See <see cref="MultiplyTile6x4"/>.</remarks>
internal static unsafe class MultiplyTile1x4
{
    /// <inheritdoc cref="TileProduct.Run"/>
    internal static void Run<TLanes>(int depth, float* a, nint stepStride, float* b, float* c, nint stride, bool accumulate)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes c00 = TLanes.Broadcast(0), c01 = TLanes.Broadcast(0), c02 = TLanes.Broadcast(0), c03 = TLanes.Broadcast(0);
        if (accumulate)
        {
            c00 = TLanes.Load(c);
            c01 = TLanes.Load(c + TLanes.Count);
            c02 = TLanes.Load(c + (2 * TLanes.Count));
            c03 = TLanes.Load(c + (3 * TLanes.Count));
        }

        for (int step = 0; step < depth; step++)
        {
            TLanes b0 = TLanes.Load(b);
            TLanes b1 = TLanes.Load(b + TLanes.Count);
            TLanes b2 = TLanes.Load(b + (2 * TLanes.Count));
            TLanes b3 = TLanes.Load(b + (3 * TLanes.Count));

            TLanes x = TLanes.Broadcast(*a);
            c00 = TLanes.MultiplyAdd(x, b0, c00);
            c01 = TLanes.MultiplyAdd(x, b1, c01);
            c02 = TLanes.MultiplyAdd(x, b2, c02);
            c03 = TLanes.MultiplyAdd(x, b3, c03);

            a += stepStride;
            b += stride;
        }

        TLanes.Store(c, c00);
        TLanes.Store(c + TLanes.Count, c01);
        TLanes.Store(c + (2 * TLanes.Count), c02);
        TLanes.Store(c + (3 * TLanes.Count), c03);
    }
}
