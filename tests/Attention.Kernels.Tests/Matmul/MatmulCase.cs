namespace Attention.Kernels.Tests;

/// <summary>A product of drawn matrices. Lengths and places are counted here, apart from the library.</summary>
internal sealed record MatmulCase(MatmulShape Shape, float[] Left, float[] Right, float[] Before, float[] Bias, int Seed)
{
    /// <summary>Sizes at which the tiles of 8 and 48, the passes of 192 rows and 384 steps, and the partial registers begin and end.</summary>
    public static readonly (int Rows, int Columns, int Depth)[] HardSizes =
    [
        (0, 0, 0), (0, 5, 3), (5, 0, 3), (5, 3, 0), (1, 1, 1), (3, 5, 7), (1, 49, 1), (2, 48, 3), (7, 47, 8), (8, 16, 15), (9, 17, 16), (4, 96, 2), (12, 33, 129), (13, 31, 64),
        (15, 97, 5), (16, 145, 10), (95, 24, 9), (97, 12, 11), (191, 3, 13), (192, 7, 4), (193, 2, 6), (200, 100, 5), (5, 100, 383), (9, 49, 384), (3, 50, 385), (2, 19, 769), (1, 300, 70), (70, 1, 300), (33, 65, 1), (1, 1000, 3),
    ];

    public static MatmulCase Draw(MatmulShape shape, int seed, bool withBias = false)
    {
        Draw draw = new(seed);
        return new(
            shape,
            draw.Normal(Length(shape.LeftBatchStride, shape.LeftStride, shape.Batch, StoredLeft(shape))),
            draw.Normal(Length(shape.RightBatchStride, shape.RightStride, shape.Batch, StoredRight(shape))),
            draw.Normal(Length(shape.ResultBatchStride, shape.ResultStride, shape.Batch, (shape.Rows, shape.Columns))),
            withBias ? draw.Normal(shape.Columns) : [],
            seed);
    }

    public int LeftAt(int batch, int row, int step) =>
        At(Shape.LeftBatchStride, Shape.LeftStride, StoredLeft(Shape), batch, Shape.TransposeLeft ? step : row, Shape.TransposeLeft ? row : step);

    public int RightAt(int batch, int step, int column) =>
        At(Shape.RightBatchStride, Shape.RightStride, StoredRight(Shape), batch, Shape.TransposeRight ? column : step, Shape.TransposeRight ? step : column);

    public int ResultAt(int batch, int row, int column) => At(Shape.ResultBatchStride, Shape.ResultStride, (Shape.Rows, Shape.Columns), batch, row, column);

    public override string ToString() =>
        $"{Shape.Batch} × {Shape.Rows}×{Shape.Columns}×{Shape.Depth}{(Shape.TransposeLeft ? " Aᵀ" : "")}{(Shape.TransposeRight ? " Bᵀ" : "")}{(Shape.Accumulate ? " +=" : "")}{(Bias.Length > 0 ? " bias" : "")}, seed {Seed}";

    private static (int Rows, int Columns) StoredLeft(MatmulShape shape) => shape.TransposeLeft ? (shape.Depth, shape.Rows) : (shape.Rows, shape.Depth);

    private static (int Rows, int Columns) StoredRight(MatmulShape shape) => shape.TransposeRight ? (shape.Columns, shape.Depth) : (shape.Depth, shape.Columns);

    private static int Length(int? batchStride, int? stride, int batch, (int Rows, int Columns) stored) =>
        (batch == 0 && batchStride != 0) || stored.Rows == 0 || stored.Columns == 0 ? 0 : At(batchStride, stride, stored, Math.Max(0, batch - 1), stored.Rows - 1, stored.Columns - 1) + 1;

    private static int At(int? batchStride, int? stride, (int Rows, int Columns) stored, int batch, int row, int column)
    {
        int rowStride = stride ?? stored.Columns;
        return (batch * (batchStride ?? (stored.Rows * rowStride))) + (row * rowStride) + column;
    }
}
