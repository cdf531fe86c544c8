namespace Attention.Kernels;

public static partial class Sigmoid
{
    /// <summary>yᵢ = σ(xᵢ), one at a time: what <see cref="Forward"/> is held against.</summary>
    /// <inheritdoc cref="Forward"/>
    public static void ForwardNaive(ReadOnlySpan<float> x, Span<float> y)
    {
        Elementwise.Check(x, y);
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = (float)(1 / (1 + Math.Exp(-x[i])));
        }
    }

    /// <summary>dxᵢ = dyᵢ yᵢ (1 − yᵢ), one at a time: what <see cref="Backward"/> is held against.</summary>
    /// <inheritdoc cref="Backward"/>
    public static void BackwardNaive(ReadOnlySpan<float> y, ReadOnlySpan<float> yGradient, Span<float> xGradient)
    {
        Elementwise.CheckBackward(nameof(y), y, yGradient, xGradient);
        for (int i = 0; i < y.Length; i++)
        {
            xGradient[i] = yGradient[i] * (y[i] * (1 - y[i]));
        }
    }
}
