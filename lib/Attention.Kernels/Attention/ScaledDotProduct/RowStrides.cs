namespace Attention.Kernels;

/// <summary>Where the rows of a buffer lie, in floats. The floats of one row always follow each other.</summary>
/// <param name="Batch">From a sequence to the next.</param>
/// <param name="Head">From a head to the next.</param>
/// <param name="Row">From a row to the next row of the same head.</param>
internal readonly record struct RowStrides(long Batch, long Head, long Row)
{
    /// <summary>A buffer that holds nothing but these rows.</summary>
    internal static RowStrides Of(AttentionLayout layout, int heads, int length, int width)
    {
        long batch = (long)heads * length * width;
        return layout == AttentionLayout.LengthFirst ? new(batch, width, (long)heads * width) : new(batch, (long)length * width, width);
    }

    /// <summary>Where a row begins.</summary>
    internal long Of(int batch, int head, int row) => (batch * Batch) + (head * Head) + (row * Row);
}

/// <summary>A buffer in the caller's memory, pinned, and where its rows lie.</summary>
internal readonly unsafe struct StridedRows(float* start, RowStrides strides)
{
    /// <summary>From a row to the next row of the same head.</summary>
    internal long Stride => strides.Row;

    /// <summary>A head's first row.</summary>
    internal float* Head(int batch, int head) => start + strides.Of(batch, head, 0);
}

/// <summary>The rows of one head, as plain loops read them.</summary>
internal readonly ref struct HeadRows(ReadOnlySpan<float> buffer, RowStrides strides, int batch, int head, int width)
{
    private readonly ReadOnlySpan<float> _buffer = buffer;

    internal ReadOnlySpan<float> this[int row] => _buffer.Slice((int)strides.Of(batch, head, row), width);
}
