namespace Attention.Kernels.Tests;

/// <summary>Lengths at which loops over vectors and tiles go wrong: none, one, and one around every size that a kernel may work in.</summary>
internal static class Lengths
{
    public static readonly int[] Hard =
        [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 47, 48, 49, 63, 64, 65, 95, 96, 97, 127, 128, 129, 255, 256, 257, 300];

    public static readonly int[] HardNotEmpty = Hard[1..];
}
