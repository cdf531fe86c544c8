namespace Attention.Kernels;

public static partial class LayerNorm
{
    private const double CostPerElementBackward = 32;

    /// <summary>The gradients of <see cref="Forward"/>.</summary>
    /// <param name="shape">Rows and columns of <paramref name="x"/>.</param>
    /// <param name="x">[Rows, Columns]; what Forward read.</param>
    /// <param name="gain">[Columns]; what Forward read; empty means ones.</param>
    /// <param name="mean">[Rows]; what Forward wrote.</param>
    /// <param name="reciprocalDeviation">[Rows]; what Forward wrote.</param>
    /// <param name="yGradient">[Rows, Columns]; dL/dy.</param>
    /// <param name="xGradient">[Rows, Columns]; dL/dx, overwritten; empty: not wanted. May be <paramref name="yGradient"/> or <paramref name="x"/> itself; must not overlap an input otherwise.</param>
    /// <param name="gainGradient">[Columns]; dL/dgain, overwritten; empty: not wanted.</param>
    /// <param name="biasGradient">[Columns]; dL/dbias, overwritten; empty: not wanted.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, or buffers overlap that must not.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradients are half written.</exception>
    /// <remarks>
    /// With x̂ = (x − μ) r and g = gain · dy: <c>dx = r (g − mean(g) − x̂ · mean(g x̂))</c>, <c>dgain = Σ dy x̂</c> and <c>dbias = Σ dy</c> over the rows, which are summed in an
    /// order that does not depend on how many threads work.
    /// </remarks>
    public static unsafe void Backward(
        RowShape shape,
        ReadOnlySpan<float> x,
        ReadOnlySpan<float> gain,
        ReadOnlySpan<float> mean,
        ReadOnlySpan<float> reciprocalDeviation,
        ReadOnlySpan<float> yGradient,
        Span<float> xGradient,
        Span<float> gainGradient = default,
        Span<float> biasGradient = default,
        KernelOptions options = default)
    {
        CheckBackward(shape, x, gain, mean, reciprocalDeviation, yGradient, xGradient, gainGradient, biasGradient, options);
        PartialSums sums = new(shape);
        int threads = options.ThreadsFor(CostPerElementBackward * shape.Rows * shape.Columns);
        Scratch partials = Scratch.Rent((long)sums.Count * 2 * shape.Columns);
        try
        {
            fixed (float* dy = yGradient, input = x, g = gain, means = mean, reciprocals = reciprocalDeviation, dx = xGradient, dg = gainGradient, db = biasGradient)
            {
                Tiled.Run(new BackwardTiles(shape, dy, input, g, means, reciprocals, dx, partials.Start), threads, options);
                if (dg is not null)
                {
                    sums.Add(partials.Start, 2L * shape.Columns, dg, options);
                }

                if (db is not null)
                {
                    sums.Add(partials.Start + shape.Columns, 2L * shape.Columns, db, options);
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
        ReadOnlySpan<float> mean,
        ReadOnlySpan<float> reciprocalDeviation,
        ReadOnlySpan<float> yGradient,
        Span<float> xGradient,
        Span<float> gainGradient = default,
        Span<float> biasGradient = default)
    {
        CheckBackward(shape, x, gain, mean, reciprocalDeviation, yGradient, xGradient, gainGradient, biasGradient);
        gainGradient.Clear();
        biasGradient.Clear();
        for (int row = 0; row < shape.Rows; row++)
        {
            (float mu, float r) = (mean[row], reciprocalDeviation[row]);
            float meanOfG = 0, meanOfGX = 0;
            for (int j = 0; j < shape.Columns; j++)
            {
                int at = (row * shape.Columns) + j;
                float normal = (x[at] - mu) * r;
                float g = (gain.IsEmpty ? 1 : gain[j]) * yGradient[at];
                meanOfG += g / shape.Columns;
                meanOfGX += g * normal / shape.Columns;
                if (!gainGradient.IsEmpty)
                {
                    gainGradient[j] += yGradient[at] * normal;
                }

                if (!biasGradient.IsEmpty)
                {
                    biasGradient[j] += yGradient[at];
                }
            }

            for (int j = 0; j < shape.Columns && !xGradient.IsEmpty; j++)
            {
                int at = (row * shape.Columns) + j;
                float g = (gain.IsEmpty ? 1 : gain[j]) * yGradient[at];
                xGradient[at] = r * (g - meanOfG - ((x[at] - mu) * r * meanOfGX));
            }
        }
    }

    private static void CheckBackward(
        RowShape shape,
        ReadOnlySpan<float> x,
        ReadOnlySpan<float> gain,
        ReadOnlySpan<float> mean,
        ReadOnlySpan<float> reciprocalDeviation,
        ReadOnlySpan<float> yGradient,
        ReadOnlySpan<float> xGradient,
        ReadOnlySpan<float> gainGradient,
        ReadOnlySpan<float> biasGradient,
        KernelOptions options = default)
    {
        options.Check();
        shape.Check();
        Guard.Length(nameof(yGradient), yGradient.Length, shape.Rows, shape.Columns);
        Guard.Length(nameof(x), x.Length, shape.Rows, shape.Columns);
        Guard.LengthOrEmpty(nameof(gain), gain.Length, shape.Columns);
        Guard.Length(nameof(mean), mean.Length, shape.Rows);
        Guard.Length(nameof(reciprocalDeviation), reciprocalDeviation.Length, shape.Rows);
        Guard.LengthOrEmpty(nameof(xGradient), xGradient.Length, shape.Rows, shape.Columns);
        Guard.LengthOrEmpty(nameof(gainGradient), gainGradient.Length, shape.Columns);
        Guard.LengthOrEmpty(nameof(biasGradient), biasGradient.Length, shape.Columns);
        Guard.SameOrApart(nameof(xGradient), xGradient, nameof(yGradient), yGradient);
        Guard.SameOrApart(nameof(xGradient), xGradient, nameof(x), x);
        Guard.Apart(nameof(xGradient), xGradient, nameof(gain), gain);
        Guard.Apart(nameof(xGradient), xGradient, nameof(mean), mean);
        Guard.Apart(nameof(xGradient), xGradient, nameof(reciprocalDeviation), reciprocalDeviation);
        CheckSums(nameof(gainGradient), gainGradient, yGradient, x, gain, mean, reciprocalDeviation, xGradient);
        CheckSums(nameof(biasGradient), biasGradient, yGradient, x, gain, mean, reciprocalDeviation, xGradient);
        Guard.Apart(nameof(biasGradient), biasGradient, nameof(gainGradient), gainGradient);
    }

    private static void CheckSums(
        string name,
        ReadOnlySpan<float> sums,
        ReadOnlySpan<float> yGradient,
        ReadOnlySpan<float> x,
        ReadOnlySpan<float> gain,
        ReadOnlySpan<float> mean,
        ReadOnlySpan<float> reciprocalDeviation,
        ReadOnlySpan<float> xGradient)
    {
        Guard.Apart(name, sums, nameof(yGradient), yGradient);
        Guard.Apart(name, sums, nameof(x), x);
        Guard.Apart(name, sums, nameof(gain), gain);
        Guard.Apart(name, sums, nameof(mean), mean);
        Guard.Apart(name, sums, nameof(reciprocalDeviation), reciprocalDeviation);
        Guard.Apart(name, sums, nameof(xGradient), xGradient);
    }
}
