namespace Attention.Kernels;

/// <summary>Multiplies every place along an axis of an array with the same slice: a gain for every row, or a number for each.</summary>
/// <remarks>
/// <c>y[o, l, i] = x[o, l, i] · factor[o, i]</c>, correctly rounded. The slice of a matrix [rows, columns] is a row where the shape is (1, rows, columns), and a column where it is (rows, columns, 1).
/// </remarks>
public static partial class BroadcastMultiplication
{
    private const double Cost = 16; // multiply–adds that take as long: memory decides

    /// <summary>y[o, l, i] = x[o, l, i] · factor[o, i].</summary>
    /// <param name="shape">The array, seen from the axis.</param>
    /// <param name="x">[Outer, Length, Inner]</param>
    /// <param name="factor">[Outer, Inner]</param>
    /// <param name="y">[Outer, Length, Inner]; overwritten. May be <paramref name="x"/> itself; must not overlap an input otherwise.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, or buffers overlap that must not.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; y is half written.</exception>
    public static void Forward(AxisShape shape, ReadOnlySpan<float> x, ReadOnlySpan<float> factor, Span<float> y, KernelOptions options = default)
    {
        Check(shape, x, factor, y, options);
        Broadcast.Run<Maps.Product>(shape, factor, x, 0, y, Cost, options);
    }

    /// <summary>y[o, l, i] = x[o, l, i] · factor[o, i], one at a time: what <see cref="Forward"/> is held against.</summary>
    /// <inheritdoc cref="Forward"/>
    public static void ForwardNaive(AxisShape shape, ReadOnlySpan<float> x, ReadOnlySpan<float> factor, Span<float> y)
    {
        Check(shape, x, factor, y);
        for (int at = 0; at < x.Length; at++)
        {
            y[at] = x[at] * factor[shape.SliceIndex(at)];
        }
    }

    /// <summary>A new matrix: every row with the same array multiplied into it, element by element.</summary>
    /// <param name="x">[Rows, Columns]</param>
    /// <param name="factor">[Columns]</param>
    /// <returns>[Rows, Columns]</returns>
    /// <exception cref="ArgumentException">The factor is not as long as a row.</exception>
    public static float[,] Rows(float[,] x, float[] factor)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(factor);
        var y = new float[x.Rows(), x.Columns()];
        Forward(new AxisShape(1, x.Rows(), x.Columns()), x.AsSpan(), factor, y.AsSpan());
        return y;
    }

    private static void Check(AxisShape shape, ReadOnlySpan<float> x, ReadOnlySpan<float> factor, ReadOnlySpan<float> y, KernelOptions options = default)
    {
        options.Check();
        shape.CheckBroadcast(nameof(x), x, nameof(factor), factor);
        Guard.Length(nameof(y), y.Length, shape.Outer, shape.Length, shape.Inner);
        Guard.SameOrApart(nameof(y), y, nameof(x), x);
        Guard.Apart(nameof(y), y, nameof(factor), factor);
    }
}
