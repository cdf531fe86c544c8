namespace Attention.Kernels;

/// <summary>The right operand of a product, packed once for many calls: the weights of a layer, say. Made by <see cref="Matmul.Pack"/>; what it was made from may change or go.</summary>
/// <remarks>A product packs its right operand anyway, so this saves time where the left one has few rows. It is never written to after it was made, and may be used by any number of threads.</remarks>
public sealed unsafe class PackedMatrix
{
    private const int Alignment = 64;

    private readonly float[] _memory;

    internal PackedMatrix(int batch, int depth, int columns)
    {
        (Batch, Depth, Columns) = (batch, depth, columns);
        Int128 count = PackedPanels.CountOf(batch, depth, columns, PanelWidth) + (Alignment / sizeof(float));
        if (count > Array.MaxLength)
        {
            throw new ArgumentException($"right: {count} floats when packed, more than the {Array.MaxLength} that one buffer can hold");
        }

        // On the pinned heap it never moves, and needs neither pinning nor disposing.
        _memory = GC.AllocateUninitializedArray<float>((int)count, pinned: true);
    }

    /// <summary>How many matrices; a single one serves any batch.</summary>
    public int Batch { get; }

    /// <summary>K: rows of the matrix.</summary>
    public int Depth { get; }

    /// <summary>N: columns of the matrix.</summary>
    public int Columns { get; }

    /// <summary>Where it lies, aligned to a cache line.</summary>
    internal PackedPanels Panels
    {
        get
        {
            fixed (float* memory = _memory)
            {
                return new((float*)(((nuint)memory + Alignment - 1) & ~(nuint)(Alignment - 1)), Batch, Depth, Columns, PanelWidth);
            }
        }
    }

    /// <summary>Columns of a panel: those of this machine's widest registers.</summary>
    private static int PanelWidth => Kernels.Panels.WidthFor(VectorWidth.Bits);
}
