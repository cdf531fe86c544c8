using static System.FormattableString;

namespace Attention.Kernels;

/// <summary>The sizes of a product of matrices, <c>C = A · B</c>, and how its three buffers lie in memory.</summary>
/// <param name="Rows">M: rows of A and of C.</param>
/// <param name="Columns">N: columns of B and of C.</param>
/// <param name="Depth">K: columns of A and rows of B; each element of C is a sum of so many products.</param>
/// <remarks>
/// Every size may be zero; a product of depth zero is a matrix of zeros. Left alone, the buffers are dense and row-major. A stride lets a matrix be a part of a larger one: the
/// columns of one head, say, out of rows that hold all heads.
/// </remarks>
public readonly record struct MatmulShape(int Rows, int Columns, int Depth)
{
    /// <summary>How many products of the same sizes; 1 unless said otherwise.</summary>
    public int Batch { get; init; } = 1;

    /// <summary>A is stored as its transpose, [K, M].</summary>
    public bool TransposeLeft { get; init; }

    /// <summary>B is stored as its transpose, [N, K].</summary>
    public bool TransposeRight { get; init; }

    /// <summary>The product is added to what C holds, rather than overwriting it.</summary>
    public bool Accumulate { get; init; }

    /// <summary>Floats from one stored row of A to the next; null: as many as a row has.</summary>
    public int? LeftStride { get; init; }

    /// <summary>Floats from one stored row of B to the next; null: as many as a row has.</summary>
    public int? RightStride { get; init; }

    /// <summary>Floats from one row of C to the next; null: as many as a row has.</summary>
    public int? ResultStride { get; init; }

    /// <summary>Floats from one A of the batch to the next; 0: one A serves all; null: they follow each other.</summary>
    public int? LeftBatchStride { get; init; }

    /// <summary>Floats from one B of the batch to the next; 0: one B serves all; null: they follow each other.</summary>
    public int? RightBatchStride { get; init; }

    /// <summary>Floats from one C of the batch to the next; null: they follow each other.</summary>
    public int? ResultBatchStride { get; init; }

    /// <summary>Where A lies.</summary>
    internal MatrixLayout Left => TransposeLeft
        ? new(Batch, Depth, Rows, LeftStride, LeftBatchStride)
        : new(Batch, Rows, Depth, LeftStride, LeftBatchStride);

    /// <summary>Where B lies.</summary>
    internal MatrixLayout Right => TransposeRight
        ? new(Batch, Columns, Depth, RightStride, RightBatchStride)
        : new(Batch, Depth, Columns, RightStride, RightBatchStride);

    /// <summary>Where C lies.</summary>
    internal MatrixLayout Result => new(Batch, Rows, Columns, ResultStride, ResultBatchStride);

    /// <summary>The same product as one of tall matrices, where many are multiplied by one: what follows in memory is read on.</summary>
    internal MatmulShape Flattened => Batch != 1 && !TransposeLeft && Right.IsShared && Left.IsOneMatrix && Result.IsOneMatrix && (long)Batch * Rows <= int.MaxValue
        ? this with { Batch = 1, Rows = Batch * Rows, LeftBatchStride = null, ResultBatchStride = null }
        : this;

    /// <summary>Cᵀ = Bᵀ · Aᵀ.</summary>
    internal MatmulShape Swapped => new(Columns, Rows, Depth)
    {
        Batch = Batch,
        Accumulate = Accumulate,
        TransposeLeft = !TransposeRight,
        TransposeRight = !TransposeLeft,
        LeftStride = Right.Stride,
        RightStride = Left.Stride,
        LeftBatchStride = Right.BatchStrideOrNone,
        RightBatchStride = Left.BatchStrideOrNone,
        ResultBatchStride = Result.BatchStrideOrNone,
    };

    /// <summary>Refuses sizes and strides that describe no product.</summary>
    internal void Check()
    {
        Guard.NotNegative(nameof(Batch), Batch);
        Guard.NotNegative(nameof(Rows), Rows);
        Guard.NotNegative(nameof(Columns), Columns);
        Guard.NotNegative(nameof(Depth), Depth);
        Left.CheckStrides(nameof(Left));
        Right.CheckStrides(nameof(Right));
        Result.CheckStrides(nameof(Result));
        if (!Result.IsApart)
        {
            throw new ArgumentException(Invariant($"{nameof(ResultBatchStride)}: {ResultBatchStride} lets the {Batch} results of {Rows}×{Columns} overlap"));
        }
    }
}
