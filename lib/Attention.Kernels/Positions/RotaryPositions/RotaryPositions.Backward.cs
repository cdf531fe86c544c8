namespace Attention.Kernels;

public static partial class RotaryPositions
{
    /// <summary>The gradient of <see cref="Forward"/>: every pair of the gradient is turned back by the angle that its row was turned by.</summary>
    /// <param name="shape">The sizes that both buffers follow.</param>
    /// <param name="table">What Forward turned with.</param>
    /// <param name="outputGradient">[B, H, N, D], or [B, N, H, D] by the shape's layout; dL/doutput.</param>
    /// <param name="inputGradient">[B, H, N, D], laid out as the output's; dL/dinput, overwritten. May be <paramref name="outputGradient"/> itself; must not overlap it otherwise.</param>
    /// <param name="firstPositions">[B] or [1]; as Forward had them. Empty: 0.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, the buffers overlap without being the same, or the table is too wide or too short; the message does the arithmetic.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradient is half written.</exception>
    /// <remarks>
    /// A rotation's transpose is its inverse, so Backward of Forward's output is its input again (but for YaRN, which also stretches by <see cref="RotaryTable.Magnitude"/>, once each way).
    /// </remarks>
    public static unsafe void Backward(
        RotaryShape shape,
        RotaryTable table,
        ReadOnlySpan<float> outputGradient,
        Span<float> inputGradient,
        ReadOnlySpan<int> firstPositions = default,
        KernelOptions options = default)
    {
        Check(shape, table, nameof(outputGradient), outputGradient, nameof(inputGradient), inputGradient, firstPositions, options);
        fixed (float* dy = outputGradient, dx = inputGradient, cosines = table.Cosines, sines = table.Sines)
        fixed (int* first = firstPositions)
        {
            Run(new(shape, table, dy, dx, cosines, sines, first, firstPositions.Length, direction: -1), options);
        }
    }
}
