namespace Attention.Kernels;

/// <summary>Moves and scales each row to mean 0 and deviation 1, and then by a learned gain and bias.</summary>
/// <remarks>
/// <c>yⱼ = gainⱼ (xⱼ − μ) / √(σ² + ε) + biasⱼ</c> with μ and σ² = mean of (x − μ)² over the row: Ba, Kiros and Hinton 2016, eq. 4. The mean is taken first and then corrected by
/// what rounding left of it, so that a row whose mean is far larger than its deviation loses nothing beyond what its floats have lost. A row that holds NaN or ±∞ becomes
/// NaN throughout.
/// </remarks>
public static partial class LayerNorm
{
    private const double CostPerElement = 16; // multiply–adds that take as long: one float is read and one written

    /// <summary>Normalises every row.</summary>
    /// <param name="shape">Rows and columns of <paramref name="x"/>.</param>
    /// <param name="x">[Rows, Columns]</param>
    /// <param name="gain">[Columns]; empty means ones.</param>
    /// <param name="bias">[Columns]; empty means zeros.</param>
    /// <param name="y">[Rows, Columns]; overwritten. May be <paramref name="x"/> itself; must not overlap it otherwise, nor anything else.</param>
    /// <param name="mean">[Rows]; overwritten with μ for the backward pass; empty: not wanted.</param>
    /// <param name="reciprocalDeviation">[Rows]; overwritten with 1 / √(σ² + ε) for the backward pass; empty: not wanted.</param>
    /// <param name="epsilon">ε, which keeps a row of equal values finite.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, buffers overlap that must not, or ε is negative or no number.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the outputs are half written.</exception>
    public static unsafe void Forward(
        RowShape shape,
        ReadOnlySpan<float> x,
        ReadOnlySpan<float> gain,
        ReadOnlySpan<float> bias,
        Span<float> y,
        Span<float> mean = default,
        Span<float> reciprocalDeviation = default,
        float epsilon = 1e-5f,
        KernelOptions options = default)
    {
        Check(shape, x, gain, bias, y, mean, reciprocalDeviation, epsilon, options);
        fixed (float* input = x, g = gain, b = bias, output = y, means = mean, reciprocals = reciprocalDeviation)
        {
            ForwardTiles tiles = new(shape, input, g, b, output, means, reciprocals, epsilon);
            Tiled.Run(tiles, options.ThreadsFor(CostPerElement * shape.Rows * shape.Columns), options);
        }

        WithoutColumns(shape, mean, reciprocalDeviation, epsilon);
    }

    /// <summary>Every row normalised, as a new matrix.</summary>
    /// <param name="x">[Rows, Columns]</param>
    /// <param name="gain">[Columns]; null means ones.</param>
    /// <param name="bias">[Columns]; null means zeros.</param>
    /// <param name="epsilon">ε, which keeps a row of equal values finite.</param>
    /// <returns>[Rows, Columns]</returns>
    /// <exception cref="ArgumentException">A gain or bias is not as long as a row, or epsilon is out of range.</exception>
    public static float[,] Rows(float[,] x, float[]? gain = null, float[]? bias = null, float epsilon = 1e-5f)
    {
        ArgumentNullException.ThrowIfNull(x);
        var y = new float[x.Rows(), x.Columns()];
        Forward(new RowShape(x.Rows(), x.Columns()), x.AsSpan(), gain, bias, y.AsSpan(), epsilon: epsilon);
        return y;
    }

    /// <summary>Rows without an element have no mean; they get that of zeros.</summary>
    private static void WithoutColumns(RowShape shape, Span<float> mean, Span<float> reciprocalDeviation, float epsilon)
    {
        if (shape.Columns == 0)
        {
            mean.Clear();
            reciprocalDeviation.Fill(1 / MathF.Sqrt(epsilon));
        }
    }

    private static void Check(
        RowShape shape,
        ReadOnlySpan<float> x,
        ReadOnlySpan<float> gain,
        ReadOnlySpan<float> bias,
        ReadOnlySpan<float> y,
        ReadOnlySpan<float> mean,
        ReadOnlySpan<float> reciprocalDeviation,
        float epsilon,
        KernelOptions options = default)
    {
        options.Check();
        shape.Check();
        Guard.NotNegative(nameof(epsilon), epsilon);
        Guard.Length(nameof(x), x.Length, shape.Rows, shape.Columns);
        Guard.LengthOrEmpty(nameof(gain), gain.Length, shape.Columns);
        Guard.LengthOrEmpty(nameof(bias), bias.Length, shape.Columns);
        Guard.Length(nameof(y), y.Length, shape.Rows, shape.Columns);
        Guard.LengthOrEmpty(nameof(mean), mean.Length, shape.Rows);
        Guard.LengthOrEmpty(nameof(reciprocalDeviation), reciprocalDeviation.Length, shape.Rows);
        Guard.SameOrApart(nameof(y), y, nameof(x), x);
        Guard.Apart(nameof(y), y, nameof(gain), gain);
        Guard.Apart(nameof(y), y, nameof(bias), bias);
        Guard.Apart(nameof(mean), mean, nameof(x), x);
        Guard.Apart(nameof(mean), mean, nameof(gain), gain);
        Guard.Apart(nameof(mean), mean, nameof(bias), bias);
        Guard.Apart(nameof(mean), mean, nameof(y), y);
        Guard.Apart(nameof(reciprocalDeviation), reciprocalDeviation, nameof(x), x);
        Guard.Apart(nameof(reciprocalDeviation), reciprocalDeviation, nameof(gain), gain);
        Guard.Apart(nameof(reciprocalDeviation), reciprocalDeviation, nameof(bias), bias);
        Guard.Apart(nameof(reciprocalDeviation), reciprocalDeviation, nameof(y), y);
        Guard.Apart(nameof(reciprocalDeviation), reciprocalDeviation, nameof(mean), mean);
    }
}
