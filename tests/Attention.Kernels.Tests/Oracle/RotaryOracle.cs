using System.Numerics;

namespace Attention.Kernels.Tests;

/// <summary>Rotary positions as multiplication by a complex number of length one, in double precision.</summary>
internal static class RotaryOracle
{
    /// <summary>The angle per position of each pair.</summary>
    public static double[] Frequencies(int width, double @base = 10000) => [.. Enumerable.Range(0, width / 2).Select(i => 1 / Math.Pow(@base, 2.0 * i / width))];

    /// <summary>Rows of [B, H, N, D], turned.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="input">[B, H, N, D]</param>
    /// <param name="pairs">Which features are a pair.</param>
    /// <param name="frequencies">One per pair.</param>
    /// <param name="first">The first position of each sequence.</param>
    /// <param name="magnitude">What a pair's length is multiplied by.</param>
    public static Expected Turn(RotaryShape shape, double[] input, RotaryPairs pairs, double[] frequencies, Func<int, int> first, double magnitude = 1)
    {
        double[] output = [.. input];
        double[] sizes = Array.ConvertAll(input, Math.Abs);
        for (int b = 0; b < shape.Batch; b++)
        {
            for (int row = b * shape.Heads * shape.Length; row < (b + 1) * shape.Heads * shape.Length; row++)
            {
                for (int i = 0; i < frequencies.Length; i++)
                {
                    (int one, int two) = pairs == RotaryPairs.Halves ? (i, i + frequencies.Length) : (2 * i, (2 * i) + 1);
                    (one, two) = (one + (row * shape.Width), two + (row * shape.Width));
                    Complex turn = Complex.FromPolarCoordinates(1, (first(b) + (row % shape.Length)) * frequencies[i]);
                    Complex turned = magnitude * turn * new Complex(input[one], input[two]);
                    (output[one], output[two]) = (turned.Real, turned.Imaginary);
                    sizes[one] = magnitude * ((Math.Abs(input[one] * turn.Real)) + Math.Abs(input[two] * turn.Imaginary));
                    sizes[two] = magnitude * ((Math.Abs(input[two] * turn.Real)) + Math.Abs(input[one] * turn.Imaginary));
                }
            }
        }

        return new(output, sizes);
    }
}
