using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Attention.Kernels;

/// <summary>Turns rows into columns: queries lie row by row in memory, and side by side in the lanes.</summary>
internal static unsafe class Transpose
{
    /// <summary>destination[c, r] = factor · source[r, c].</summary>
    /// <param name="rows">Rows of the source.</param>
    /// <param name="columns">Columns of the source.</param>
    /// <param name="source">[rows, columns]</param>
    /// <param name="sourceStride">From one row of the source to the next.</param>
    /// <param name="destination">[columns, rows]</param>
    /// <param name="destinationStride">From one row of the destination to the next.</param>
    /// <param name="factor">1 copies.</param>
    internal static void Scaled(int rows, int columns, float* source, nint sourceStride, float* destination, nint destinationStride, float factor)
    {
        int wholeRows = Sse.IsSupported ? rows & ~3 : 0;
        int wholeColumns = columns & ~3;
        for (int r = 0; r < wholeRows; r += 4)
        {
            for (int c = 0; c < wholeColumns; c += 4)
            {
                Block4x4(source + (r * sourceStride) + c, sourceStride, destination + (c * destinationStride) + r, destinationStride, factor);
            }

            Elements(r, r + 4, wholeColumns, columns, source, sourceStride, destination, destinationStride, factor);
        }

        Elements(wholeRows, rows, 0, columns, source, sourceStride, destination, destinationStride, factor);
    }

    private static void Block4x4(float* source, nint sourceStride, float* destination, nint destinationStride, float factor)
    {
        Vector128<float> a = Vector128.Load(source);
        Vector128<float> b = Vector128.Load(source + sourceStride);
        Vector128<float> c = Vector128.Load(source + (2 * sourceStride));
        Vector128<float> d = Vector128.Load(source + (3 * sourceStride));
        Vector128<float> ab = Sse.UnpackLow(a, b);
        Vector128<float> cd = Sse.UnpackLow(c, d);
        (Sse.MoveLowToHigh(ab, cd) * factor).Store(destination);
        (Sse.MoveHighToLow(cd, ab) * factor).Store(destination + destinationStride);
        ab = Sse.UnpackHigh(a, b);
        cd = Sse.UnpackHigh(c, d);
        (Sse.MoveLowToHigh(ab, cd) * factor).Store(destination + (2 * destinationStride));
        (Sse.MoveHighToLow(cd, ab) * factor).Store(destination + (3 * destinationStride));
    }

    private static void Elements(
        int firstRow, int endRow, int firstColumn, int endColumn, float* source, nint sourceStride, float* destination, nint destinationStride, float factor)
    {
        for (int r = firstRow; r < endRow; r++)
        {
            for (int c = firstColumn; c < endColumn; c++)
            {
                destination[(c * destinationStride) + r] = factor * source[(r * sourceStride) + c];
            }
        }
    }
}
