namespace Attention.Kernels;

public static partial class Matmul
{
    /// <summary>Packs a right operand, so that many calls need not.</summary>
    /// <param name="shape">The sizes and layout of B. Rows, and what is said about A and C, play no part; a B that is shared by the batch is packed once.</param>
    /// <param name="right">[Batch, K, N], or [Batch, N, K] when it is stored transposed; B.</param>
    /// <exception cref="ArgumentException">The buffer's length differs from its shape; the message does the arithmetic.</exception>
    public static unsafe PackedMatrix Pack(MatmulShape shape, ReadOnlySpan<float> right)
    {
        shape.Check();
        shape.Right.CheckLength(nameof(right), right.Length);
        var packed = new PackedMatrix(shape.Right.Matrices, shape.Depth, shape.Columns);
        fixed (float* b = right)
        {
            PackTiles.Run(b, shape.Right, shape.TransposeRight, packed.Panels, 1, default);
        }

        GC.KeepAlive(packed);

        return packed;
    }

    /// <summary>Multiplies by a matrix that was packed before: the same bits as without, and the packing's time saved.</summary>
    /// <param name="shape">The sizes, and how A and C lie in memory. What is said about B's layout plays no part.</param>
    /// <param name="left">[Batch, M, K], or [Batch, K, M] when it is stored transposed; A.</param>
    /// <param name="right">B. One matrix, or as many as the batch has.</param>
    /// <param name="result">[Batch, M, N]; C, overwritten or added to, must not overlap an input.</param>
    /// <param name="bias">[N]; added to every row. Empty: none.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length or the packed matrix differs from the shape, or the result overlaps an input; the message does the arithmetic.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the result is half written.</exception>
    public static unsafe void Forward(
        MatmulShape shape, ReadOnlySpan<float> left, PackedMatrix right, Span<float> result, ReadOnlySpan<float> bias = default, KernelOptions options = default)
    {
        ArgumentNullException.ThrowIfNull(right);
        shape = shape with { TransposeRight = false, RightStride = null, RightBatchStride = right.Batch == 1 ? 0 : null };
        CheckLeft(shape, left, result, bias, options);
        if ((right.Depth, right.Columns) != (shape.Depth, shape.Columns) || (right.Batch != shape.Batch && right.Batch != 1))
        {
            throw new ArgumentException(
                $"right: expected {shape.Batch} or 1 packed of {shape.Depth}×{shape.Columns}, got {right.Batch} of {right.Depth}×{right.Columns}");
        }

        fixed (float* a = left, c = result, start = bias)
        {
            MatmulTiles.Run(new MatmulProduct(shape, a, null, right, start, c), options);
        }

        GC.KeepAlive(right);
    }
}
