namespace Attention.Kernels;

public static partial class Exponential
{
    /// <summary>yᵢ = e^xᵢ, one call of the runtime's exponential at a time: what <see cref="Forward"/> is held against.</summary>
    /// <inheritdoc cref="Forward"/>
    public static void ForwardNaive(ReadOnlySpan<float> x, Span<float> y)
    {
        Elementwise.Check(x, y);
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = MathF.Exp(x[i]);
        }
    }
}
