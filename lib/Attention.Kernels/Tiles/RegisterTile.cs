using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Attention.Kernels;

/// <summary>A number that the compiler knows: a tile's size as a type argument, so that what a smaller tile does not have is not compiled.</summary>
internal interface ICount
{
    static abstract int Value { get; }
}

internal readonly struct One : ICount
{
    public static int Value => 1;
}

internal readonly struct Two : ICount
{
    public static int Value => 2;
}

internal readonly struct Three : ICount
{
    public static int Value => 3;
}

internal readonly struct Four : ICount
{
    public static int Value => 4;
}

internal readonly struct Six : ICount
{
    public static int Value => 6;
}

internal readonly struct Eight : ICount
{
    public static int Value => 8;
}

/// <summary>Up to eight rows by up to three registers: with 32 registers, 24 sums stay in place while eleven loads feed 24 multiply–adds.</summary>
/// <remarks>
/// The sums are named locals because only those are sure to stay in registers. The method is compiled by itself, fully and at once: inlined into a loop by a profile's advice, it
/// spills.
/// </remarks>
internal static unsafe class RegisterTile
{
    /// <summary>c = start + a · b.</summary>
    /// <typeparam name="TLanes">The width of a register.</typeparam>
    /// <typeparam name="TRows">Rows of a and of c: 1, 2, 4, 6 or 8.</typeparam>
    /// <typeparam name="TColumns">Registers in a row of c: 1, 2 or 3.</typeparam>
    /// <param name="depth">Columns of a and rows of b.</param>
    /// <param name="a">[rows, depth]</param>
    /// <param name="rowStride">From one row of a to the next.</param>
    /// <param name="stepStride">From one column of a to the next.</param>
    /// <param name="b">[depth, columns]</param>
    /// <param name="bStride">From one row of b to the next.</param>
    /// <param name="start">[rows, columns]; where the sums begin, or null for zero.</param>
    /// <param name="startStride">From one row of the start to the next.</param>
    /// <param name="c">[rows, columns]; may be the start.</param>
    /// <param name="cStride">From one row of c to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void Run<TLanes, TRows, TColumns>(
        int depth, float* a, nint rowStride, nint stepStride, float* b, nint bStride, float* start, nint startStride, float* c, nint cStride)
        where TLanes : unmanaged, ILanes<TLanes>
        where TRows : struct, ICount
        where TColumns : struct, ICount
    {
        TLanes c00 = TLanes.Broadcast(0), c01 = TLanes.Broadcast(0), c02 = TLanes.Broadcast(0);
        TLanes c10 = TLanes.Broadcast(0), c11 = TLanes.Broadcast(0), c12 = TLanes.Broadcast(0);
        TLanes c20 = TLanes.Broadcast(0), c21 = TLanes.Broadcast(0), c22 = TLanes.Broadcast(0);
        TLanes c30 = TLanes.Broadcast(0), c31 = TLanes.Broadcast(0), c32 = TLanes.Broadcast(0);
        TLanes c40 = TLanes.Broadcast(0), c41 = TLanes.Broadcast(0), c42 = TLanes.Broadcast(0);
        TLanes c50 = TLanes.Broadcast(0), c51 = TLanes.Broadcast(0), c52 = TLanes.Broadcast(0);
        TLanes c60 = TLanes.Broadcast(0), c61 = TLanes.Broadcast(0), c62 = TLanes.Broadcast(0);
        TLanes c70 = TLanes.Broadcast(0), c71 = TLanes.Broadcast(0), c72 = TLanes.Broadcast(0);
        if (start != null)
        {
            c00 = TLanes.Load(start);
            c01 = TColumns.Value > 1 ? TLanes.Load(start + TLanes.Count) : c01;
            c02 = TColumns.Value > 2 ? TLanes.Load(start + (2 * TLanes.Count)) : c02;

            if (TRows.Value > 1)
            {
                start += startStride;
                c10 = TLanes.Load(start);
                c11 = TColumns.Value > 1 ? TLanes.Load(start + TLanes.Count) : c11;
                c12 = TColumns.Value > 2 ? TLanes.Load(start + (2 * TLanes.Count)) : c12;
            }

            if (TRows.Value > 2)
            {
                start += startStride;
                c20 = TLanes.Load(start);
                c21 = TColumns.Value > 1 ? TLanes.Load(start + TLanes.Count) : c21;
                c22 = TColumns.Value > 2 ? TLanes.Load(start + (2 * TLanes.Count)) : c22;
                start += startStride;
                c30 = TLanes.Load(start);
                c31 = TColumns.Value > 1 ? TLanes.Load(start + TLanes.Count) : c31;
                c32 = TColumns.Value > 2 ? TLanes.Load(start + (2 * TLanes.Count)) : c32;
            }

            if (TRows.Value > 4)
            {
                start += startStride;
                c40 = TLanes.Load(start);
                c41 = TColumns.Value > 1 ? TLanes.Load(start + TLanes.Count) : c41;
                c42 = TColumns.Value > 2 ? TLanes.Load(start + (2 * TLanes.Count)) : c42;
                start += startStride;
                c50 = TLanes.Load(start);
                c51 = TColumns.Value > 1 ? TLanes.Load(start + TLanes.Count) : c51;
                c52 = TColumns.Value > 2 ? TLanes.Load(start + (2 * TLanes.Count)) : c52;
            }

            if (TRows.Value > 6)
            {
                start += startStride;
                c60 = TLanes.Load(start);
                c61 = TColumns.Value > 1 ? TLanes.Load(start + TLanes.Count) : c61;
                c62 = TColumns.Value > 2 ? TLanes.Load(start + (2 * TLanes.Count)) : c62;
                start += startStride;
                c70 = TLanes.Load(start);
                c71 = TColumns.Value > 1 ? TLanes.Load(start + TLanes.Count) : c71;
                c72 = TColumns.Value > 2 ? TLanes.Load(start + (2 * TLanes.Count)) : c72;
            }
        }

        if (Sse.IsSupported)
        {
            // The tile below will add to what it finds: until then it has arrived.
            float* next = c + (TRows.Value * cStride);
            for (int row = 0; row < TRows.Value; row++, next += cStride)
            {
                Sse.Prefetch0(next);
                Sse.Prefetch0(next + (TColumns.Value * TLanes.Count) - 1);
            }
        }

        float* upper = a;
        float* lower = a + (4 * rowStride);
        nint twoRows = 2 * rowStride, threeRows = 3 * rowStride;
        nint stepBytes = stepStride * sizeof(float);
        for (int steps = depth; steps != 0; steps--)
        {
            TLanes b0 = TLanes.Load(b);
            TLanes b1 = TColumns.Value > 1 ? TLanes.Load(b + TLanes.Count) : b0;
            TLanes b2 = TColumns.Value > 2 ? TLanes.Load(b + (2 * TLanes.Count)) : b0;

            TLanes x = TLanes.Broadcast(*upper);
            TLanes.AddProduct(ref c00, x, b0);
            if (TColumns.Value > 1)
            {
                TLanes.AddProduct(ref c01, x, b1);
            }

            if (TColumns.Value > 2)
            {
                TLanes.AddProduct(ref c02, x, b2);
            }


            if (TRows.Value > 1)
            {
                x = TLanes.Broadcast(upper[rowStride]);
                TLanes.AddProduct(ref c10, x, b0);
                if (TColumns.Value > 1)
                {
                    TLanes.AddProduct(ref c11, x, b1);
                }

                if (TColumns.Value > 2)
                {
                    TLanes.AddProduct(ref c12, x, b2);
                }

            }

            if (TRows.Value > 2)
            {
                x = TLanes.Broadcast(upper[twoRows]);
                TLanes.AddProduct(ref c20, x, b0);
                if (TColumns.Value > 1)
                {
                    TLanes.AddProduct(ref c21, x, b1);
                }

                if (TColumns.Value > 2)
                {
                    TLanes.AddProduct(ref c22, x, b2);
                }


                x = TLanes.Broadcast(upper[threeRows]);
                TLanes.AddProduct(ref c30, x, b0);
                if (TColumns.Value > 1)
                {
                    TLanes.AddProduct(ref c31, x, b1);
                }

                if (TColumns.Value > 2)
                {
                    TLanes.AddProduct(ref c32, x, b2);
                }

            }

            if (TRows.Value > 4)
            {
                x = TLanes.Broadcast(*lower);
                TLanes.AddProduct(ref c40, x, b0);
                if (TColumns.Value > 1)
                {
                    TLanes.AddProduct(ref c41, x, b1);
                }

                if (TColumns.Value > 2)
                {
                    TLanes.AddProduct(ref c42, x, b2);
                }


                x = TLanes.Broadcast(lower[rowStride]);
                TLanes.AddProduct(ref c50, x, b0);
                if (TColumns.Value > 1)
                {
                    TLanes.AddProduct(ref c51, x, b1);
                }

                if (TColumns.Value > 2)
                {
                    TLanes.AddProduct(ref c52, x, b2);
                }

            }

            if (TRows.Value > 6)
            {
                x = TLanes.Broadcast(lower[twoRows]);
                TLanes.AddProduct(ref c60, x, b0);
                if (TColumns.Value > 1)
                {
                    TLanes.AddProduct(ref c61, x, b1);
                }

                if (TColumns.Value > 2)
                {
                    TLanes.AddProduct(ref c62, x, b2);
                }


                x = TLanes.Broadcast(lower[threeRows]);
                TLanes.AddProduct(ref c70, x, b0);
                if (TColumns.Value > 1)
                {
                    TLanes.AddProduct(ref c71, x, b1);
                }

                if (TColumns.Value > 2)
                {
                    TLanes.AddProduct(ref c72, x, b2);
                }

            }

            upper = (float*)((byte*)upper + stepBytes); // the compiler would multiply in every step
            lower = (float*)((byte*)lower + stepBytes);
            b += bStride;
        }

        Store<TLanes, TColumns>(c, c00, c01, c02);

        if (TRows.Value > 1)
        {
            c += cStride;
            Store<TLanes, TColumns>(c, c10, c11, c12);
        }

        if (TRows.Value > 2)
        {
            c += cStride;
            Store<TLanes, TColumns>(c, c20, c21, c22);
            c += cStride;
            Store<TLanes, TColumns>(c, c30, c31, c32);
        }

        if (TRows.Value > 4)
        {
            c += cStride;
            Store<TLanes, TColumns>(c, c40, c41, c42);
            c += cStride;
            Store<TLanes, TColumns>(c, c50, c51, c52);
        }

        if (TRows.Value > 6)
        {
            c += cStride;
            Store<TLanes, TColumns>(c, c60, c61, c62);
            c += cStride;
            Store<TLanes, TColumns>(c, c70, c71, c72);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TLanes, TColumns>(float* c, TLanes first, TLanes second, TLanes third)
        where TLanes : unmanaged, ILanes<TLanes>
        where TColumns : struct, ICount
    {
        TLanes.Store(c, first);
        if (TColumns.Value > 1)
        {
            TLanes.Store(c + TLanes.Count, second);
        }

        if (TColumns.Value > 2)
        {
            TLanes.Store(c + (2 * TLanes.Count), third);
        }
    }
}
