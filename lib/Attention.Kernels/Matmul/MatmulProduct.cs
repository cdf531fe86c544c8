namespace Attention.Kernels;

/// <summary>One call's buffers, pinned while the work runs, and how to walk through them.</summary>
internal readonly unsafe struct MatmulProduct
{
    private const double CostPerFloat = 4; // multiply–adds that take as long as reading one

    private readonly float* _left;
    private readonly float* _right;
    private readonly float* _packed;
    private readonly float* _bias;
    private readonly float* _result;
    private readonly long _leftBatchStride;
    private readonly long _rightBatchStride;
    private readonly long _packedBatchStride;
    private readonly long _resultBatchStride;

    /// <param name="shape">Checked.</param>
    /// <param name="left">A.</param>
    /// <param name="right">B, unless it is packed.</param>
    /// <param name="packed">B in panels, or null.</param>
    /// <param name="bias">Null: none.</param>
    /// <param name="result">C.</param>
    internal MatmulProduct(MatmulShape shape, float* left, float* right, PackedMatrix? packed, float* bias, float* result)
    {
        shape = shape.Flattened;
        if (shape.Columns == 1 && packed is null && bias == null && (shape.Rows == 1 || shape.Result.Stride == 1))
        {
            // A · b is a column; its transpose, bᵀ · Aᵀ, is a row and lies in memory as the column does.
            float* column = right;
            right = left;
            left = column;
            shape = shape.Swapped;
        }

        MatrixLayout a = shape.Left, b = shape.Right, c = shape.Result;
        _left = left;
        _right = right;
        _packed = packed is null ? null : packed.Start;
        _bias = bias;
        _result = result;
        (_leftBatchStride, _rightBatchStride, _resultBatchStride) = (a.BatchStride, b.BatchStride, c.BatchStride);
        _packedBatchStride = packed is null || packed.Batch == 1 ? 0 : packed.MatrixCount;
        (LeftRowStride, LeftStepStride) = shape.TransposeLeft ? (1, a.Stride) : (a.Stride, 1);
        (RightStride, ResultStride) = (b.Stride, c.Stride);
        (Batch, Rows, Columns, Depth) = (shape.Batch, shape.Rows, shape.Columns, shape.Depth);
        (TransposeRight, Accumulate) = (shape.TransposeRight, shape.Accumulate);
    }

    internal int Batch { get; }

    internal int Rows { get; }

    internal int Columns { get; }

    internal int Depth { get; }

    internal bool Accumulate { get; }

    internal bool TransposeRight { get; }

    internal nint LeftRowStride { get; }

    internal nint LeftStepStride { get; }

    internal nint RightStride { get; }

    internal nint ResultStride { get; }

    internal bool IsPacked => _packed != null;

    internal bool HasBias => _bias != null;

    /// <summary>Whether B is better read where it lies.</summary>
    internal bool HasFewRows => Rows <= FewRows.Most && !IsPacked && !TransposeRight;

    /// <summary>Multiply–adds, and what reading the operands takes.</summary>
    internal double Work => Batch * ((((double)Rows * Columns) + (CostPerFloat * ((double)Rows + Columns))) * Depth);

    internal float* LeftAt(int batch, int row, int step) => _left + (batch * _leftBatchStride) + (row * LeftRowStride) + (step * LeftStepStride);

    internal float* RightAt(int batch, int step, int column) =>
        _right + (batch * _rightBatchStride) + (TransposeRight ? (column * RightStride) + step : (step * RightStride) + column);

    /// <summary>The panel that begins at this column, from its first row on.</summary>
    internal float* PackedAt(int batch, int column) => _packed + (batch * _packedBatchStride) + ((long)column * Depth);

    internal float* BiasAt(int column) => _bias + column;

    internal float* ResultAt(int batch, int row, int column) => _result + (batch * _resultBatchStride) + (row * ResultStride) + column;
}
