namespace Attention.Kernels;

public static partial class Logarithm
{
    /// <summary>yᵢ = ln xᵢ, one at a time: what <see cref="Forward"/> is held against.</summary>
    /// <inheritdoc cref="Forward"/>
    public static void ForwardNaive(ReadOnlySpan<float> x, Span<float> y)
    {
        Elementwise.Check(x, y);
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = MathF.Log(x[i]);
        }
    }

    /// <summary>dxᵢ = dyᵢ / xᵢ, one at a time: what <see cref="Backward"/> is held against.</summary>
    /// <inheritdoc cref="Backward"/>
    public static void BackwardNaive(ReadOnlySpan<float> x, ReadOnlySpan<float> yGradient, Span<float> xGradient)
    {
        Elementwise.CheckBackward(nameof(x), x, yGradient, xGradient);
        for (int i = 0; i < x.Length; i++)
        {
            xGradient[i] = yGradient[i] / x[i];
        }
    }
}
