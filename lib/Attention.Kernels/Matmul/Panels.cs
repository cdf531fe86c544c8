using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Attention.Kernels;

/// <summary>
/// The right operand as the register tiles want it: panels three registers wide, each a dense matrix of its own, so that a tile walks straight on through memory. The last panel has
/// whole registers too, filled up with zeros whose products nobody reads.
/// </summary>
internal static unsafe class Panels
{
    /// <summary>The registers in a panel's row.</summary>
    private const int Registers = 3;

    /// <summary>The widest panel; a multiple of every other.</summary>
    internal const int MostColumns = 48;

    /// <summary>Columns of a panel for registers of so many bits.</summary>
    internal static int WidthFor(int bits) => Registers * bits / 32;

    /// <summary>The width of the panel that begins so many columns before the end.</summary>
    internal static int WidthOf(int columnsLeft, int width) => Math.Min(width, Padded(columnsLeft, width));

    /// <summary>Floats in the panels of a matrix.</summary>
    internal static long CountOf(int depth, int columns, int width) => DistanceOf(depth) * Padded(columns, width);

    /// <summary>Floats from one panel to the next, for each column of a panel. A row more than there are: panels whose distance is a power of two would all want the same places of the cache.</summary>
    internal static long DistanceOf(int depth) => depth + 1L;

    /// <summary>Packs a matrix, or some rows and columns of one.</summary>
    /// <param name="depth">Rows to pack.</param>
    /// <param name="columns">Columns to pack.</param>
    /// <param name="source">The first element.</param>
    /// <param name="stride">From one stored row to the next.</param>
    /// <param name="transposed">Whether the rows to pack are stored as columns.</param>
    /// <param name="panels">[CountOf(depth, columns, 3 registers)], aligned.</param>
    internal static void Pack<TLanes>(int depth, int columns, float* source, nint stride, bool transposed, float* panels)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int most = Registers * TLanes.Count;
        int whole = transposed ? 0 : columns / most * most;
        CopyWhole<TLanes>(depth, whole, source, stride, panels);
        for (int column = whole; column < columns; column += most)
        {
            float* panel = panels + (column * DistanceOf(depth));
            int width = WidthOf(columns - column, most), count = Math.Min(most, columns - column);
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
        int width = Registers * TLanes.Count;
        for (int k = 0; k < depth; k++, source += stride, panels += width)
        {
            float* row = panels;
            for (int column = 0; column < columns; column += width, row += width * DistanceOf(depth))
            {
                TLanes.Store(row, TLanes.Load(source + column));
                TLanes.Store(row + TLanes.Count, TLanes.Load(source + column + TLanes.Count));
                TLanes.Store(row + (2 * TLanes.Count), TLanes.Load(source + column + (2 * TLanes.Count)));
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

    private static int Padded(int columns, int width)
    {
        int register = width / Registers;
        return (int)Math.Min(((long)columns + register - 1) / register * register, int.MaxValue);
    }
}
