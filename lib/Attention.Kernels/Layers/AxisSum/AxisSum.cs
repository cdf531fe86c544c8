namespace Attention.Kernels;

/// <summary>Sums along any axis of an array: over the rows of a batch, as a bias's gradient needs, or along each row.</summary>
/// <remarks>
/// <c>sums[o, i] = Σₗ x[o, l, i]</c>. Over the rows of a matrix the shape is (1, rows, columns), along each row it is (rows, columns, 1), and over everything (1, n, 1). A sum over nothing is 0. Long sums are added block by
/// block, in an order that the shape alone decides: the same bits on any number of threads.
/// </remarks>
public static class AxisSum
{
    private const double Cost = 16; // multiply–adds that an element of the gradient takes as long as

    /// <summary>The sums along the axis.</summary>
    /// <param name="shape">The array, seen from the axis.</param>
    /// <param name="x">[Outer, Length, Inner]</param>
    /// <param name="sums">[Outer, Inner]; overwritten, must not overlap <paramref name="x"/>.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, or buffers overlap that must not.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the sums are half written.</exception>
    public static void Forward(AxisShape shape, ReadOnlySpan<float> x, Span<float> sums, KernelOptions options = default)
    {
        Check(shape, nameof(x), x, nameof(sums), sums, options);
        Guard.Apart(nameof(sums), sums, nameof(x), x);
        AxisSums.Run<Maps.Scaled>(shape, x, default, sums, options);
    }

    /// <summary>The sums along the axis, added one by one: what <see cref="Forward"/> is held against.</summary>
    /// <inheritdoc cref="Forward"/>
    public static void ForwardNaive(AxisShape shape, ReadOnlySpan<float> x, Span<float> sums)
    {
        Check(shape, nameof(x), x, nameof(sums), sums);
        Guard.Apart(nameof(sums), sums, nameof(x), x);
        for (int at = 0; at < sums.Length; at++)
        {
            int first = (at / shape.Inner * shape.Length * shape.Inner) + (at % shape.Inner);
            float sum = 0;
            for (int l = 0; l < shape.Length; l++)
            {
                sum += x[first + (l * shape.Inner)];
            }

            sums[at] = sum;
        }
    }

    /// <summary>All rows of a matrix added up, as a new array: one sum per column.</summary>
    /// <param name="x">[Rows, Columns]</param>
    /// <returns>[Columns]</returns>
    public static float[] OverRows(float[,] x)
    {
        ArgumentNullException.ThrowIfNull(x);
        var sums = new float[x.Columns()];
        Forward(new AxisShape(1, x.Rows(), x.Columns()), x.AsSpan(), sums);
        return sums;
    }

    /// <summary>Each row of a matrix added up, as a new array: one sum per row.</summary>
    /// <param name="x">[Rows, Columns]</param>
    /// <returns>[Rows]</returns>
    public static float[] OverColumns(float[,] x)
    {
        ArgumentNullException.ThrowIfNull(x);
        var sums = new float[x.Rows()];
        Forward(new AxisShape(x.Rows(), x.Columns(), 1), x.AsSpan(), sums);
        return sums;
    }

    /// <summary>The gradient of <see cref="Forward"/>: dx[o, l, i] = dsums[o, i], the same for every l.</summary>
    /// <param name="shape">The array, seen from the axis.</param>
    /// <param name="sumsGradient">[Outer, Inner]; dL/dsums.</param>
    /// <param name="xGradient">[Outer, Length, Inner]; dL/dx, overwritten, must not overlap <paramref name="sumsGradient"/>.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, or buffers overlap that must not.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradient is half written.</exception>
    public static void Backward(AxisShape shape, ReadOnlySpan<float> sumsGradient, Span<float> xGradient, KernelOptions options = default)
    {
        Check(shape, nameof(xGradient), xGradient, nameof(sumsGradient), sumsGradient, options);
        Guard.Apart(nameof(xGradient), xGradient, nameof(sumsGradient), sumsGradient);
        Broadcast.Run<Maps.Scaled>(shape, sumsGradient, default, 1, xGradient, Cost, options);
    }

    /// <summary>dx[o, l, i] = dsums[o, i], one at a time: what <see cref="Backward"/> is held against.</summary>
    /// <inheritdoc cref="Backward"/>
    public static void BackwardNaive(AxisShape shape, ReadOnlySpan<float> sumsGradient, Span<float> xGradient)
    {
        Check(shape, nameof(xGradient), xGradient, nameof(sumsGradient), sumsGradient);
        Guard.Apart(nameof(xGradient), xGradient, nameof(sumsGradient), sumsGradient);
        for (int at = 0; at < xGradient.Length; at++)
        {
            xGradient[at] = sumsGradient[shape.SliceIndex(at)];
        }
    }

    private static void Check(AxisShape shape, string name, ReadOnlySpan<float> array, string sliceName, ReadOnlySpan<float> slice, KernelOptions options = default)
    {
        options.Check();
        shape.CheckBroadcast(name, array, sliceName, slice);
    }
}
