namespace Attention.Kernels;

/// <summary>One call's buffers, pinned while the work runs, and how to walk through them.</summary>
internal readonly unsafe struct MatmulProduct
{
    private const double CostPerFloat = 4; // multiply–adds that take as long as reading one

    private readonly float* _left;
    private readonly float* _right;
    private readonly float* _bias;
    private readonly float* _result;
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

        MatrixLayout c = shape.Result;
        _left = left;
        _right = right;
        _bias = bias;
        _result = result;
        _resultBatchStride = c.BatchStride;
        (LeftLayout, RightLayout, ResultStride) = (shape.Left, shape.Right, c.Stride);
        (Batch, Rows, Columns, Depth) = (shape.Batch, shape.Rows, shape.Columns, shape.Depth);
        (TransposeLeft, TransposeRight, Accumulate) = (shape.TransposeLeft, shape.TransposeRight, shape.Accumulate);
        Panels = packed is null ? default : packed.Panels;
    }

    internal int Batch { get; }

    internal int Rows { get; }

    internal int Columns { get; }

    internal int Depth { get; }

    internal bool Accumulate { get; }

    internal bool TransposeRight { get; }

    /// <summary>Where the matrices A lie.</summary>
    internal MatrixLayout LeftLayout { get; }

    internal bool TransposeLeft { get; }

    internal nint LeftRowStride => TransposeLeft ? 1 : LeftLayout.Stride;

    internal nint LeftStepStride => TransposeLeft ? LeftLayout.Stride : 1;

    /// <summary>A in groups of rows; none if it is read where it lies.</summary>
    internal RowGroups LeftGroups { get; init; }

    /// <summary>Where the matrices B lie.</summary>
    internal MatrixLayout RightLayout { get; }

    internal nint RightStride => RightLayout.Stride;

    /// <summary>B in panels; none if it is read where it lies.</summary>
    internal PackedPanels Panels { get; init; }

    internal nint ResultStride { get; }

    internal bool IsPacked => Panels.Exist;

    internal bool HasBias => _bias != null;

    /// <summary>Whether B is better read where it lies.</summary>
    internal bool HasFewRows => Rows <= FewRows.Most && !IsPacked && !TransposeRight;

    /// <summary>Multiply–adds, and what reading the operands takes.</summary>
    internal double Work => Batch * ((((double)Rows * Columns) + (CostPerFloat * ((double)Rows + Columns))) * Depth);

    internal float* LeftAt(int batch, int row, int step) => _left + (batch * LeftLayout.BatchStride) + (row * LeftRowStride) + (step * LeftStepStride);

    internal float* RightAt(int batch, int step, int column) =>
        _right + (batch * RightLayout.BatchStride) + (TransposeRight ? (column * RightStride) + step : (step * RightStride) + column);

    internal float* BiasAt(int column) => _bias + column;

    internal float* ResultAt(int batch, int row, int column) => _result + (batch * _resultBatchStride) + (row * ResultStride) + column;
}
