namespace Attention.Kernels;

public static partial class Silu
{
    /// <summary>yᵢ = xᵢ / (1 + e^−xᵢ), one at a time: what <see cref="Forward"/> is held against.</summary>
    /// <inheritdoc cref="Forward"/>
    public static void ForwardNaive(ReadOnlySpan<float> x, Span<float> y)
    {
        Elementwise.Check(x, y);
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = float.IsNegativeInfinity(x[i]) ? 0 : x[i] / (1 + MathF.Exp(-x[i]));
        }
    }

    /// <summary>dxᵢ = dyᵢ σ(xᵢ) (1 + xᵢ (1 − σ(xᵢ))), one at a time: what <see cref="Backward"/> is held against.</summary>
    /// <inheritdoc cref="Backward"/>
    public static void BackwardNaive(ReadOnlySpan<float> x, ReadOnlySpan<float> yGradient, Span<float> xGradient)
    {
        Elementwise.CheckBackward(nameof(x), x, yGradient, xGradient);
        for (int i = 0; i < x.Length; i++)
        {
            float s = 1 / (1 + MathF.Exp(-x[i]));
            xGradient[i] = yGradient[i] * (s is 0 or 1 ? s : s * (1 + (x[i] * (1 - s))));
        }
    }
}
