namespace Attention.Kernels;

/// <summary>Two buffers multiplied, element by element.</summary>
/// <remarks><c>y = left · right</c>, correctly rounded.</remarks>
public static partial class Multiplication
{
    private const double Cost = 24; // multiply–adds that take as long: memory decides

    /// <summary>yᵢ = leftᵢ · rightᵢ.</summary>
    /// <param name="left">[n]</param>
    /// <param name="right">[n]</param>
    /// <param name="y">[n]; overwritten. May be either input itself; must not overlap one otherwise.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the result overlaps an input without being the same.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; y is half written.</exception>
    public static void Forward(ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> y, KernelOptions options = default)
    {
        Pairs.Check(nameof(left), left, nameof(right), right, y, options);
        Elementwise.Run<Maps.Product>(left, right, default, 0, y, Cost, options);
    }

    /// <summary>yᵢ = leftᵢ · rightᵢ, one at a time: what <see cref="Forward"/> is held against.</summary>
    /// <inheritdoc cref="Forward"/>
    public static void ForwardNaive(ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> y)
    {
        Pairs.Check(nameof(left), left, nameof(right), right, y);
        for (int i = 0; i < left.Length; i++)
        {
            y[i] = left[i] * right[i];
        }
    }

    /// <summary>A new array with yᵢ = leftᵢ · rightᵢ.</summary>
    /// <param name="left">[n]</param>
    /// <param name="right">[n]</param>
    /// <returns>[n]</returns>
    /// <exception cref="ArgumentException">The arrays differ in length.</exception>
    public static float[] Of(float[] left, float[] right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        var y = new float[left.Length];
        Forward(left, right, y);
        return y;
    }
}
