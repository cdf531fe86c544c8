using System.Runtime.CompilerServices;

namespace Attention.Models;

/// <summary>Loops over masks, which are repeated when they are shorter than what they mask. Floats are chosen by their bits, which takes no branch: masks are hard to foresee.</summary>
internal static class Masking
{
    internal static void Fill(ReadOnlySpan<bool> mask, ReadOnlySpan<float> x, float value, Span<float> y)
    {
        for (int first = 0; first < y.Length; first += mask.Length)
        {
            for (int i = 0; i < mask.Length; i++)
            {
                y[first + i] = Of(mask[i], value, x[first + i]);
            }
        }
    }

    internal static void Choose(ReadOnlySpan<bool> mask, ReadOnlySpan<float> whenTrue, ReadOnlySpan<float> whenFalse, Span<float> y)
    {
        for (int first = 0; first < y.Length; first += mask.Length)
        {
            for (int i = 0; i < mask.Length; i++)
            {
                y[first + i] = Of(mask[i], whenTrue[first + i], whenFalse[first + i]);
            }
        }
    }

    /// <summary>x where the mask is as wanted, and 0 elsewhere.</summary>
    internal static void Keep(ReadOnlySpan<bool> mask, bool wanted, ReadOnlySpan<float> x, Span<float> y)
    {
        for (int first = 0; first < y.Length; first += mask.Length)
        {
            for (int i = 0; i < mask.Length; i++)
            {
                y[first + i] = Of(mask[i] == wanted, x[first + i], 0);
            }
        }
    }

    private static float Of(bool condition, float whenTrue, float whenFalse)
    {
        int all = -Unsafe.BitCast<bool, byte>(condition);
        return BitConverter.Int32BitsToSingle((BitConverter.SingleToInt32Bits(whenTrue) & all) | (BitConverter.SingleToInt32Bits(whenFalse) & ~all));
    }
}
