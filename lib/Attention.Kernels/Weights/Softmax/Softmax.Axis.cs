namespace Attention.Kernels;

public static partial class Softmax
{
    /// <summary>Softmax along any axis of an array: of every line of elements that lie <c>Inner</c> floats apart.</summary>
    /// <param name="shape">The array, seen from the axis.</param>
    /// <param name="scores">[Outer, Length, Inner]</param>
    /// <param name="weights">[Outer, Length, Inner]; overwritten. May be <paramref name="scores"/> itself; must not overlap it otherwise.</param>
    /// <param name="options">Temperature, threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, the buffers overlap without being the same, or the temperature is not a positive number.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the weights are half written.</exception>
    public static unsafe void ForwardAlongAxis(AxisShape shape, ReadOnlySpan<float> scores, Span<float> weights, SoftmaxOptions options = default)
    {
        options.Check();
        shape.CheckMap(nameof(scores), scores, nameof(weights), weights);
        if (shape.Inner == 1)
        {
            Forward(new RowShape(shape.Outer, shape.Length), scores, weights, options);
            return;
        }

        int threads = options.Kernel.ThreadsFor(CostPerElement * scores.Length);
        fixed (float* s = scores, w = weights)
        {
            Tiled.Run(new AxisForwardTiles<AlongAxis>(shape, threads, s, w, options.Divisor), threads, options.Kernel);
        }
    }

    /// <summary>Softmax along any axis, written as the formula reads: what <see cref="ForwardAlongAxis"/> is held against.</summary>
    /// <inheritdoc cref="ForwardAlongAxis"/>
    public static void ForwardAlongAxisNaive(AxisShape shape, ReadOnlySpan<float> scores, Span<float> weights, SoftmaxOptions options = default)
    {
        options.Check();
        shape.CheckMap(nameof(scores), scores, nameof(weights), weights);
        float[] line = new float[shape.Length];
        for (int i = 0; i < shape.Lines; i++)
        {
            shape.CopyLine(i, scores, line);
            RowNaive(line, line, options.Divisor);
            shape.CopyLineBack(i, line, weights);
        }
    }

    /// <summary>The gradient of <see cref="ForwardAlongAxis"/>: <c>dsⱼ = wⱼ (dwⱼ − Σₖ wₖ dwₖ) / T</c>, line by line.</summary>
    /// <param name="shape">The array, seen from the axis.</param>
    /// <param name="weights">[Outer, Length, Inner]; what ForwardAlongAxis wrote.</param>
    /// <param name="weightsGradient">[Outer, Length, Inner]; dL/dweights.</param>
    /// <param name="scoresGradient">[Outer, Length, Inner]; dL/dscores, overwritten. May be either input itself; must not overlap one otherwise.</param>
    /// <param name="options">The temperature that ForwardAlongAxis had; threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, or the result overlaps an input without being the same.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradient is half written.</exception>
    public static unsafe void BackwardAlongAxis(
        AxisShape shape, ReadOnlySpan<float> weights, ReadOnlySpan<float> weightsGradient, Span<float> scoresGradient, SoftmaxOptions options = default)
    {
        CheckAxisBackward(shape, weights, weightsGradient, scoresGradient, options);
        if (shape.Inner == 1)
        {
            Backward(new RowShape(shape.Outer, shape.Length), weights, weightsGradient, scoresGradient, options);
            return;
        }

        int threads = options.Kernel.ThreadsFor(CostPerElement * weights.Length);
        fixed (float* w = weights, dw = weightsGradient, ds = scoresGradient)
        {
            Tiled.Run(new AxisBackwardTiles<AlongAxis>(shape, threads, w, dw, ds, options.Divisor), threads, options.Kernel);
        }
    }

    /// <summary>The gradient along any axis, written as the formula reads: what <see cref="BackwardAlongAxis"/> is held against.</summary>
    /// <inheritdoc cref="BackwardAlongAxis"/>
    public static void BackwardAlongAxisNaive(
        AxisShape shape, ReadOnlySpan<float> weights, ReadOnlySpan<float> weightsGradient, Span<float> scoresGradient, SoftmaxOptions options = default)
    {
        CheckAxisBackward(shape, weights, weightsGradient, scoresGradient, options);
        float[] line = new float[shape.Length], slopes = new float[shape.Length];
        for (int i = 0; i < shape.Lines; i++)
        {
            shape.CopyLine(i, weights, line);
            shape.CopyLine(i, weightsGradient, slopes);
            BackwardNaive(new RowShape(1, shape.Length), line, slopes, slopes, options);
            shape.CopyLineBack(i, slopes, scoresGradient);
        }
    }

    private static void CheckAxisBackward(
        AxisShape shape, ReadOnlySpan<float> weights, ReadOnlySpan<float> weightsGradient, ReadOnlySpan<float> scoresGradient, SoftmaxOptions options)
    {
        options.Check();
        shape.Check(nameof(weights), weights, nameof(weightsGradient), weightsGradient);
        shape.CheckMap(nameof(weights), weights, nameof(scoresGradient), scoresGradient);
        Guard.SameOrApart(nameof(scoresGradient), scoresGradient, nameof(weightsGradient), weightsGradient);
    }
}
