namespace Attention.Kernels;

/// <summary>Keys and values that lie row by row in the caller's buffers.</summary>
internal readonly unsafe struct DenseRows(StridedRows keys, StridedRows values, int length) : ICachedRows
{
    public long KeyStride => keys.Stride;

    public long ValueStride => values.Stride;

    public int Length(int sequence) => length;

    public float* Key(int sequence, int head, int position, out int run)
    {
        run = length - position;
        return keys.Head(sequence, head) + (position * keys.Stride);
    }

    public float* Value(int sequence, int head, int position, out int run)
    {
        run = length - position;
        return values.Head(sequence, head) + (position * values.Stride);
    }
}
