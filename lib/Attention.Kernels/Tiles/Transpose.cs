using System.Runtime.CompilerServices;
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
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void Scaled(int rows, int columns, float* source, nint sourceStride, float* destination, nint destinationStride, float factor)
    {
        int r = 0;
        for (; Avx.IsSupported && r <= rows - 8; r += 8)
        {
            int c = 0;
            for (; c <= columns - 8; c += 8)
            {
                Block8x8(source + (r * sourceStride) + c, sourceStride, destination + (c * destinationStride) + r, destinationStride, factor);
            }

            Elements(r, r + 8, c, columns, source, sourceStride, destination, destinationStride, factor);
        }

        for (; Sse.IsSupported && r <= rows - 4; r += 4)
        {
            int c = 0;
            for (; c <= columns - 4; c += 4)
            {
                Block4x4(source + (r * sourceStride) + c, sourceStride, destination + (c * destinationStride) + r, destinationStride, factor);
            }

            Elements(r, r + 4, c, columns, source, sourceStride, destination, destinationStride, factor);
        }

        Elements(r, rows, 0, columns, source, sourceStride, destination, destinationStride, factor);
    }

    /// <summary>Pairs of rows are interleaved, then pairs of pairs; the last step exchanges the halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Block8x8(float* source, nint sourceStride, float* destination, nint destinationStride, float factor)
    {
        const byte Lows = 0b01_00_01_00, Highs = 0b11_10_11_10, LowHalves = 0x20, HighHalves = 0x31;
        Vector256<float> a = Vector256.Load(source), b = Vector256.Load(source + sourceStride);
        source += 2 * sourceStride;
        Vector256<float> c = Vector256.Load(source), d = Vector256.Load(source + sourceStride);
        source += 2 * sourceStride;
        Vector256<float> e = Vector256.Load(source), f = Vector256.Load(source + sourceStride);
        source += 2 * sourceStride;
        Vector256<float> g = Vector256.Load(source), h = Vector256.Load(source + sourceStride);

        Vector256<float> ab = Avx.UnpackLow(a, b), cd = Avx.UnpackLow(c, d), ef = Avx.UnpackLow(e, f), gh = Avx.UnpackLow(g, h);
        Vector256<float> abcd0 = Avx.Shuffle(ab, cd, Lows), abcd1 = Avx.Shuffle(ab, cd, Highs);
        Vector256<float> efgh0 = Avx.Shuffle(ef, gh, Lows), efgh1 = Avx.Shuffle(ef, gh, Highs);
        ab = Avx.UnpackHigh(a, b);
        cd = Avx.UnpackHigh(c, d);
        ef = Avx.UnpackHigh(e, f);
        gh = Avx.UnpackHigh(g, h);
        Vector256<float> abcd2 = Avx.Shuffle(ab, cd, Lows), abcd3 = Avx.Shuffle(ab, cd, Highs);
        Vector256<float> efgh2 = Avx.Shuffle(ef, gh, Lows), efgh3 = Avx.Shuffle(ef, gh, Highs);

        Vector256<float> scale = Vector256.Create(factor);
        (Avx.Permute2x128(abcd0, efgh0, LowHalves) * scale).Store(destination);
        (Avx.Permute2x128(abcd1, efgh1, LowHalves) * scale).Store(destination + destinationStride);
        destination += 2 * destinationStride;
        (Avx.Permute2x128(abcd2, efgh2, LowHalves) * scale).Store(destination);
        (Avx.Permute2x128(abcd3, efgh3, LowHalves) * scale).Store(destination + destinationStride);
        destination += 2 * destinationStride;
        (Avx.Permute2x128(abcd0, efgh0, HighHalves) * scale).Store(destination);
        (Avx.Permute2x128(abcd1, efgh1, HighHalves) * scale).Store(destination + destinationStride);
        destination += 2 * destinationStride;
        (Avx.Permute2x128(abcd2, efgh2, HighHalves) * scale).Store(destination);
        (Avx.Permute2x128(abcd3, efgh3, HighHalves) * scale).Store(destination + destinationStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Block4x4(float* source, nint sourceStride, float* destination, nint destinationStride, float factor)
    {
        Vector128<float> a = Vector128.Load(source), b = Vector128.Load(source + sourceStride);
        source += 2 * sourceStride;
        Vector128<float> c = Vector128.Load(source), d = Vector128.Load(source + sourceStride);

        Vector128<float> ab = Sse.UnpackLow(a, b), cd = Sse.UnpackLow(c, d);
        (Sse.MoveLowToHigh(ab, cd) * factor).Store(destination);
        (Sse.MoveHighToLow(cd, ab) * factor).Store(destination + destinationStride);
        destination += 2 * destinationStride;
        ab = Sse.UnpackHigh(a, b);
        cd = Sse.UnpackHigh(c, d);
        (Sse.MoveLowToHigh(ab, cd) * factor).Store(destination);
        (Sse.MoveHighToLow(cd, ab) * factor).Store(destination + destinationStride);
    }

    /// <summary>What does not fill a block.</summary>
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
