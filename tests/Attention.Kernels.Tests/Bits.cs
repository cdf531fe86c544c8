using System.Runtime.InteropServices;

namespace Attention.Kernels.Tests;

internal static class Bits
{
    /// <summary>Holds where two buffers are equal bit for bit; any NaN equals any other, for no law speaks of a NaN's payload.</summary>
    public static void Same(string what, ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        if (MemoryMarshal.AsBytes(expected).SequenceEqual(MemoryMarshal.AsBytes(actual)))
        {
            return;
        }

        for (int i = 0; i < expected.Length; i++)
        {
            bool same = BitConverter.SingleToInt32Bits(expected[i]) == BitConverter.SingleToInt32Bits(actual[i]) || (float.IsNaN(expected[i]) && float.IsNaN(actual[i]));
            Assert.True(same, $"{what}: [{i}] of {expected.Length} was {expected[i]:R} and is now {actual[i]:R}");
        }
    }
}
