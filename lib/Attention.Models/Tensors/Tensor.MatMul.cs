using Attention.Kernels;

namespace Attention.Models;

public sealed partial class Tensor
{
    /// <summary>The product of matrices, or of two batches of them; batch axes broadcast.</summary>
    /// <param name="right">[..., K, N], or [..., N, K] when it is to be read as its transpose. This: [..., M, K], or [..., K, M].</param>
    /// <param name="transposeLeft">Read this as its transpose; nothing is copied.</param>
    /// <param name="transposeRight">Read <paramref name="right"/> as its transpose; nothing is copied.</param>
    /// <returns>[..., M, N]</returns>
    /// <exception cref="ArgumentException">There are fewer than two axes, the inner sizes differ, or the batch axes do not broadcast.</exception>
    /// <remarks><c>dA = dC Bᵀ</c>, <c>dB = Aᵀ dC</c>.</remarks>
    public Tensor MatMul(Tensor right, bool transposeLeft = false, bool transposeRight = false)
    {
        ArgumentNullException.ThrowIfNull(right);
        if (Rank < 2 || right.Rank < 2)
        {
            throw new ArgumentException($"MatMul: {Shape} × {right.Shape}: both need at least two axes");
        }

        (int rows, int depth) = transposeLeft ? (Shape[-1], Shape[-2]) : (Shape[-2], Shape[-1]);
        (int inner, int columns) = transposeRight ? (right.Shape[-1], right.Shape[-2]) : (right.Shape[-2], right.Shape[-1]);
        if (depth != inner)
        {
            string marks = $"{Shape}{(transposeLeft ? "ᵀ" : "")} × {right.Shape}{(transposeRight ? "ᵀ" : "")}";
            throw new ArgumentException($"MatMul: {marks}: the inner sizes {depth} and {inner} differ");
        }

        Shape leftBatch = [.. Shape.Sizes[..^2]], rightBatch = [.. right.Shape.Sizes[..^2]];
        Shape batch = Broadcast.Of("MatMul", "×", leftBatch, rightBatch).Shape;
        Tensor a = AsBatch(this, leftBatch, batch), b = AsBatch(right, rightBatch, batch);
        var shape = new MatmulShape(rows, columns, depth)
        {
            Batch = batch.Elements,
            TransposeLeft = transposeLeft,
            TransposeRight = transposeRight,
            LeftBatchStride = a.Count == rows * depth ? 0 : null,
            RightBatchStride = b.Count == depth * columns ? 0 : null,
        };
        Tensor y = Uninitialized([.. batch.Sizes, rows, columns]);
        Matmul.Forward(shape, a.Values, b.Values, y.Values, options: Compute.Options);
        return y.Recorded(
            "MatMul",
            dy =>
            {
                using GradientTarget da = GradientTarget.Of(a), db = GradientTarget.Of(b);
                Matmul.Backward(shape, a.Values, b.Values, dy, da.Values, db.Values, options: Compute.Options);
            },
            a,
            b);
    }

    /// <summary>A tensor whose batch is one matrix or all of them: what the kernel can read without a copy.</summary>
    private static Tensor AsBatch(Tensor x, Shape own, Shape batch) =>
        own.Elements == 1 || own.Elements == batch.Elements ? x : x.Expand([.. batch.Sizes, x.Shape[-2], x.Shape[-1]]);
}
