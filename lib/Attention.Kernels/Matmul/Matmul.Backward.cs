namespace Attention.Kernels;

public static partial class Matmul
{
    /// <summary>
    /// The gradients of <see cref="Forward(MatmulShape, ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, ReadOnlySpan{float}, KernelOptions)"/>:
    /// <c>dA = dC Bᵀ</c>, <c>dB = Aᵀ dC</c>, <c>dbiasⱼ = Σᵢ dcᵢⱼ</c>.
    /// </summary>
    /// <param name="shape">The sizes and layouts of the forward call; a gradient lies in memory as its matrix does. What one matrix gave to many results is summed.</param>
    /// <param name="left">[Batch, M, K], or [Batch, K, M] when it is stored transposed; A.</param>
    /// <param name="right">[Batch, K, N], or [Batch, N, K] when it is stored transposed; B.</param>
    /// <param name="resultGradient">[Batch, M, N]; dL/dC.</param>
    /// <param name="leftGradient">[Batch, M, K], or transposed as A is; dL/dA, overwritten. Empty: not wanted.</param>
    /// <param name="rightGradient">[Batch, K, N], or transposed as B is; dL/dB, overwritten. Empty: not wanted.</param>
    /// <param name="biasGradient">[N]; dL/dbias, overwritten. Empty: not wanted.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, or a gradient overlaps another buffer; the message does the arithmetic.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradients are half written.</exception>
    /// <remarks>Whether the forward call accumulated plays no part: what C held before gets dL/dC itself.</remarks>
    public static unsafe void Backward(
        MatmulShape shape,
        ReadOnlySpan<float> left,
        ReadOnlySpan<float> right,
        ReadOnlySpan<float> resultGradient,
        Span<float> leftGradient,
        Span<float> rightGradient,
        Span<float> biasGradient = default,
        KernelOptions options = default)
    {
        CheckBackward(shape, left, right, resultGradient, leftGradient, rightGradient, biasGradient, options);
        shape = shape.Flattened;
        fixed (float* a = left, b = right, dc = resultGradient, da = leftGradient, db = rightGradient, dbias = biasGradient)
        {
            if (da != null)
            {
                RunGradient(LeftGradientShape(shape), shape.TransposeLeft ? b : dc, shape.TransposeLeft ? dc : b, da, shape.Left.IsShared, options);
            }

            if (db != null)
            {
                RunGradient(RightGradientShape(shape), shape.TransposeRight ? dc : a, shape.TransposeRight ? a : dc, db, shape.Right.IsShared, options);
            }

            if (dbias != null)
            {
                ColumnSums.Run(shape.Result, dc, dbias, options);
            }
        }
    }

    /// <summary>The gradients, written as the formulas read: what <see cref="Backward"/> is held against.</summary>
    /// <param name="shape">The sizes and layouts of the forward call; a gradient lies in memory as its matrix does.</param>
    /// <param name="left">[Batch, M, K], or [Batch, K, M] when it is stored transposed; A.</param>
    /// <param name="right">[Batch, K, N], or [Batch, N, K] when it is stored transposed; B.</param>
    /// <param name="resultGradient">[Batch, M, N]; dL/dC.</param>
    /// <param name="leftGradient">[Batch, M, K], or transposed as A is; dL/dA, overwritten. Empty: not wanted.</param>
    /// <param name="rightGradient">[Batch, K, N], or transposed as B is; dL/dB, overwritten. Empty: not wanted.</param>
    /// <param name="biasGradient">[N]; dL/dbias, overwritten. Empty: not wanted.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, or a gradient overlaps another buffer; the message does the arithmetic.</exception>
    public static void BackwardNaive(
        MatmulShape shape,
        ReadOnlySpan<float> left,
        ReadOnlySpan<float> right,
        ReadOnlySpan<float> resultGradient,
        Span<float> leftGradient,
        Span<float> rightGradient,
        Span<float> biasGradient = default)
    {
        CheckBackward(shape, left, right, resultGradient, leftGradient, rightGradient, biasGradient, default);
        MatrixElements a = new(shape.Left, shape.TransposeLeft), b = new(shape.Right, shape.TransposeRight), c = new(shape.Result, false);
        a.Clear(leftGradient);
        b.Clear(rightGradient);
        biasGradient.Clear();
        for (int batch = 0; batch < shape.Batch; batch++)
        {
            for (int i = 0; i < shape.Rows; i++)
            {
                for (int j = 0; j < shape.Columns; j++)
                {
                    float gradient = resultGradient[c.At(batch, i, j)];
                    for (int k = 0; k < shape.Depth; k++)
                    {
                        if (!leftGradient.IsEmpty)
                        {
                            leftGradient[a.At(batch, i, k)] += gradient * right[b.At(batch, k, j)];
                        }

                        if (!rightGradient.IsEmpty)
                        {
                            rightGradient[b.At(batch, k, j)] += left[a.At(batch, i, k)] * gradient;
                        }
                    }

                    if (!biasGradient.IsEmpty)
                    {
                        biasGradient[j] += gradient;
                    }
                }
            }
        }
    }

    /// <summary>One product per matrix of the batch, or their sum.</summary>
    private static unsafe void RunGradient(MatmulShape shape, float* left, float* right, float* gradient, bool isSummed, KernelOptions options)
    {
        if (!isSummed)
        {
            MatmulTiles.Run(new MatmulProduct(shape, left, right, null, null, gradient), options);
            return;
        }

        // An empty batch gives zeros: a product of depth zero.
        MatmulShape one = shape with { Batch = 1, Depth = shape.Batch == 0 ? 0 : shape.Depth };
        MatmulTiles.Run(new MatmulProduct(one, left, right, null, null, gradient), options);
        for (int batch = 1; batch < shape.Batch; batch++)
        {
            float* nextLeft = left + (batch * shape.Left.BatchStride), nextRight = right + (batch * shape.Right.BatchStride);
            MatmulTiles.Run(new MatmulProduct(one with { Accumulate = true }, nextLeft, nextRight, null, null, gradient), options);
        }
    }

    /// <summary>dA = dC Bᵀ, or dAᵀ = B dCᵀ.</summary>
    private static MatmulShape LeftGradientShape(MatmulShape shape) => shape.TransposeLeft
        ? GradientShape(shape.Depth, shape.Rows, shape.Columns, shape.Right, shape.TransposeRight, shape.Result, true, shape.Left)
        : GradientShape(shape.Rows, shape.Depth, shape.Columns, shape.Result, false, shape.Right, !shape.TransposeRight, shape.Left);

    /// <summary>dB = Aᵀ dC, or dBᵀ = dCᵀ A.</summary>
    private static MatmulShape RightGradientShape(MatmulShape shape) => shape.TransposeRight
        ? GradientShape(shape.Columns, shape.Depth, shape.Rows, shape.Result, true, shape.Left, shape.TransposeLeft, shape.Right)
        : GradientShape(shape.Depth, shape.Columns, shape.Rows, shape.Left, !shape.TransposeLeft, shape.Result, false, shape.Right);

    private static MatmulShape GradientShape(
        int rows, int columns, int depth, MatrixLayout left, bool transposeLeft, MatrixLayout right, bool transposeRight, MatrixLayout gradient) => new(rows, columns, depth)
        {
            Batch = left.Batch,
            TransposeLeft = transposeLeft,
            TransposeRight = transposeRight,
            LeftStride = left.Stride,
            LeftBatchStride = left.BatchStrideOrNone,
            RightStride = right.Stride,
            RightBatchStride = right.BatchStrideOrNone,
            ResultStride = gradient.Stride,
            ResultBatchStride = gradient.BatchStrideOrNone,
        };

    private static void CheckBackward(
        MatmulShape shape,
        ReadOnlySpan<float> left,
        ReadOnlySpan<float> right,
        ReadOnlySpan<float> resultGradient,
        ReadOnlySpan<float> leftGradient,
        ReadOnlySpan<float> rightGradient,
        ReadOnlySpan<float> biasGradient,
        KernelOptions options)
    {
        options.Check();
        shape.Check();
        shape.Left.CheckLength(nameof(left), left.Length);
        shape.Right.CheckLength(nameof(right), right.Length);
        shape.Result.CheckLength(nameof(resultGradient), resultGradient.Length);
        CheckGradient(nameof(leftGradient), leftGradient, shape.Left, left, right, resultGradient);
        CheckGradient(nameof(rightGradient), rightGradient, shape.Right, left, right, resultGradient);
        CheckGradient(nameof(biasGradient), biasGradient, new MatrixLayout(1, 1, shape.Columns, null, null), left, right, resultGradient);
        Guard.Apart(nameof(rightGradient), rightGradient, nameof(leftGradient), leftGradient);
        Guard.Apart(nameof(biasGradient), biasGradient, nameof(leftGradient), leftGradient);
        Guard.Apart(nameof(biasGradient), biasGradient, nameof(rightGradient), rightGradient);
    }

    private static void CheckGradient(
        string name, ReadOnlySpan<float> gradient, MatrixLayout layout, ReadOnlySpan<float> left, ReadOnlySpan<float> right, ReadOnlySpan<float> resultGradient)
    {
        if (gradient.IsEmpty)
        {
            return;
        }

        layout.CheckLength(name, gradient.Length);
        if (!layout.IsShared && !layout.IsApart)
        {
            throw new ArgumentException($"{name}: its {layout.Batch} matrices overlap, and so would their gradients");
        }

        Guard.Apart(name, gradient, nameof(left), left);
        Guard.Apart(name, gradient, nameof(right), right);
        Guard.Apart(name, gradient, nameof(resultGradient), resultGradient);
    }
}
