namespace Attention.Kernels;

/// <summary>Learned position embedding: the row of a table is added to what stands at its position (Gehring et al. 2017; Vaswani et al. 2017, § 3.5).</summary>
/// <remarks>
/// <c>output[b, n] = input[b, n] + table[first + n]</c>. The table may hold anything, the rows of <see cref="SinusoidalPositions"/> too. The input's gradient is the output's,
/// unchanged. Numbers are added as they are: NaN and ∞ stay where they stand.
/// </remarks>
public static partial class LearnedPositions
{
    private const double CostPerElement = 10; // multiply–adds that take as long

    /// <summary>Adds the table's rows to every sequence.</summary>
    /// <param name="shape">The sizes that all buffers follow.</param>
    /// <param name="input">[B, N, D]</param>
    /// <param name="table">[P, D]</param>
    /// <param name="output">[B, N, D]; overwritten. May be <paramref name="input"/> itself; must not overlap an input otherwise.</param>
    /// <param name="firstPosition">The row of the table that the first row of each sequence gets.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, buffers overlap, or the table is too short; the message does the arithmetic.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the output is half written.</exception>
    public static unsafe void Forward(
        PositionShape shape, ReadOnlySpan<float> input, ReadOnlySpan<float> table, Span<float> output, int firstPosition = 0, KernelOptions options = default)
    {
        Check(shape, input, table, output, firstPosition, options);
        fixed (float* x = input, t = table, y = output)
        {
            var tiles = new ForwardTiles(shape, x, t + ((long)firstPosition * shape.Width), y);
            Tiled.Run(tiles, options.ThreadsFor(CostPerElement * shape.Batch * shape.Length * shape.Width), options);
        }
    }

    /// <summary>The same in plain loops: what <see cref="Forward"/> is held against.</summary>
    /// <inheritdoc cref="Forward"/>
    public static void ForwardNaive(PositionShape shape, ReadOnlySpan<float> input, ReadOnlySpan<float> table, Span<float> output, int firstPosition = 0)
    {
        Check(shape, input, table, output, firstPosition, default);
        (int n, int d) = (shape.Length, shape.Width);
        for (int b = 0; b < shape.Batch; b++)
        {
            for (int i = 0; i < n * d; i++)
            {
                output[(b * n * d) + i] = input[(b * n * d) + i] + table[(firstPosition * d) + i];
            }
        }
    }

    /// <summary>A sequence with its positions added, as a new matrix.</summary>
    /// <param name="sequence">[N, D]</param>
    /// <param name="table">[P, D]; at least N rows.</param>
    /// <returns>[N, D]</returns>
    /// <exception cref="ArgumentException">The table is too short, or of another width.</exception>
    public static float[,] Add(float[,] sequence, float[,] table)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        ArgumentNullException.ThrowIfNull(table);
        if (table.Columns() != sequence.Columns())
        {
            throw new ArgumentException($"table: expected rows as wide as the sequence's, {sequence.Columns()}, got {table.Columns()}");
        }

        var output = new float[sequence.Rows(), sequence.Columns()];
        Forward(new PositionShape(1, sequence.Rows(), sequence.Columns(), table.Rows()), sequence.AsSpan(), table.AsSpan(), output.AsSpan());
        return output;
    }

    private static void Check(
        PositionShape shape, ReadOnlySpan<float> input, ReadOnlySpan<float> table, ReadOnlySpan<float> output, int firstPosition, KernelOptions options)
    {
        options.Check();
        shape.Check();
        Guard.Length(nameof(input), input.Length, shape.Batch, shape.Length, shape.Width);
        Guard.Length(nameof(table), table.Length, shape.Positions, shape.Width);
        Guard.Length(nameof(output), output.Length, shape.Batch, shape.Length, shape.Width);
        Guard.SameOrApart(nameof(output), output, nameof(input), input);
        Guard.Apart(nameof(output), output, nameof(table), table);
        CheckReach(shape, firstPosition);
    }

    private static void CheckReach(PositionShape shape, int firstPosition)
    {
        Guard.NotNegative(nameof(firstPosition), firstPosition);
        long end = (long)firstPosition + shape.Length;
        if (end > shape.Positions)
        {
            throw new ArgumentException($"table: {firstPosition}+{shape.Length} = {end} positions, more than the {shape.Positions} that it holds");
        }
    }
}
