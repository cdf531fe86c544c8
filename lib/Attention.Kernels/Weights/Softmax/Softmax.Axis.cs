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
        CheckAxis(shape, scores, weights, options);
        fixed (float* s = scores, w = weights)
        {
            Run(new AxisForwardTiles(shape, s, w, options.Divisor), shape, options);
        }
    }

    /// <summary>Softmax along any axis, written as the formula reads: what <see cref="ForwardAlongAxis"/> is held against.</summary>
    /// <inheritdoc cref="ForwardAlongAxis"/>
    public static void ForwardAlongAxisNaive(AxisShape shape, ReadOnlySpan<float> scores, Span<float> weights, SoftmaxOptions options = default)
    {
        CheckAxis(shape, scores, weights, options);
        float temperature = options.Divisor;
        for (int outer = 0; outer < shape.Outer; outer++)
        {
            for (int inner = 0; inner < shape.Inner; inner++)
            {
                int first = (outer * shape.Length * shape.Inner) + inner;
                float max = float.NegativeInfinity;
                for (int j = 0; j < shape.Length; j++)
                {
                    max = MathF.Max(max, scores[first + (j * shape.Inner)]);
                }

                float sum = 0;
                for (int j = 0; j < shape.Length; j++)
                {
                    int at = first + (j * shape.Inner);
                    weights[at] = float.IsNegativeInfinity(max) ? 0 : MathF.Exp((scores[at] - max) / temperature);
                    sum += weights[at];
                }

                for (int j = 0; j < shape.Length; j++)
                {
                    weights[first + (j * shape.Inner)] /= sum == 0 ? 1 : sum;
                }
            }
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
        fixed (float* w = weights, dw = weightsGradient, ds = scoresGradient)
        {
            Run(new AxisBackwardTiles(shape, w, dw, ds, options.Divisor), shape, options);
        }
    }

    /// <summary>The gradient along any axis, written as the formula reads: what <see cref="BackwardAlongAxis"/> is held against.</summary>
    /// <inheritdoc cref="BackwardAlongAxis"/>
    public static void BackwardAlongAxisNaive(
        AxisShape shape, ReadOnlySpan<float> weights, ReadOnlySpan<float> weightsGradient, Span<float> scoresGradient, SoftmaxOptions options = default)
    {
        CheckAxisBackward(shape, weights, weightsGradient, scoresGradient, options);
        float temperature = options.Divisor;
        for (int outer = 0; outer < shape.Outer; outer++)
        {
            for (int inner = 0; inner < shape.Inner; inner++)
            {
                int first = (outer * shape.Length * shape.Inner) + inner;
                float mean = 0;
                for (int j = 0; j < shape.Length; j++)
                {
                    mean += weights[first + (j * shape.Inner)] * weightsGradient[first + (j * shape.Inner)];
                }

                for (int j = 0; j < shape.Length; j++)
                {
                    int at = first + (j * shape.Inner);
                    scoresGradient[at] = weights[at] * (weightsGradient[at] - mean) / temperature;
                }
            }
        }
    }

    private static void Run<TTiles>(TTiles tiles, AxisShape shape, SoftmaxOptions options)
        where TTiles : struct, ITiles =>
        Tiled.Run(tiles, options.Kernel.ThreadsFor(CostPerElement * shape.Outer * shape.Length * shape.Inner), options.Kernel);

    private static void CheckAxis(AxisShape shape, ReadOnlySpan<float> scores, ReadOnlySpan<float> weights, SoftmaxOptions options)
    {
        options.Check();
        shape.Check();
        Guard.Length(nameof(scores), scores.Length, shape.Outer, shape.Length, shape.Inner);
        Guard.Length(nameof(weights), weights.Length, shape.Outer, shape.Length, shape.Inner);
        Guard.SameOrApart(nameof(weights), weights, nameof(scores), scores);
    }

    private static void CheckAxisBackward(
        AxisShape shape, ReadOnlySpan<float> weights, ReadOnlySpan<float> weightsGradient, ReadOnlySpan<float> scoresGradient, SoftmaxOptions options)
    {
        options.Check();
        shape.Check();
        Guard.Length(nameof(weights), weights.Length, shape.Outer, shape.Length, shape.Inner);
        Guard.Length(nameof(weightsGradient), weightsGradient.Length, shape.Outer, shape.Length, shape.Inner);
        Guard.Length(nameof(scoresGradient), scoresGradient.Length, shape.Outer, shape.Length, shape.Inner);
        Guard.SameOrApart(nameof(scoresGradient), scoresGradient, nameof(weights), weights);
        Guard.SameOrApart(nameof(scoresGradient), scoresGradient, nameof(weightsGradient), weightsGradient);
    }
}
