namespace Attention.Kernels;

/// <summary>Multiplies matrices: <c>C = A · B + bias</c>, the arithmetic of every layer.</summary>
/// <remarks>
/// <c>cᵢⱼ = biasⱼ + Σₖ aᵢₖ bₖⱼ</c>, summed from the first k to the last with one rounding per step where the hardware fuses multiplication and addition. So the same numbers give the
/// same bits however the matrices lie in memory, whether B was packed before, and on any number of threads. Nothing is skipped: zero times NaN or infinity is NaN, as IEEE 754 says.
/// The blocking follows Goto and van de Geijn 2008.
/// </remarks>
public static partial class Matmul
{
    /// <summary>Multiplies two matrices, or a batch of them.</summary>
    /// <param name="shape">The sizes, what is transposed, and how the buffers lie in memory.</param>
    /// <param name="left">[Batch, M, K], or [Batch, K, M] when it is stored transposed; A.</param>
    /// <param name="right">[Batch, K, N], or [Batch, N, K] when it is stored transposed; B.</param>
    /// <param name="result">[Batch, M, N]; C, overwritten or added to, must not overlap an input. What lies between its rows, if they have a stride, is left alone.</param>
    /// <param name="bias">[N]; added to every row. Empty: none.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, a stride is too small, or the result overlaps an input; the message does the arithmetic.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the result is half written.</exception>
    public static unsafe void Forward(
        MatmulShape shape, ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> result, ReadOnlySpan<float> bias = default, KernelOptions options = default)
    {
        Check(shape, left, right, result, bias, options);
        fixed (float* a = left, b = right, c = result, start = bias)
        {
            MatmulTiles.Run(new MatmulProduct(shape, a, b, null, start, c), options);
        }
    }

    private static void Check(
        MatmulShape shape, ReadOnlySpan<float> left, ReadOnlySpan<float> right, ReadOnlySpan<float> result, ReadOnlySpan<float> bias, KernelOptions options = default)
    {
        CheckLeft(shape, left, result, bias, options);
        shape.Right.CheckLength(nameof(right), right.Length);
        Guard.Apart(nameof(result), result, nameof(right), right);
    }

    private static void CheckLeft(MatmulShape shape, ReadOnlySpan<float> left, ReadOnlySpan<float> result, ReadOnlySpan<float> bias, KernelOptions options)
    {
        options.Check();
        shape.Check();
        shape.Left.CheckLength(nameof(left), left.Length);
        shape.Result.CheckLength(nameof(result), result.Length);
        Guard.Apart(nameof(result), result, nameof(left), left);
        if (!bias.IsEmpty)
        {
            Guard.Length(nameof(bias), bias.Length, shape.Columns);
            Guard.Apart(nameof(result), result, nameof(bias), bias);
        }
    }
}
