namespace Attention.Kernels;

public static partial class LogSoftmax
{
    /// <summary>The gradient of <see cref="Forward"/>: <c>dsᵢ = (dyᵢ − e^yᵢ Σⱼ dyⱼ) / T</c>, row by row.</summary>
    /// <param name="shape">Rows and columns of all three buffers.</param>
    /// <param name="logWeights">[Rows, Columns]; what Forward wrote.</param>
    /// <param name="logWeightsGradient">[Rows, Columns]; dL/dlogWeights.</param>
    /// <param name="scoresGradient">[Rows, Columns]; dL/dscores, overwritten. May be either input itself; must not overlap one otherwise.</param>
    /// <param name="options">The temperature that Forward had; threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, or the result overlaps an input without being the same.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradient is half written.</exception>
    /// <remarks>A result of −∞ does not move with any score: it takes no part in the sum, and its score's gradient is 0.</remarks>
    public static unsafe void Backward(
        RowShape shape, ReadOnlySpan<float> logWeights, ReadOnlySpan<float> logWeightsGradient, Span<float> scoresGradient, SoftmaxOptions options = default)
    {
        CheckBackward(shape, logWeights, logWeightsGradient, scoresGradient, options);
        fixed (float* y = logWeights, dy = logWeightsGradient, ds = scoresGradient)
        {
            Tiled.Run(new BackwardTiles(shape, y, dy, ds, options.Divisor), options.Kernel.ThreadsFor(CostPerElement * shape.Rows * shape.Columns), options.Kernel);
        }
    }

    private static void CheckBackward(
        RowShape shape, ReadOnlySpan<float> logWeights, ReadOnlySpan<float> logWeightsGradient, ReadOnlySpan<float> scoresGradient, SoftmaxOptions options)
    {
        options.Check();
        shape.Check();
        Guard.Length(nameof(logWeights), logWeights.Length, shape.Rows, shape.Columns);
        Guard.Length(nameof(logWeightsGradient), logWeightsGradient.Length, shape.Rows, shape.Columns);
        Guard.Length(nameof(scoresGradient), scoresGradient.Length, shape.Rows, shape.Columns);
        Guard.SameOrApart(nameof(scoresGradient), scoresGradient, nameof(logWeights), logWeights);
        Guard.SameOrApart(nameof(scoresGradient), scoresGradient, nameof(logWeightsGradient), logWeightsGradient);
    }
}
