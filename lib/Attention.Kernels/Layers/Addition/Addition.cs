namespace Attention.Kernels;

/// <summary>Two buffers added, element by element, the second one scaled: with 1 a sum, with −1 a difference; in place it adds to what is there, as gradients that meet must.</summary>
/// <remarks><c>y = left + scale · right</c>, rounded once where the hardware can, twice where it cannot.</remarks>
public static partial class Addition
{
    private const double Cost = 24; // multiply–adds that take as long: memory decides

    /// <summary>yᵢ = leftᵢ + scale · rightᵢ.</summary>
    /// <param name="left">[n]</param>
    /// <param name="right">[n]</param>
    /// <param name="scale">Any number.</param>
    /// <param name="y">[n]; overwritten. May be either input itself; must not overlap one otherwise.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the result overlaps an input without being the same.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; y is half written.</exception>
    public static void Forward(ReadOnlySpan<float> left, ReadOnlySpan<float> right, float scale, Span<float> y, KernelOptions options = default)
    {
        Pairs.Check(nameof(left), left, nameof(right), right, y, options);
        Elementwise.Run<Maps.Sum>(left, right, default, scale, y, Cost, options);
    }

    /// <summary>yᵢ = leftᵢ + scale · rightᵢ, one at a time: what <see cref="Forward"/> is held against.</summary>
    /// <inheritdoc cref="Forward"/>
    public static void ForwardNaive(ReadOnlySpan<float> left, ReadOnlySpan<float> right, float scale, Span<float> y)
    {
        Pairs.Check(nameof(left), left, nameof(right), right, y);
        for (int i = 0; i < left.Length; i++)
        {
            y[i] = left[i] + (scale * right[i]);
        }
    }

    /// <summary>A new array with yᵢ = leftᵢ + scale · rightᵢ.</summary>
    /// <param name="left">[n]</param>
    /// <param name="right">[n]</param>
    /// <param name="scale">Any number.</param>
    /// <returns>[n]</returns>
    /// <exception cref="ArgumentException">The arrays differ in length.</exception>
    public static float[] Of(float[] left, float[] right, float scale = 1)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        var y = new float[left.Length];
        Forward(left, right, scale, y);
        return y;
    }
}
