namespace Attention.Kernels;

public static partial class Exponential
{
    /// <summary>The gradient of <see cref="Forward"/>: dxᵢ = dyᵢ · yᵢ, since e^x is its own derivative.</summary>
    /// <param name="y">[n]; what Forward wrote.</param>
    /// <param name="yGradient">[n]; dL/dy.</param>
    /// <param name="xGradient">[n]; dL/dx, overwritten. May be either input itself; must not overlap one otherwise.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the result overlaps an input without being the same.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradient is half written.</exception>
    public static unsafe void Backward(ReadOnlySpan<float> y, ReadOnlySpan<float> yGradient, Span<float> xGradient, KernelOptions options = default)
    {
        CheckBackward(y, yGradient, xGradient, options);
        fixed (float* result = y, gradient = yGradient, destination = xGradient)
        {
            Tiled.Run(new BackwardTiles(y.Length, result, gradient, destination), options.ThreadsFor(CostPerElement * y.Length), options);
        }
    }

    /// <summary>dxᵢ = dyᵢ · yᵢ, one at a time.</summary>
    /// <inheritdoc cref="Backward"/>
    public static void BackwardNaive(ReadOnlySpan<float> y, ReadOnlySpan<float> yGradient, Span<float> xGradient)
    {
        CheckBackward(y, yGradient, xGradient);
        for (int i = 0; i < y.Length; i++)
        {
            xGradient[i] = yGradient[i] * y[i];
        }
    }

    private static void CheckBackward(ReadOnlySpan<float> y, ReadOnlySpan<float> yGradient, ReadOnlySpan<float> xGradient, KernelOptions options = default)
    {
        options.Check();
        Guard.Length(nameof(yGradient), yGradient.Length, y.Length);
        Guard.Length(nameof(xGradient), xGradient.Length, y.Length);
        Guard.SameOrApart(nameof(xGradient), xGradient, nameof(y), y);
        Guard.SameOrApart(nameof(xGradient), xGradient, nameof(yGradient), yGradient);
    }
}
