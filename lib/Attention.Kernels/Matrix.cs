using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Attention.Kernels;

/// <summary>A two-dimensional array is row-major memory: cells hold matrices as <c>float[,]</c>, kernels read them as spans.</summary>
internal static class Matrix
{
    internal static int Rows(this float[,] matrix) => matrix.GetLength(0);

    internal static int Columns(this float[,] matrix) => matrix.GetLength(1);

    internal static Span<float> AsSpan(this float[,] matrix) =>
        MemoryMarshal.CreateSpan(ref Unsafe.As<byte, float>(ref MemoryMarshal.GetArrayDataReference((Array)matrix)), matrix.Length);

    /// <summary>The attention of one head over these matrices, once they are known to fit each other.</summary>
    internal static AttentionShape ShapeOf(float[,] query, float[,] key, float[,] value)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        if (key.Columns() != query.Columns())
        {
            throw new ArgumentException($"key: expected rows as wide as a query, {query.Columns()}, got {key.Columns()}");
        }

        if (value.Rows() != key.Rows())
        {
            throw new ArgumentException($"value: expected one row per key, {key.Rows()}, got {value.Rows()}");
        }

        return AttentionShape.Single(query.Rows(), key.Rows(), query.Columns(), value.Columns());
    }
}
