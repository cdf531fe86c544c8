namespace Attention.Models;

/// <summary>Loops over masks, which are repeated when they are shorter than what they mask.</summary>
internal static class Masking
{
    internal static void Fill(ReadOnlySpan<bool> mask, ReadOnlySpan<float> x, float value, Span<float> y)
    {
        for (int first = 0; first < y.Length; first += mask.Length)
        {
            for (int i = 0; i < mask.Length; i++)
            {
                y[first + i] = mask[i] ? value : x[first + i];
            }
        }
    }

    internal static void Choose(ReadOnlySpan<bool> mask, ReadOnlySpan<float> whenTrue, ReadOnlySpan<float> whenFalse, Span<float> y)
    {
        for (int first = 0; first < y.Length; first += mask.Length)
        {
            for (int i = 0; i < mask.Length; i++)
            {
                y[first + i] = mask[i] ? whenTrue[first + i] : whenFalse[first + i];
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
                y[first + i] = mask[i] == wanted ? x[first + i] : 0;
            }
        }
    }
}
