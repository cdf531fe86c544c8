namespace Attention.Kernels;

public static partial class LogSoftmax
{
    /// <summary>Log-softmax along any axis of an array: of every line of elements that lie <c>Inner</c> floats apart.</summary>
    /// <param name="shape">The array, seen from the axis.</param>
    /// <param name="scores">[Outer, Length, Inner]</param>
    /// <param name="logWeights">[Outer, Length, Inner]; overwritten. May be <paramref name="scores"/> itself; must not overlap it otherwise.</param>
    /// <param name="options">Temperature, threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, the buffers overlap without being the same, or the temperature is not a positive number.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the result is half written.</exception>
    public static unsafe void ForwardAlongAxis(AxisShape shape, ReadOnlySpan<float> scores, Span<float> logWeights, SoftmaxOptions options = default)
    {
        options.Check();
        shape.CheckMap(nameof(scores), scores, nameof(logWeights), logWeights);
        if (shape.Inner == 1)
        {
            Forward(new RowShape(shape.Outer, shape.Length), scores, logWeights, options);
            return;
        }

        int threads = options.Kernel.ThreadsFor(CostPerElement * scores.Length);
        fixed (float* s = scores, y = logWeights)
        {
            Tiled.Run(new AxisForwardTiles<AlongAxis>(shape, threads, s, y, options.Divisor), threads, options.Kernel);
        }
    }

    /// <summary>Log-softmax along any axis, written as the formula reads: what <see cref="ForwardAlongAxis"/> is held against.</summary>
    /// <inheritdoc cref="ForwardAlongAxis"/>
    public static void ForwardAlongAxisNaive(AxisShape shape, ReadOnlySpan<float> scores, Span<float> logWeights, SoftmaxOptions options = default)
    {
        options.Check();
        shape.CheckMap(nameof(scores), scores, nameof(logWeights), logWeights);
        float[] line = new float[shape.Length];
        for (int i = 0; i < shape.Lines; i++)
        {
            shape.CopyLine(i, scores, line);
            ForwardNaive(new RowShape(1, shape.Length), line, line, options);
            shape.CopyLineBack(i, line, logWeights);
        }
    }

    /// <summary>The gradient of <see cref="ForwardAlongAxis"/>: <c>dsⱼ = (dyⱼ − e^yⱼ Σₖ dyₖ) / T</c>, line by line.</summary>
    /// <param name="shape">The array, seen from the axis.</param>
    /// <param name="logWeights">[Outer, Length, Inner]; what ForwardAlongAxis wrote.</param>
    /// <param name="logWeightsGradient">[Outer, Length, Inner]; dL/dlogWeights.</param>
    /// <param name="scoresGradient">[Outer, Length, Inner]; dL/dscores, overwritten. May be either input itself; must not overlap one otherwise.</param>
    /// <param name="options">The temperature that ForwardAlongAxis had; threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, or the result overlaps an input without being the same.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradient is half written.</exception>
    public static unsafe void BackwardAlongAxis(
        AxisShape shape, ReadOnlySpan<float> logWeights, ReadOnlySpan<float> logWeightsGradient, Span<float> scoresGradient, SoftmaxOptions options = default)
    {
        CheckAxisBackward(shape, logWeights, logWeightsGradient, scoresGradient, options);
        if (shape.Inner == 1)
        {
            Backward(new RowShape(shape.Outer, shape.Length), logWeights, logWeightsGradient, scoresGradient, options);
            return;
        }

        int threads = options.Kernel.ThreadsFor(CostPerElement * logWeights.Length);
        fixed (float* y = logWeights, dy = logWeightsGradient, ds = scoresGradient)
        {
            Tiled.Run(new AxisBackwardTiles<AlongAxis>(shape, threads, y, dy, ds, options.Divisor), threads, options.Kernel);
        }
    }

    /// <summary>The gradient along any axis, written as the formula reads: what <see cref="BackwardAlongAxis"/> is held against.</summary>
    /// <inheritdoc cref="BackwardAlongAxis"/>
    public static void BackwardAlongAxisNaive(
        AxisShape shape, ReadOnlySpan<float> logWeights, ReadOnlySpan<float> logWeightsGradient, Span<float> scoresGradient, SoftmaxOptions options = default)
    {
        CheckAxisBackward(shape, logWeights, logWeightsGradient, scoresGradient, options);
        float[] line = new float[shape.Length], slopes = new float[shape.Length];
        for (int i = 0; i < shape.Lines; i++)
        {
            shape.CopyLine(i, logWeights, line);
            shape.CopyLine(i, logWeightsGradient, slopes);
            BackwardNaive(new RowShape(1, shape.Length), line, slopes, slopes, options);
            shape.CopyLineBack(i, slopes, scoresGradient);
        }
    }

    private static void CheckAxisBackward(
        AxisShape shape, ReadOnlySpan<float> logWeights, ReadOnlySpan<float> logWeightsGradient, ReadOnlySpan<float> scoresGradient, SoftmaxOptions options)
    {
        options.Check();
        shape.Check(nameof(logWeights), logWeights, nameof(logWeightsGradient), logWeightsGradient);
        shape.CheckMap(nameof(logWeights), logWeights, nameof(scoresGradient), scoresGradient);
        Guard.SameOrApart(nameof(scoresGradient), scoresGradient, nameof(logWeightsGradient), logWeightsGradient);
    }
}
