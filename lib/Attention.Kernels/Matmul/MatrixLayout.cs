using static System.FormattableString;

namespace Attention.Kernels;

/// <summary>Where the matrices of one buffer lie: row by row, perhaps with gaps, perhaps one for the whole batch.</summary>
internal readonly struct MatrixLayout
{
    private readonly bool _isDense;

    internal MatrixLayout(int batch, int rows, int columns, int? stride, int? batchStride)
    {
        (Batch, Rows, Columns) = (batch, rows, columns);
        Stride = stride ?? columns;
        BatchStride = batchStride ?? (long)rows * Stride;
        IsShared = batchStride == 0;
        _isDense = stride is null && (batchStride is null || IsShared);
    }

    internal int Batch { get; }

    /// <summary>Stored rows: of the transpose, if that is what is stored.</summary>
    internal int Rows { get; }

    internal int Columns { get; }

    internal int Stride { get; }

    internal long BatchStride { get; }

    /// <summary>For a shape. A distance beyond any buffer means that there is nothing to find there.</summary>
    internal int? BatchStrideOrNone => BatchStride <= int.MaxValue ? (int)BatchStride : null;

    /// <summary>Whether one matrix serves the whole batch.</summary>
    internal bool IsShared { get; }

    /// <summary>Whether the batch can be read as one tall matrix.</summary>
    internal bool IsOneMatrix => Batch <= 1 || BatchStride == (long)Rows * Stride;

    /// <summary>Whether no element belongs to two matrices: each lies behind the one before, or all lie side by side within a row.</summary>
    internal bool IsApart => Batch <= 1
        || Rows == 0
        || Columns == 0
        || BatchStride >= ((long)(Rows - 1) * Stride) + Columns
        || (BatchStride >= Columns && ((Int128)(Batch - 1) * BatchStride) + Columns <= Stride);

    /// <summary>How many matrices there are.</summary>
    internal int Matrices => IsShared ? 1 : Batch;

    internal void CheckStrides(string name)
    {
        if (Stride < Columns)
        {
            throw new ArgumentException(Invariant($"{name}Stride: expected at least a row of {Columns}, got {Stride}"));
        }

        if (BatchStride < 0)
        {
            throw new ArgumentException(Invariant($"{name}BatchStride: expected zero or more, got {BatchStride}"));
        }
    }

    /// <summary>A dense buffer has exactly the floats that it needs; one with strides may go on beyond.</summary>
    internal void CheckLength(string name, int actual)
    {
        if (_isDense)
        {
            ReadOnlySpan<int> sizes = [Matrices, Rows, Columns];
            Guard.Length(name, actual, Matrices == 1 ? sizes[1..] : sizes);
            return;
        }

        bool isEmpty = Matrices == 0 || Rows == 0 || Columns == 0;
        Int128 needed = isEmpty ? 0 : ((Int128)(Matrices - 1) * BatchStride) + ((Int128)(Rows - 1) * Stride) + Columns;
        if (actual < needed)
        {
            throw new ArgumentException(
                Invariant($"{name}: expected at least {Matrices - 1}·{BatchStride} + {Rows - 1}·{Stride} + {Columns} = {needed} floats, got {actual}"));
        }
    }
}
