namespace Attention.Kernels;

/// <summary>Scales each row to a root mean square of 1, and then by a learned gain: layer normalisation that does without the mean.</summary>
/// <remarks>
/// <c>yⱼ = gainⱼ xⱼ / √(mean of x² + ε)</c> over the row: Zhang and Sennrich 2019, eq. 4, with the ε that models add. A row that holds NaN becomes NaN
/// throughout; one that holds ±∞ becomes NaN there and 0 elsewhere.
/// </remarks>
public static partial class RmsNorm
{
    private const double CostPerElement = 16; // multiply–adds that take as long: one float is read and one written

    /// <summary>Normalises every row.</summary>
    /// <param name="shape">Rows and columns of <paramref name="x"/>.</param>
    /// <param name="x">[Rows, Columns]</param>
    /// <param name="gain">[Columns]; empty means ones.</param>
    /// <param name="y">[Rows, Columns]; overwritten. May be <paramref name="x"/> itself; must not overlap it otherwise, nor anything else.</param>
    /// <param name="reciprocalRoot">[Rows]; overwritten with 1 / √(mean of x² + ε) for the backward pass; empty: not wanted.</param>
    /// <param name="epsilon">ε, which keeps a row of zeros finite.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, buffers overlap that must not, or ε is negative or no number.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the outputs are half written.</exception>
    public static unsafe void Forward(
        RowShape shape,
        ReadOnlySpan<float> x,
        ReadOnlySpan<float> gain,
        Span<float> y,
        Span<float> reciprocalRoot = default,
        float epsilon = 1e-5f,
        KernelOptions options = default)
    {
        Check(shape, x, gain, y, reciprocalRoot, epsilon, options);
        WithoutColumns(shape, reciprocalRoot, epsilon);
        fixed (float* input = x, g = gain, output = y, reciprocals = reciprocalRoot)
        {
            Tiled.Run(new ForwardTiles(shape, input, g, output, reciprocals, epsilon), options.ThreadsFor(CostPerElement * shape.Rows * shape.Columns), options);
        }
    }

    /// <summary>Every row normalised, as a new matrix.</summary>
    /// <param name="x">[Rows, Columns]</param>
    /// <param name="gain">[Columns]; null means ones.</param>
    /// <param name="epsilon">ε, which keeps a row of zeros finite.</param>
    /// <returns>[Rows, Columns]</returns>
    /// <exception cref="ArgumentException">The gain is not as long as a row, or epsilon is out of range.</exception>
    public static float[,] Rows(float[,] x, float[]? gain = null, float epsilon = 1e-5f)
    {
        ArgumentNullException.ThrowIfNull(x);
        var y = new float[x.Rows(), x.Columns()];
        Forward(new RowShape(x.Rows(), x.Columns()), x.AsSpan(), gain, y.AsSpan(), epsilon: epsilon);
        return y;
    }

    /// <summary>Rows without an element have no mean square; they get that of zeros.</summary>
    private static void WithoutColumns(RowShape shape, Span<float> reciprocalRoot, float epsilon)
    {
        if (shape.Columns == 0)
        {
            reciprocalRoot.Fill(1 / MathF.Sqrt(epsilon));
        }
    }

    private static void Check(
        RowShape shape,
        ReadOnlySpan<float> x,
        ReadOnlySpan<float> gain,
        ReadOnlySpan<float> y,
        ReadOnlySpan<float> reciprocalRoot,
        float epsilon,
        KernelOptions options = default)
    {
        options.Check();
        shape.Check();
        Guard.NotNegative(nameof(epsilon), epsilon);
        Guard.Length(nameof(x), x.Length, shape.Rows, shape.Columns);
        Guard.LengthOrEmpty(nameof(gain), gain.Length, shape.Columns);
        Guard.Length(nameof(y), y.Length, shape.Rows, shape.Columns);
        Guard.LengthOrEmpty(nameof(reciprocalRoot), reciprocalRoot.Length, shape.Rows);
        Guard.SameOrApart(nameof(y), y, nameof(x), x);
        Guard.Apart(nameof(y), y, nameof(gain), gain);
        Guard.Apart(nameof(reciprocalRoot), reciprocalRoot, nameof(x), x);
        Guard.Apart(nameof(reciprocalRoot), reciprocalRoot, nameof(gain), gain);
        Guard.Apart(nameof(reciprocalRoot), reciprocalRoot, nameof(y), y);
    }
}
