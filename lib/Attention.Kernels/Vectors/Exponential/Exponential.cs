namespace Attention.Kernels;

/// <summary>e to the power of every element.</summary>
/// <remarks>
/// Within 1.02 units in the last place of e^x, measured over all 2³² floats; the same bits for the same x, wherever in a span it stands. Overflow gives +∞ and underflow is
/// gradual: subnormal results down to 0. e^−∞ = 0, e^+∞ = +∞, and NaN stays NaN.
/// </remarks>
public static partial class Exponential
{
    private const double CostPerElement = 12; // multiply–adds that take as long

    /// <summary>yᵢ = e^xᵢ.</summary>
    /// <param name="x">[n]</param>
    /// <param name="y">[n]; overwritten. May be <paramref name="x"/> itself; must not overlap it otherwise.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; y is half written.</exception>
    public static void Forward(ReadOnlySpan<float> x, Span<float> y, KernelOptions options = default) =>
        Elementwise.Forward<Function>(x, y, CostPerElement, options);

    /// <summary>A new array with yᵢ = e^xᵢ.</summary>
    /// <param name="x">[n]</param>
    /// <returns>[n]</returns>
    public static float[] Of(float[] x)
    {
        ArgumentNullException.ThrowIfNull(x);
        var y = new float[x.Length];
        Forward(x, y);
        return y;
    }
}
