namespace Attention.Kernels;

public static partial class LearnedPositions
{
    /// <summary>The gradient of <see cref="Forward"/> for the table: each row that was added gets the sum over the sequences, every other row zero.</summary>
    /// <param name="shape">The sizes that all buffers follow.</param>
    /// <param name="outputGradient">[B, N, D]; dL/doutput, and dL/dinput too.</param>
    /// <param name="tableGradient">[P, D]; dL/dtable, overwritten, must not overlap the input.</param>
    /// <param name="firstPosition">As Forward had it.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, the buffers overlap, or the table is too short; the message does the arithmetic.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradient is half written.</exception>
    public static unsafe void Backward(
        PositionShape shape, ReadOnlySpan<float> outputGradient, Span<float> tableGradient, int firstPosition = 0, KernelOptions options = default)
    {
        CheckBackward(shape, outputGradient, tableGradient, firstPosition, options);
        fixed (float* dy = outputGradient, dt = tableGradient)
        {
            var tiles = new BackwardTiles(shape, dy, dt, firstPosition);
            Tiled.Run(tiles, options.ThreadsFor(CostPerElement * (((double)shape.Batch * shape.Length) + shape.Positions) * shape.Width), options);
        }
    }

    /// <summary>The same in plain loops: what <see cref="Backward"/> is held against.</summary>
    /// <inheritdoc cref="Backward"/>
    public static void BackwardNaive(PositionShape shape, ReadOnlySpan<float> outputGradient, Span<float> tableGradient, int firstPosition = 0)
    {
        CheckBackward(shape, outputGradient, tableGradient, firstPosition, default);
        (int n, int d) = (shape.Length, shape.Width);
        tableGradient.Clear();
        for (int b = 0; b < shape.Batch; b++)
        {
            for (int i = 0; i < n * d; i++)
            {
                tableGradient[(firstPosition * d) + i] += outputGradient[(b * n * d) + i];
            }
        }
    }

    private static void CheckBackward(PositionShape shape, ReadOnlySpan<float> outputGradient, ReadOnlySpan<float> tableGradient, int firstPosition, KernelOptions options)
    {
        options.Check();
        shape.Check();
        Guard.Length(nameof(outputGradient), outputGradient.Length, shape.Batch, shape.Length, shape.Width);
        Guard.Length(nameof(tableGradient), tableGradient.Length, shape.Positions, shape.Width);
        Guard.Apart(nameof(tableGradient), tableGradient, nameof(outputGradient), outputGradient);
        CheckReach(shape, firstPosition);
    }
}
