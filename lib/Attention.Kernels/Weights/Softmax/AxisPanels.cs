namespace Attention.Kernels;

/// <summary>
/// Neighbouring lines along an axis, copied side by side into scratch and back: there every register is whole and every line near, whatever the stride. A stride that is a
/// power of two would otherwise put all elements of a line into the same few places of each cache.
/// </summary>
internal readonly unsafe struct AxisPanels(AxisShape shape)
{
    /// <summary>Floats of a panel's row: two cache lines.</summary>
    internal const int Width = 32;

    private readonly int _panels = (int)(((long)shape.Inner + Width - 1) / Width);

    /// <summary>How many tiles there are; each holds a few panels.</summary>
    internal long TileCount => shape.Length == 0 || shape.Inner == 0 ? 0 : RowBlock.CountOf(Rows);

    /// <summary>Floats of scratch that one panel takes.</summary>
    internal long ScratchCount => (long)shape.Length * Width;

    /// <summary>Every panel as if it were a row.</summary>
    private RowShape Rows => new(shape.Outer * _panels, (int)Math.Min(int.MaxValue, ScratchCount));

    /// <summary>The panels of a tile.</summary>
    internal RowBlock Block(long tile) => new(Rows, tile);

    /// <summary>Where a panel starts in the array.</summary>
    internal long Start(long panel) => (panel / _panels * shape.Length * shape.Inner) + (panel % _panels * Width);

    /// <summary>How many lines a panel has.</summary>
    internal int Columns(long panel) => (int)Math.Min(Width, shape.Inner - (panel % _panels * Width));

    /// <summary>The panel's lines into scratch, with zeros beside them.</summary>
    internal void Gather(float* source, int columns, float* scratch)
    {
        for (long j = 0; j < shape.Length; j++)
        {
            Span<float> row = new(scratch + (j * Width), Width);
            new ReadOnlySpan<float>(source + (j * shape.Inner), columns).CopyTo(row);
            row[columns..].Clear();
        }
    }

    /// <summary>The panel's lines out of scratch.</summary>
    internal void Scatter(float* scratch, int columns, float* destination)
    {
        for (long j = 0; j < shape.Length; j++)
        {
            new ReadOnlySpan<float>(scratch + (j * Width), columns).CopyTo(new Span<float>(destination + (j * shape.Inner), columns));
        }
    }
}
