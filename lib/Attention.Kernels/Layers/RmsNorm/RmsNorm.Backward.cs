namespace Attention.Kernels;

public static partial class RmsNorm
{
    private const double CostPerElementBackward = 32;

    /// <summary>The gradients of <see cref="Forward"/>.</summary>
    /// <param name="shape">Rows and columns of <paramref name="x"/>.</param>
    /// <param name="x">[Rows, Columns]; what Forward read.</param>
    /// <param name="gain">[Columns]; what Forward read; empty means ones.</param>
    /// <param name="reciprocalRoot">[Rows]; what Forward wrote.</param>
    /// <param name="yGradient">[Rows, Columns]; dL/dy.</param>
    /// <param name="xGradient">[Rows, Columns]; dL/dx, overwritten; empty: not wanted. May be <paramref name="yGradient"/> or <paramref name="x"/> itself; must not overlap an input otherwise.</param>
    /// <param name="gainGradient">[Columns]; dL/dgain, overwritten; empty: not wanted.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, or buffers overlap that must not.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradients are half written.</exception>
    /// <remarks>
    /// With x̂ = x r and g = gain · dy: <c>dx = r (g − x̂ · mean(g x̂))</c> and <c>dgain = Σ dy x̂</c> over the rows, which are summed in an order that does not depend on how
    /// many threads work.
    /// </remarks>
    public static unsafe void Backward(
        RowShape shape,
        ReadOnlySpan<float> x,
        ReadOnlySpan<float> gain,
        ReadOnlySpan<float> reciprocalRoot,
        ReadOnlySpan<float> yGradient,
        Span<float> xGradient,
        Span<float> gainGradient = default,
        KernelOptions options = default)
    {
        CheckBackward(shape, x, gain, reciprocalRoot, yGradient, xGradient, gainGradient, options);
        PartialSums sums = new(shape);
        int threads = options.ThreadsFor(CostPerElementBackward * shape.Rows * shape.Columns);
        Scratch partials = Scratch.Rent((long)sums.Count * shape.Columns);
        try
        {
            fixed (float* dy = yGradient, input = x, g = gain, reciprocals = reciprocalRoot, dx = xGradient, dg = gainGradient)
            {
                Tiled.Run(new BackwardTiles(shape, dy, input, g, reciprocals, dx, partials.Start), threads, options);
                if (dg is not null)
                {
                    sums.Add(partials.Start, shape.Columns, dg, options);
                }
            }
        }
        finally
        {
            Scratch.Return(partials);
        }
    }

    /// <summary>The gradients, written as the formulas read: what <see cref="Backward"/> is held against.</summary>
    /// <inheritdoc cref="Backward"/>
    public static void BackwardNaive(
        RowShape shape,
        ReadOnlySpan<float> x,
        ReadOnlySpan<float> gain,
        ReadOnlySpan<float> reciprocalRoot,
        ReadOnlySpan<float> yGradient,
        Span<float> xGradient,
        Span<float> gainGradient = default)
    {
        CheckBackward(shape, x, gain, reciprocalRoot, yGradient, xGradient, gainGradient);
        gainGradient.Clear();
        for (int row = 0; row < shape.Rows; row++)
        {
            float r = reciprocalRoot[row];
            float meanOfGX = 0;
            for (int j = 0; j < shape.Columns; j++)
            {
                int at = (row * shape.Columns) + j;
                meanOfGX += (gain.IsEmpty ? 1 : gain[j]) * yGradient[at] * x[at] * r / shape.Columns;
                if (!gainGradient.IsEmpty)
                {
                    gainGradient[j] += yGradient[at] * x[at] * r;
                }
            }

            for (int j = 0; j < shape.Columns && !xGradient.IsEmpty; j++)
            {
                int at = (row * shape.Columns) + j;
                xGradient[at] = r * (((gain.IsEmpty ? 1 : gain[j]) * yGradient[at]) - (x[at] * r * meanOfGX));
            }
        }
    }

    private static void CheckBackward(
        RowShape shape,
        ReadOnlySpan<float> x,
        ReadOnlySpan<float> gain,
        ReadOnlySpan<float> reciprocalRoot,
        ReadOnlySpan<float> yGradient,
        ReadOnlySpan<float> xGradient,
        ReadOnlySpan<float> gainGradient,
        KernelOptions options = default)
    {
        options.Check();
        shape.Check();
        Guard.Length(nameof(yGradient), yGradient.Length, shape.Rows, shape.Columns);
        Guard.Length(nameof(x), x.Length, shape.Rows, shape.Columns);
        Guard.LengthOrEmpty(nameof(gain), gain.Length, shape.Columns);
        Guard.Length(nameof(reciprocalRoot), reciprocalRoot.Length, shape.Rows);
        Guard.LengthOrEmpty(nameof(xGradient), xGradient.Length, shape.Rows, shape.Columns);
        Guard.LengthOrEmpty(nameof(gainGradient), gainGradient.Length, shape.Columns);
        Guard.SameOrApart(nameof(xGradient), xGradient, nameof(yGradient), yGradient);
        Guard.SameOrApart(nameof(xGradient), xGradient, nameof(x), x);
        Guard.Apart(nameof(xGradient), xGradient, nameof(gain), gain);
        Guard.Apart(nameof(xGradient), xGradient, nameof(reciprocalRoot), reciprocalRoot);
        Guard.Apart(nameof(gainGradient), gainGradient, nameof(yGradient), yGradient);
        Guard.Apart(nameof(gainGradient), gainGradient, nameof(x), x);
        Guard.Apart(nameof(gainGradient), gainGradient, nameof(gain), gain);
        Guard.Apart(nameof(gainGradient), gainGradient, nameof(reciprocalRoot), reciprocalRoot);
        Guard.Apart(nameof(gainGradient), gainGradient, nameof(xGradient), xGradient);
    }
}
