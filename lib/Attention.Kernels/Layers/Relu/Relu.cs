namespace Attention.Kernels;

/// <summary>The positive part of every element.</summary>
/// <remarks><c>y = max(x, 0)</c>: Nair and Hinton 2010. Exact; NaN stays NaN, and −0 becomes 0.</remarks>
public static partial class Relu
{
    private const double Cost = 16; // multiply–adds that take as long: memory decides

    /// <summary>yᵢ = max(xᵢ, 0).</summary>
    /// <param name="x">[n]</param>
    /// <param name="y">[n]; overwritten. May be <paramref name="x"/> itself; must not overlap it otherwise.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the output is half written.</exception>
    public static void Forward(ReadOnlySpan<float> x, Span<float> y, KernelOptions options = default) =>
        Elementwise.Forward<Function>(x, y, Cost, options);

    /// <summary>A new array with the same of every element.</summary>
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
