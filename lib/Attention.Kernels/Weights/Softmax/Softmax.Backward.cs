namespace Attention.Kernels;

public static partial class Softmax
{
    /// <summary>The gradient of <see cref="Forward"/>: <c>dsᵢ = wᵢ (dwᵢ − Σⱼ wⱼ dwⱼ) / T</c>, row by row.</summary>
    /// <param name="shape">Rows and columns of all three buffers.</param>
    /// <param name="weights">[Rows, Columns]; what Forward wrote.</param>
    /// <param name="weightsGradient">[Rows, Columns]; dL/dweights.</param>
    /// <param name="scoresGradient">[Rows, Columns]; dL/dscores, overwritten. May be either input itself; must not overlap one otherwise.</param>
    /// <param name="options">The temperature that Forward had; threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, or the result overlaps an input without being the same.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradient is half written.</exception>
    /// <remarks>
    /// A row of zeros, which Forward writes where there was nothing to weigh, has a zero gradient. The arguments of every backward pass of the library stand in this order: the shape; of what the
    /// forward pass read and wrote, what is needed again, in the order it had there; the gradient of the result; the gradients of the inputs, in the order of the inputs; then what
    /// may be omitted, and options. Where a gradient's description allows it to be empty, an empty span says that it is not wanted.
    /// </remarks>
    public static unsafe void Backward(
        RowShape shape, ReadOnlySpan<float> weights, ReadOnlySpan<float> weightsGradient, Span<float> scoresGradient, SoftmaxOptions options = default)
    {
        CheckBackward(shape, weights, weightsGradient, scoresGradient, options);
        fixed (float* w = weights, dw = weightsGradient, ds = scoresGradient)
        {
            Tiled.Run(new BackwardTiles(shape, w, dw, ds, options.Divisor), options.Kernel.ThreadsFor(CostPerElement * shape.Rows * shape.Columns), options.Kernel);
        }
    }

    /// <summary>The gradient of the softmax, written as the formula reads: what <see cref="Backward"/> is held against.</summary>
    /// <inheritdoc cref="Backward"/>
    public static void BackwardNaive(
        RowShape shape, ReadOnlySpan<float> weights, ReadOnlySpan<float> weightsGradient, Span<float> scoresGradient, SoftmaxOptions options = default)
    {
        CheckBackward(shape, weights, weightsGradient, scoresGradient, options);
        float temperature = options.Divisor;
        for (int row = 0; row < shape.Rows; row++)
        {
            ReadOnlySpan<float> w = weights.Slice(row * shape.Columns, shape.Columns);
            ReadOnlySpan<float> dw = weightsGradient.Slice(row * shape.Columns, shape.Columns);
            Span<float> ds = scoresGradient.Slice(row * shape.Columns, shape.Columns);

            float mean = 0;
            for (int i = 0; i < w.Length; i++)
            {
                mean += w[i] * dw[i];
            }

            for (int i = 0; i < w.Length; i++)
            {
                ds[i] = w[i] * (dw[i] - mean) / temperature;
            }
        }
    }

    private static void CheckBackward(
        RowShape shape, ReadOnlySpan<float> weights, ReadOnlySpan<float> weightsGradient, ReadOnlySpan<float> scoresGradient, SoftmaxOptions options = default)
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
