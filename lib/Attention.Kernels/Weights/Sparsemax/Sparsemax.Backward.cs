namespace Attention.Kernels;

public static partial class Sparsemax
{
    /// <summary>The gradient of <see cref="Forward"/>: <c>dsᵢ = dwᵢ − the mean of dw where w is not 0</c>, and 0 where w is 0 (Martins and Astudillo 2016, eq. 14).</summary>
    /// <param name="shape">Rows and columns of all three buffers.</param>
    /// <param name="weights">[Rows, Columns]; what Forward wrote.</param>
    /// <param name="weightsGradient">[Rows, Columns]; dL/dweights.</param>
    /// <param name="scoresGradient">[Rows, Columns]; dL/dscores, overwritten. May be either input itself; must not overlap one otherwise.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, or the result overlaps an input without being the same.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradient is half written.</exception>
    /// <remarks>What dw is where w is 0 does not matter, NaN included. A row of NaN has a gradient of NaN.</remarks>
    public static unsafe void Backward(
        RowShape shape, ReadOnlySpan<float> weights, ReadOnlySpan<float> weightsGradient, Span<float> scoresGradient, KernelOptions options = default)
    {
        CheckBackward(shape, weights, weightsGradient, scoresGradient, options);
        fixed (float* w = weights, dw = weightsGradient, ds = scoresGradient)
        {
            Tiled.Run(new BackwardTiles(shape, w, dw, ds), options.ThreadsFor(CostPerElement * shape.Rows * shape.Columns), options);
        }
    }

    private static void CheckBackward(
        RowShape shape, ReadOnlySpan<float> weights, ReadOnlySpan<float> weightsGradient, ReadOnlySpan<float> scoresGradient, KernelOptions options = default)
    {
        options.Check();
        shape.Check();
        Guard.Length(nameof(weights), weights.Length, shape.Rows, shape.Columns);
        Guard.Length(nameof(weightsGradient), weightsGradient.Length, shape.Rows, shape.Columns);
        Guard.Length(nameof(scoresGradient), scoresGradient.Length, shape.Rows, shape.Columns);
        Guard.SameOrApart(nameof(scoresGradient), scoresGradient, nameof(weights), weights);
        Guard.SameOrApart(nameof(scoresGradient), scoresGradient, nameof(weightsGradient), weightsGradient);
    }
}
