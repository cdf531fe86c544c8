namespace Attention.Kernels;

public static partial class Gelu
{
    /// <summary>yᵢ = xᵢ Φ(xᵢ), one at a time: what <see cref="Forward"/> is held against.</summary>
    /// <inheritdoc cref="Forward"/>
    public static void ForwardNaive(ReadOnlySpan<float> x, Span<float> y)
    {
        Elementwise.Check(x, y);
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = float.IsNegativeInfinity(x[i]) ? 0 : (float)(x[i] * Elementary.NormalCumulative(x[i]));
        }
    }

    /// <summary>dxᵢ = dyᵢ (Φ(xᵢ) + xᵢ φ(xᵢ)), one at a time: what <see cref="Backward"/> is held against.</summary>
    /// <inheritdoc cref="Backward"/>
    public static void BackwardNaive(ReadOnlySpan<float> x, ReadOnlySpan<float> yGradient, Span<float> xGradient)
    {
        Elementwise.CheckBackward(nameof(x), x, yGradient, xGradient);
        for (int i = 0; i < x.Length; i++)
        {
            double density = Math.Exp(-0.5 * x[i] * x[i]) / Math.Sqrt(2 * Math.PI);
            double slope = Elementary.NormalCumulative(x[i]) + (float.IsInfinity(x[i]) ? 0 : x[i] * density);
            xGradient[i] = yGradient[i] * (float)slope;
        }
    }

    /// <summary>The approximation, one at a time: what <see cref="ForwardTanh"/> is held against.</summary>
    /// <inheritdoc cref="ForwardTanh"/>
    public static void ForwardTanhNaive(ReadOnlySpan<float> x, Span<float> y)
    {
        Elementwise.Check(x, y);
        for (int i = 0; i < x.Length; i++)
        {
            float inner = MathF.Sqrt(2 / MathF.PI) * (x[i] + (0.044715f * x[i] * x[i] * x[i]));
            y[i] = float.IsNegativeInfinity(x[i]) ? 0 : 0.5f * x[i] * (1 + MathF.Tanh(inner));
        }
    }

    /// <summary>The gradient of the approximation, one at a time: what <see cref="BackwardTanh"/> is held against.</summary>
    /// <inheritdoc cref="BackwardTanh"/>
    public static void BackwardTanhNaive(ReadOnlySpan<float> x, ReadOnlySpan<float> yGradient, Span<float> xGradient)
    {
        Elementwise.CheckBackward(nameof(x), x, yGradient, xGradient);
        for (int i = 0; i < x.Length; i++)
        {
            float factor = MathF.Sqrt(2 / MathF.PI);
            float tanh = MathF.Tanh(factor * (x[i] + (0.044715f * x[i] * x[i] * x[i])));
            float rise = (1 - (tanh * tanh)) * factor * (x[i] + (3 * 0.044715f * x[i] * x[i] * x[i]));
            xGradient[i] = yGradient[i] * 0.5f * (1 + tanh + (tanh is 1 or -1 ? 0 : rise));
        }
    }
}
