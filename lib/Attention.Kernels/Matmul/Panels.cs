using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Attention.Kernels;

/// <summary>
/// The right operand as the register tiles want it: panels of 48 columns, each a dense matrix of its own, so that a tile walks straight on through memory. The last panel has whole
/// registers of 16 columns, filled up with zeros whose products nobody reads.
/// </summary>
internal static unsafe class Panels
{
    /// <summary>Three registers of 512 bits, six of 256.</summary>
    internal const int Width = 48;

    private const int Grain = 16;

    /// <summary>The width of the panel that begins so many columns before the end.</summary>
    internal static int WidthOf(int columnsLeft) => Math.Min(Width, Padded(columnsLeft));

    /// <summary>Floats in the panels of a matrix.</summary>
    internal static long CountOf(int depth, int columns) => (long)depth * Padded(columns);

    /// <summary>Packs a matrix, or some rows and columns of one.</summary>
    /// <param name="depth">Rows to pack.</param>
    /// <param name="columns">Columns to pack.</param>
    /// <param name="source">The first element.</param>
    /// <param name="stride">From one stored row to the next.</param>
    /// <param name="transposed">Whether the rows to pack are stored as columns.</param>
    /// <param name="panels">[CountOf(depth, columns)], aligned.</param>
    internal static void Pack<TLanes>(int depth, int columns, float* source, nint stride, bool transposed, float* panels)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int whole = transposed ? 0 : columns / Width * Width;
        CopyWhole<TLanes>(depth, whole, source, stride, panels);
        for (int column = whole; column < columns; column += Width)
        {
            float* panel = panels + ((long)column * depth);
            int width = WidthOf(columns - column), count = Math.Min(Width, columns - column);
            if (transposed)
            {
                Transpose.Scaled(count, depth, source + (column * stride), stride, panel, width, 1);
            }
            else
            {
                CopyRows(depth, count, source + column, stride, panel, width);
            }

            if (count < width)
            {
                FillUp(depth, count, panel, width);
            }
        }
    }

    /// <summary>Row by row through all panels, because the source lies so.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void CopyWhole<TLanes>(int depth, int columns, float* source, nint stride, float* panels)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        for (int k = 0; k < depth; k++, source += stride, panels += Width)
        {
            float* row = panels;
            for (int column = 0; column < columns; column += Width, row += (long)Width * depth)
            {
                for (int i = 0; i < Width; i += TLanes.Count)
                {
                    TLanes.Store(row + i, TLanes.Load(source + column + i));
                }
            }
        }
    }

    private static void CopyRows(int depth, int count, float* source, nint stride, float* panel, int width)
    {
        for (int k = 0; k < depth; k++)
        {
            new ReadOnlySpan<float>(source + (k * stride), count).CopyTo(new Span<float>(panel + ((long)k * width), count));
        }
    }

    private static void FillUp(int depth, int count, float* panel, int width)
    {
        for (int k = 0; k < depth; k++)
        {
            NativeMemory.Clear(panel + ((long)k * width) + count, (nuint)(width - count) * sizeof(float));
        }
    }

    private static int Padded(int columns) => (int)Math.Min(((long)columns + Grain - 1) / Grain * Grain, int.MaxValue);
}
