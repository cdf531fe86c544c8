namespace Attention.Kernels;

public static partial class GradientClip
{
    /// <summary>Σ g², added one by one: what <see cref="SquaredNorm"/> is held against.</summary>
    /// <param name="gradient">[n]</param>
    public static double SquaredNormNaive(ReadOnlySpan<float> gradient)
    {
        double sum = 0;
        foreach (float g in gradient)
        {
            sum += (double)g * g;
        }

        return sum;
    }

    /// <summary>Multiplies every element, one by one: what <see cref="Apply"/> is held against.</summary>
    /// <param name="gradient">[n]; scaled in place.</param>
    /// <param name="scale">What <see cref="Scale"/> gave.</param>
    public static void ApplyNaive(Span<float> gradient, float scale)
    {
        for (int i = 0; i < gradient.Length; i++)
        {
            gradient[i] *= scale;
        }
    }

    /// <summary>Clips by the norm over all buffers together, as the algorithm reads: what <see cref="ByNorm"/> is held against.</summary>
    /// <param name="gradients">[buffers][n]; scaled in place.</param>
    /// <param name="limit">What the norm may be at most.</param>
    /// <returns>The norm before.</returns>
    /// <exception cref="ArgumentException">The limit is negative or no number.</exception>
    public static double ByNormNaive(ReadOnlySpan<Memory<float>> gradients, float limit)
    {
        Guard.NotNegative(nameof(limit), limit);
        double squares = 0;
        foreach (Memory<float> gradient in gradients)
        {
            squares += SquaredNormNaive(gradient.Span);
        }

        double norm = Math.Sqrt(squares);
        foreach (Memory<float> gradient in gradients)
        {
            ApplyNaive(gradient.Span, norm > limit ? (float)(limit / norm) : 1);
        }

        return norm;
    }

    /// <summary>Moves every element into −limit to limit, one by one: what <see cref="ByValue"/> is held against.</summary>
    /// <param name="gradient">[n]; clipped in place. NaN stays NaN.</param>
    /// <param name="limit">What an element may be at most.</param>
    /// <exception cref="ArgumentException">The limit is negative or no number.</exception>
    public static void ByValueNaive(Span<float> gradient, float limit)
    {
        Guard.NotNegative(nameof(limit), limit);
        for (int i = 0; i < gradient.Length; i++)
        {
            gradient[i] = Math.Clamp(gradient[i], -limit, limit);
        }
    }
}
