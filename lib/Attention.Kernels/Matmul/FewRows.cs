using System.Runtime.CompilerServices;

namespace Attention.Kernels;

/// <summary>
/// A few rows of A times a B that lies row by row: B is read once, in long strips, and each eight rows of it are added to C while they are in the first-level cache. Packing them first
/// would cost more than it saves.
/// </summary>
internal static unsafe class FewRows
{
    /// <summary>More rows than these are faster with B packed.</summary>
    internal const int Most = 3;

    private const int Steps = 8;

    /// <summary>c += a · b.</summary>
    /// <param name="rows">Rows of a and of c.</param>
    /// <param name="columns">Columns of b and of c.</param>
    /// <param name="depth">Columns of a and rows of b.</param>
    /// <param name="a">[rows, depth]</param>
    /// <param name="rowStride">From one row of a to the next.</param>
    /// <param name="stepStride">From one column of a to the next.</param>
    /// <param name="b">[depth, columns]</param>
    /// <param name="bStride">From one row of b to the next.</param>
    /// <param name="c">[rows, columns]</param>
    /// <param name="cStride">From one row of c to the next.</param>
    internal static void Add<TLanes>(int rows, int columns, int depth, float* a, nint rowStride, nint stepStride, float* b, nint bStride, float* c, nint cStride)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int whole = columns - (columns % TLanes.Count), rest = columns - whole;
        float* asideB = stackalloc float[Steps * TLanes.Count];
        float* asideC = stackalloc float[Most * TLanes.Count];
        new Span<float>(asideB, Steps * TLanes.Count).Clear();
        Copy(rows, rest, c + whole, cStride, asideC, TLanes.Count);
        for (int step = 0; step < depth; step += Math.Min(Steps, depth - step), b += Steps * bStride, a += Steps * stepStride)
        {
            int steps = Math.Min(Steps, depth - step);
            Copy(steps, rest, b + whole, bStride, asideB, TLanes.Count);
            for (int row = 0; row < rows; row++)
            {
                AddRow<TLanes>(steps, whole, a + (row * rowStride), stepStride, b, bStride, c + (row * cStride));
                AddRow<TLanes>(steps, rest > 0 ? TLanes.Count : 0, a + (row * rowStride), stepStride, asideB, TLanes.Count, asideC + (row * TLanes.Count));
            }
        }

        Copy(rows, rest, asideC, TLanes.Count, c + whole, cStride);
    }

    private static void Copy(int rows, int columns, float* source, nint sourceStride, float* destination, nint destinationStride)
    {
        for (int row = 0; row < rows && columns > 0; row++)
        {
            new ReadOnlySpan<float>(source + (row * sourceStride), columns).CopyTo(new Span<float>(destination + (row * destinationStride), columns));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void AddRow<TLanes>(int steps, int columns, float* a, nint stepStride, float* b, nint bStride, float* c)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        if (steps < Steps)
        {
            for (int step = 0; step < steps; step++, a += stepStride, b += bStride)
            {
                TLanes x = TLanes.Broadcast(*a);
                for (int i = 0; i < columns; i += TLanes.Count)
                {
                    TLanes.Store(c + i, TLanes.MultiplyAdd(x, TLanes.Load(b + i), TLanes.Load(c + i)));
                }
            }

            return;
        }

        TLanes x0 = TLanes.Broadcast(a[0]), x1 = TLanes.Broadcast(a[stepStride]), x2 = TLanes.Broadcast(a[2 * stepStride]), x3 = TLanes.Broadcast(a[3 * stepStride]);
        a += 4 * stepStride;
        TLanes x4 = TLanes.Broadcast(a[0]), x5 = TLanes.Broadcast(a[stepStride]), x6 = TLanes.Broadcast(a[2 * stepStride]), x7 = TLanes.Broadcast(a[3 * stepStride]);
        float* lower = b + (4 * bStride);
        nint twoRows = 2 * bStride, threeRows = 3 * bStride;
        for (int i = 0; i < columns; i += TLanes.Count)
        {
            TLanes sum = TLanes.Load(c + i);
            sum = TLanes.MultiplyAdd(x0, TLanes.Load(b + i), sum);
            sum = TLanes.MultiplyAdd(x1, TLanes.Load(b + bStride + i), sum);
            sum = TLanes.MultiplyAdd(x2, TLanes.Load(b + twoRows + i), sum);
            sum = TLanes.MultiplyAdd(x3, TLanes.Load(b + threeRows + i), sum);
            sum = TLanes.MultiplyAdd(x4, TLanes.Load(lower + i), sum);
            sum = TLanes.MultiplyAdd(x5, TLanes.Load(lower + bStride + i), sum);
            sum = TLanes.MultiplyAdd(x6, TLanes.Load(lower + twoRows + i), sum);
            sum = TLanes.MultiplyAdd(x7, TLanes.Load(lower + threeRows + i), sum);
            TLanes.Store(c + i, sum);
        }
    }
}
