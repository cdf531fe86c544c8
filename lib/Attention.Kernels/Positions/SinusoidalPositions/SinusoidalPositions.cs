using static System.FormattableString;

namespace Attention.Kernels;

/// <summary>Sinusoidal position encoding: every position a row of sines and cosines, of wavelengths from 2π to 2π · base.</summary>
/// <remarks>
/// <c>PE(position, 2i) = sin(position / base^(2i/D))</c>, <c>PE(position, 2i + 1) = cos(position / base^(2i/D))</c> (Vaswani et al. 2017, § 3.5). Nothing is learned, and so nothing
/// has a gradient; <see cref="LearnedPositions"/> adds the rows to a sequence. Where D is odd the last sine has no cosine.
/// </remarks>
public static partial class SinusoidalPositions
{
    private const double CostPerElement = 6; // multiply–adds that take as long

    /// <summary>Writes the encoding of neighbouring positions.</summary>
    /// <param name="shape">Rows: positions; Columns: D.</param>
    /// <param name="encoding">[Rows, Columns]; overwritten.</param>
    /// <param name="firstPosition">The position of the first row.</param>
    /// <param name="base">The longest wavelength over 2π.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">The buffer's length differs from its shape, the first position is negative, or the base is not a finite number above 1.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the encoding is half written.</exception>
    public static unsafe void Forward(RowShape shape, Span<float> encoding, int firstPosition = 0, double @base = 10000, KernelOptions options = default)
    {
        Check(shape, encoding, firstPosition, @base, options);
        fixed (float* e = encoding)
        {
            Tiled.Run(new ForwardTiles(shape, e, firstPosition, @base), options.ThreadsFor(CostPerElement * shape.Rows * shape.Columns), options);
        }
    }

    /// <summary>The encoding of the first positions, as a new matrix.</summary>
    /// <param name="positions">N</param>
    /// <param name="width">D</param>
    /// <returns>[N, D]</returns>
    /// <exception cref="ArgumentException">A size is negative.</exception>
    public static float[,] Rows(int positions, int width)
    {
        Guard.NotNegative(nameof(positions), positions);
        Guard.NotNegative(nameof(width), width);
        _ = Guard.Count("encoding", positions, width);
        var encoding = new float[positions, width];
        Forward(new RowShape(positions, width), encoding.AsSpan());
        return encoding;
    }

    private static void Check(RowShape shape, ReadOnlySpan<float> encoding, int firstPosition, double @base, KernelOptions options)
    {
        options.Check();
        shape.Check();
        Guard.Length(nameof(encoding), encoding.Length, shape.Rows, shape.Columns);
        Guard.NotNegative(nameof(firstPosition), firstPosition);
        if (!(@base > 1 && double.IsFinite(@base)))
        {
            throw new ArgumentException(Invariant($"{nameof(@base)}: expected a finite number above 1, got {@base}"));
        }
    }
}
