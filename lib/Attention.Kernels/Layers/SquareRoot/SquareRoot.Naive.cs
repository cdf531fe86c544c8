namespace Attention.Kernels;

public static partial class SquareRoot
{
    /// <summary>yᵢ = √xᵢ, one at a time: what <see cref="Forward"/> is held against.</summary>
    /// <inheritdoc cref="Forward"/>
    public static void ForwardNaive(ReadOnlySpan<float> x, Span<float> y)
    {
        Elementwise.Check(x, y);
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = MathF.Sqrt(x[i]);
        }
    }

    /// <summary>dxᵢ = dyᵢ / (2 yᵢ), one at a time: what <see cref="Backward"/> is held against.</summary>
    /// <inheritdoc cref="Backward"/>
    public static void BackwardNaive(ReadOnlySpan<float> y, ReadOnlySpan<float> yGradient, Span<float> xGradient)
    {
        Elementwise.CheckBackward(nameof(y), y, yGradient, xGradient);
        for (int i = 0; i < y.Length; i++)
        {
            xGradient[i] = yGradient[i] / (2 * y[i]);
        }
    }
}
