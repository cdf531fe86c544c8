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
}
