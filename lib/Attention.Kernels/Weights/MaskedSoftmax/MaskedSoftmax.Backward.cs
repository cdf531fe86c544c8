namespace Attention.Kernels;

public static partial class MaskedSoftmax
{
    /// <summary>The gradient of the softmax over visible scores: <c>dsᵢ = wᵢ (dwᵢ − Σⱼ wⱼ dwⱼ) / T</c>, j over what is visible, and 0 for what is hidden.</summary>
    /// <param name="shape">Rows and columns of all buffers.</param>
    /// <param name="weights">[Rows, Columns]; what Forward wrote.</param>
    /// <param name="visible">[Rows, Columns]; as Forward had it.</param>
    /// <param name="weightsGradient">[Rows, Columns]; dL/dweights. Not read where nothing is visible.</param>
    /// <param name="scoresGradient">[Rows, Columns]; dL/dscores, overwritten. May be either matrix of floats itself; must not overlap one otherwise.</param>
    /// <param name="options">The temperature that Forward had; threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, or the result overlaps an input without being the same.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradient is half written.</exception>
    public static unsafe void Backward(
        RowShape shape, ReadOnlySpan<float> weights, ReadOnlySpan<bool> visible, ReadOnlySpan<float> weightsGradient, Span<float> scoresGradient, SoftmaxOptions options = default)
    {
        CheckBackward(shape, weights, visible, weightsGradient, scoresGradient, options);
        fixed (float* w = weights, dw = weightsGradient, ds = scoresGradient)
        fixed (bool* v = visible)
        {
            Tiled.Run(new BackwardTiles(shape, w, v, null, dw, ds, options.Divisor), Threads(shape, options), options.Kernel);
        }
    }

    /// <summary>The gradient of the softmax of the start of every row: <c>dsᵢ = wᵢ (dwᵢ − Σⱼ wⱼ dwⱼ) / T</c>, j below the row's length, and 0 beyond it.</summary>
    /// <param name="shape">Rows and columns of all matrices.</param>
    /// <param name="weights">[Rows, Columns]; what Forward wrote.</param>
    /// <param name="lengths">[Rows]; as Forward had them.</param>
    /// <param name="weightsGradient">[Rows, Columns]; dL/dweights. Not read beyond a row's length.</param>
    /// <param name="scoresGradient">[Rows, Columns]; dL/dscores, overwritten. May be either matrix of floats itself; must not overlap one otherwise.</param>
    /// <param name="options">The temperature that Forward had; threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, a length from what its row has, or the result overlaps an input without being the same.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradient is half written.</exception>
    public static unsafe void Backward(
        RowShape shape, ReadOnlySpan<float> weights, ReadOnlySpan<int> lengths, ReadOnlySpan<float> weightsGradient, Span<float> scoresGradient, SoftmaxOptions options = default)
    {
        CheckBackward(shape, weights, lengths, weightsGradient, scoresGradient, options);
        fixed (float* w = weights, dw = weightsGradient, ds = scoresGradient)
        fixed (int* l = lengths)
        {
            Tiled.Run(new BackwardTiles(shape, w, null, l, dw, ds, options.Divisor), Threads(shape, options), options.Kernel);
        }
    }

    private static void CheckBackward(
        RowShape shape, ReadOnlySpan<float> weights, ReadOnlySpan<float> weightsGradient, ReadOnlySpan<float> scoresGradient, SoftmaxOptions options)
    {
        options.Check();
        shape.Check();
        Guard.Length(nameof(weights), weights.Length, shape.Rows, shape.Columns);
        Guard.Length(nameof(weightsGradient), weightsGradient.Length, shape.Rows, shape.Columns);
        Guard.Length(nameof(scoresGradient), scoresGradient.Length, shape.Rows, shape.Columns);
        Guard.SameOrApart(nameof(scoresGradient), scoresGradient, nameof(weights), weights);
        Guard.SameOrApart(nameof(scoresGradient), scoresGradient, nameof(weightsGradient), weightsGradient);
    }

    private static void CheckBackward(
        RowShape shape, ReadOnlySpan<float> weights, ReadOnlySpan<bool> visible, ReadOnlySpan<float> weightsGradient, ReadOnlySpan<float> scoresGradient, SoftmaxOptions options)
    {
        CheckBackward(shape, weights, weightsGradient, scoresGradient, options);
        CheckVisible(shape, visible);
    }

    private static void CheckBackward(
        RowShape shape, ReadOnlySpan<float> weights, ReadOnlySpan<int> lengths, ReadOnlySpan<float> weightsGradient, ReadOnlySpan<float> scoresGradient, SoftmaxOptions options)
    {
        CheckBackward(shape, weights, weightsGradient, scoresGradient, options);
        CheckLengths(shape, lengths);
    }
}
