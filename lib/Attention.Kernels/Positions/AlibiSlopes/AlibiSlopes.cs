namespace Attention.Kernels;

/// <summary>The slopes of attention with linear biases: head h adds <c>−slope[h] · distance</c> to its scores instead of any position embedding.</summary>
/// <remarks>
/// For H heads, a power of two, the slopes are 2^(−8/H), 2^(−16/H) ... 2^−8 (Press et al. 2022, § 3). For any other H they are, as in the authors' code, those of the next lower power
/// of two, followed by every other slope of the next higher one, from its first on. Computed in double precision; constants, and so without a gradient.
/// </remarks>
public static class AlibiSlopes
{
    /// <summary>Writes one slope per head.</summary>
    /// <param name="slopes">[H]; overwritten.</param>
    public static void Forward(Span<float> slopes)
    {
        int power = 1;
        while (power <= slopes.Length / 2)
        {
            power *= 2;
        }

        for (int h = 0; h < slopes.Length; h++)
        {
            double exponent = h < power ? (h + 1.0) / power : ((2.0 * (h - power)) + 1) / (2.0 * power);
            slopes[h] = (float)Math.Pow(2, -8 * exponent);
        }
    }

    /// <summary>The slopes, written as the definition reads: what <see cref="Forward"/> is held against.</summary>
    /// <inheritdoc cref="Forward"/>
    public static void ForwardNaive(Span<float> slopes)
    {
        int power = 1;
        while (2 * power <= slopes.Length)
        {
            power *= 2;
        }

        for (int h = 0; h < slopes.Length; h++)
        {
            slopes[h] = h < power ? Slope(h, power) : Slope(2 * (h - power), 2 * power);
        }

        static float Slope(int head, int heads) => MathF.Pow(2, -8f * (head + 1) / heads);
    }

    /// <summary>The slopes of so many heads, as a new array.</summary>
    /// <param name="heads">H</param>
    /// <returns>[H]</returns>
    /// <exception cref="ArgumentException">The number is negative.</exception>
    public static float[] Of(int heads)
    {
        Guard.NotNegative(nameof(heads), heads);
        var slopes = new float[heads];
        Forward(slopes);
        return slopes;
    }
}
