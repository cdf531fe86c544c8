namespace Attention.Kernels;

public static partial class Matmul
{
    /// <summary>The product of two matrices, as a new one.</summary>
    /// <param name="left">[M, K], or [K, M] when it is to be transposed.</param>
    /// <param name="right">[K, N], or [N, K] when it is to be transposed.</param>
    /// <param name="transposeLeft">Multiply the transpose of the left matrix.</param>
    /// <param name="transposeRight">Multiply by the transpose of the right matrix: <c>Q Kᵀ</c>.</param>
    /// <returns>[M, N]</returns>
    /// <exception cref="ArgumentException">The matrices do not fit each other.</exception>
    public static float[,] Product(float[,] left, float[,] right, bool transposeLeft = false, bool transposeRight = false)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        (int rows, int depth) = transposeLeft ? (left.Columns(), left.Rows()) : (left.Rows(), left.Columns());
        (int rightDepth, int columns) = transposeRight ? (right.Columns(), right.Rows()) : (right.Rows(), right.Columns());
        if (rightDepth != depth)
        {
            throw new ArgumentException($"right: expected a depth of {depth} as the left matrix has, got {rightDepth}");
        }

        var result = new float[rows, columns];
        var shape = new MatmulShape(rows, columns, depth) { TransposeLeft = transposeLeft, TransposeRight = transposeRight };
        Forward(shape, left.AsSpan(), right.AsSpan(), result.AsSpan());
        return result;
    }
}
