namespace Attention.Kernels;

public static partial class Relu
{
    /// <summary>yᵢ = max(xᵢ, 0), one at a time: what <see cref="Forward"/> is held against.</summary>
    /// <inheritdoc cref="Forward"/>
    public static void ForwardNaive(ReadOnlySpan<float> x, Span<float> y)
    {
        Elementwise.Check(x, y);
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = x[i] <= 0 ? 0 : x[i]; // keeps NaN
        }
    }

    /// <summary>dxᵢ = dyᵢ where xᵢ &gt; 0, one at a time: what <see cref="Backward"/> is held against.</summary>
    /// <inheritdoc cref="Backward"/>
    public static void BackwardNaive(ReadOnlySpan<float> x, ReadOnlySpan<float> yGradient, Span<float> xGradient)
    {
        Elementwise.CheckBackward(nameof(x), x, yGradient, xGradient);
        for (int i = 0; i < x.Length; i++)
        {
            float slope = x[i] > 0 ? 1 : float.IsNaN(x[i]) ? x[i] : 0;
            xGradient[i] = yGradient[i] * slope;
        }
    }
}
