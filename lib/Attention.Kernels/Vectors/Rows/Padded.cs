namespace Attention.Kernels;

/// <summary>Rows in scratch are padded to whole registers of any width, so that no loop over them has a rest.</summary>
internal static unsafe class Padded
{
    private const int Multiple = 16;

    /// <summary>Floats in the scratch row that holds so many.</summary>
    internal static int Count(int columns) => (int)Math.Min(int.MaxValue - Multiple + 1, ((long)columns + Multiple - 1) / Multiple * Multiple);

    /// <summary>Copies rows into scratch and fills up with zeros.</summary>
    /// <param name="rows">How many.</param>
    /// <param name="columns">Floats in a row of the source.</param>
    /// <param name="source">[rows, columns]</param>
    /// <param name="destination">[rows, stride]</param>
    /// <param name="stride">Floats in a row of the destination.</param>
    internal static void Load(int rows, int columns, float* source, float* destination, int stride)
    {
        for (int row = 0; row < rows; row++, source += columns, destination += stride)
        {
            new ReadOnlySpan<float>(source, columns).CopyTo(new Span<float>(destination, columns));
            new Span<float>(destination + columns, stride - columns).Clear();
        }
    }

    /// <summary>Copies rows out of scratch.</summary>
    /// <param name="rows">How many.</param>
    /// <param name="columns">Floats in a row of the destination.</param>
    /// <param name="source">[rows, stride]</param>
    /// <param name="stride">Floats in a row of the source.</param>
    /// <param name="destination">[rows, columns]</param>
    internal static void Store(int rows, int columns, float* source, int stride, float* destination)
    {
        for (int row = 0; row < rows; row++, source += stride, destination += columns)
        {
            new ReadOnlySpan<float>(source, columns).CopyTo(new Span<float>(destination, columns));
        }
    }
}
