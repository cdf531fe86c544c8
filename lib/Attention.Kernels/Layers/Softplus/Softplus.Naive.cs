namespace Attention.Kernels;

public static partial class Softplus
{
    /// <summary>yᵢ = ln(1 + e^xᵢ), one at a time: what <see cref="Forward"/> is held against.</summary>
    /// <inheritdoc cref="Forward"/>
    public static void ForwardNaive(ReadOnlySpan<float> x, Span<float> y)
    {
        Elementwise.Check(x, y);
        for (int i = 0; i < x.Length; i++)
        {
            float e = MathF.Exp(-MathF.Abs(x[i]));
            y[i] = MathF.Max(x[i], 0) + (2 * MathF.Atanh(e / (2 + e))); // ln(1 + e) without the sum, which loses a small e
        }
    }

    /// <summary>dxᵢ = dyᵢ σ(xᵢ), one at a time: what <see cref="Backward"/> is held against.</summary>
    /// <inheritdoc cref="Backward"/>
    public static void BackwardNaive(ReadOnlySpan<float> x, ReadOnlySpan<float> yGradient, Span<float> xGradient)
    {
        Elementwise.CheckBackward(nameof(x), x, yGradient, xGradient);
        for (int i = 0; i < x.Length; i++)
        {
            xGradient[i] = yGradient[i] * (float)(1 / (1 + Math.Exp(-x[i])));
        }
    }
}
