using System.Runtime.CompilerServices;

namespace Attention.Kernels;

/// <summary>Adds the same slice to every place along an axis of an array: a bias to every row, or what is subtracted from each.</summary>
/// <remarks>
/// <c>y[o, l, i] = x[o, l, i] + scale · addend[o, i]</c>, rounded once where the hardware can, twice where it cannot. The slice of a matrix [rows, columns] is a row where the shape is (1, rows, columns), and a column where it is (rows, columns, 1).
/// </remarks>
public static partial class BroadcastAddition
{
    private const double Cost = 16; // multiply–adds that take as long: memory decides

    /// <summary>y[o, l, i] = x[o, l, i] + scale · addend[o, i].</summary>
    /// <param name="shape">The array, seen from the axis.</param>
    /// <param name="x">[Outer, Length, Inner]</param>
    /// <param name="addend">[Outer, Inner]</param>
    /// <param name="scale">Any number.</param>
    /// <param name="y">[Outer, Length, Inner]; overwritten. May be <paramref name="x"/> itself; must not overlap an input otherwise.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, or buffers overlap that must not.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; y is half written.</exception>
    public static void Forward(AxisShape shape, ReadOnlySpan<float> x, ReadOnlySpan<float> addend, float scale, Span<float> y, KernelOptions options = default)
    {
        Check(shape, x, addend, y, options);
        Broadcast.Run<SecondPlusScaled>(shape, addend, x, scale, y, Cost, options);
    }

    /// <summary>y[o, l, i] = x[o, l, i] + scale · addend[o, i], one at a time: what <see cref="Forward"/> is held against.</summary>
    /// <inheritdoc cref="Forward"/>
    public static void ForwardNaive(AxisShape shape, ReadOnlySpan<float> x, ReadOnlySpan<float> addend, float scale, Span<float> y)
    {
        Check(shape, x, addend, y);
        for (int at = 0; at < x.Length; at++)
        {
            y[at] = x[at] + (scale * addend[shape.SliceIndex(at)]);
        }
    }

    /// <summary>A new matrix: every row with the same array added to it, element by element.</summary>
    /// <param name="x">[Rows, Columns]</param>
    /// <param name="addend">[Columns]</param>
    /// <param name="scale">Any number.</param>
    /// <returns>[Rows, Columns]</returns>
    /// <exception cref="ArgumentException">The addend is not as long as a row.</exception>
    public static float[,] Rows(float[,] x, float[] addend, float scale = 1)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(addend);
        var y = new float[x.Rows(), x.Columns()];
        Forward(new AxisShape(1, x.Rows(), x.Columns()), x.AsSpan(), addend, scale, y.AsSpan());
        return y;
    }

    private static void Check(AxisShape shape, ReadOnlySpan<float> x, ReadOnlySpan<float> addend, ReadOnlySpan<float> y, KernelOptions options = default)
    {
        options.Check();
        shape.CheckBroadcast(nameof(x), x, nameof(addend), addend);
        Guard.Length(nameof(y), y.Length, shape.Outer, shape.Length, shape.Inner);
        Guard.SameOrApart(nameof(y), y, nameof(x), x);
        Guard.Apart(nameof(y), y, nameof(addend), addend);
    }

    private readonly struct SecondPlusScaled : IMap
    {
        public static int Inputs => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Of<TLanes>(TLanes first, TLanes second, TLanes third, TLanes factor)
            where TLanes : unmanaged, ILanes<TLanes> => TLanes.MultiplyAdd(factor, first, second);
    }
}
