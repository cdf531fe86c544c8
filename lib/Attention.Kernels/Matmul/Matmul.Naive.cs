namespace Attention.Kernels;

public static partial class Matmul
{
    /// <summary>The product, written as the formula reads, on one thread: what <see cref="Forward(MatmulShape, ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, ReadOnlySpan{float}, KernelOptions)"/> is held against.</summary>
    /// <param name="shape">The sizes, what is transposed, and how the buffers lie in memory.</param>
    /// <param name="left">[Batch, M, K], or [Batch, K, M] when it is stored transposed; A.</param>
    /// <param name="right">[Batch, K, N], or [Batch, N, K] when it is stored transposed; B.</param>
    /// <param name="result">[Batch, M, N]; C, overwritten or added to, must not overlap an input.</param>
    /// <param name="bias">[N]; added to every row. Empty: none.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, a stride is too small, or the result overlaps an input; the message does the arithmetic.</exception>
    public static void ForwardNaive(MatmulShape shape, ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> result, ReadOnlySpan<float> bias = default)
    {
        Check(shape, left, right, result, bias);
        MatrixElements a = new(shape.Left, shape.TransposeLeft), b = new(shape.Right, shape.TransposeRight), c = new(shape.Result, false);
        for (int batch = 0; batch < shape.Batch; batch++)
        {
            for (int i = 0; i < shape.Rows; i++)
            {
                for (int j = 0; j < shape.Columns; j++)
                {
                    float sum = shape.Accumulate ? result[c.At(batch, i, j)] : 0;
                    sum += bias.IsEmpty ? 0 : bias[j];
                    for (int k = 0; k < shape.Depth; k++)
                    {
                        sum += left[a.At(batch, i, k)] * right[b.At(batch, k, j)];
                    }

                    result[c.At(batch, i, j)] = sum;
                }
            }
        }
    }

    /// <summary>Finds an element of a matrix by its row and column, stored transposed or not.</summary>
    private readonly struct MatrixElements(MatrixLayout layout, bool transposed)
    {
        internal int At(int batch, int row, int column) =>
            (int)((batch * layout.BatchStride) + (transposed ? ((long)column * layout.Stride) + row : ((long)row * layout.Stride) + column));

        /// <summary>Zeros where the elements are; what lies between them is left alone.</summary>
        internal void Clear(Span<float> buffer)
        {
            for (int matrix = 0; matrix < layout.Matrices && !buffer.IsEmpty; matrix++)
            {
                for (int row = 0; row < layout.Rows; row++)
                {
                    buffer.Slice((int)((matrix * layout.BatchStride) + ((long)row * layout.Stride)), layout.Columns).Clear();
                }
            }
        }
    }
}
