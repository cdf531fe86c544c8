using System.Runtime.CompilerServices;

namespace Attention.Kernels;

/// <summary>Keeps scores between −cap and cap without a corner: nearly themselves around 0, and never beyond the cap. Gemma 2 does so before its softmax.</summary>
/// <remarks><c>yᵢ = cap · tanh(xᵢ / cap)</c> (Gemma Team 2024, § 2). ±∞ give ±cap, and NaN stays NaN. A score that a mask hides must be hidden after the cap, not before.</remarks>
public static partial class SoftCap
{
    private const double CostPerElement = 20; // multiply–adds that take as long

    /// <summary>yᵢ = cap · tanh(xᵢ / cap).</summary>
    /// <param name="x">[n]</param>
    /// <param name="cap">Where the results end, from 1e-37 to 1e37.</param>
    /// <param name="y">[n]; overwritten. May be <paramref name="x"/> itself; must not overlap it otherwise.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">The lengths differ, the spans overlap without being the same, or the cap is no positive number.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; y is half written.</exception>
    public static void Forward(ReadOnlySpan<float> x, float cap, Span<float> y, KernelOptions options = default)
    {
        Check(x, cap, y, options);
        Elementwise.Run<Value>(x, default, default, cap, y, CostPerElement, options);
    }

    /// <summary>yᵢ = cap · tanh(xᵢ / cap), one call of the runtime's tanh at a time: what <see cref="Forward"/> is held against.</summary>
    /// <inheritdoc cref="Forward"/>
    public static void ForwardNaive(ReadOnlySpan<float> x, float cap, Span<float> y)
    {
        Check(x, cap, y);
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = cap * MathF.Tanh(x[i] / cap);
        }
    }

    /// <summary>A new array with yᵢ = cap · tanh(xᵢ / cap).</summary>
    /// <param name="x">[n]</param>
    /// <param name="cap">Where the results end.</param>
    /// <returns>[n]</returns>
    /// <exception cref="ArgumentException">The cap is out of range.</exception>
    public static float[] Of(float[] x, float cap)
    {
        ArgumentNullException.ThrowIfNull(x);
        var y = new float[x.Length];
        Forward(x, cap, y);
        return y;
    }

    private static void Check(ReadOnlySpan<float> x, float cap, ReadOnlySpan<float> y, KernelOptions options = default)
    {
        SoftmaxOptions.CheckTemperature(nameof(cap), cap);
        Elementwise.Check(x, y, options);
    }

    private readonly struct Value : IMap
    {
        public static int Inputs => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Of<TLanes>(TLanes first, TLanes second, TLanes third, TLanes factor)
            where TLanes : unmanaged, ILanes<TLanes> => factor * Elementary.Tanh(first / factor);
    }
}
