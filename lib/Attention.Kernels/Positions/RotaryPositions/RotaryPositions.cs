namespace Attention.Kernels;

/// <summary>Rotary position embedding: turns pairs of features by angles that grow with the position, so that the score of a query and a key depends on their distance only.</summary>
/// <remarks>
/// <c>(a, b) → (a cos θ − b sin θ, a sin θ + b cos θ)</c> with θ = position · base^(−2i/R) (Su et al. 2021, eq. 34). Queries and keys are turned, values are not.
/// A NaN spoils its pair and nothing else. An ∞ makes both of its pair infinite or NaN.
/// </remarks>
public static partial class RotaryPositions
{
    private const double CostPerElement = 10; // multiply–adds that take as long

    /// <summary>Turns every row by its position's angles.</summary>
    /// <param name="shape">The sizes that both buffers follow.</param>
    /// <param name="table">Cosines and sines; its width is at most a row's.</param>
    /// <param name="input">[B, H, N, D], or [B, N, H, D] by the shape's layout; queries or keys.</param>
    /// <param name="output">[B, H, N, D], laid out as the input; overwritten. May be <paramref name="input"/> itself; must not overlap it otherwise.</param>
    /// <param name="firstPositions">[B] or [1]; the position of each sequence's first row, such as the length of its cache. Empty: 0.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, the buffers overlap without being the same, or the table is too wide or too short; the message does the arithmetic.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the output is half written.</exception>
    public static unsafe void Forward(
        RotaryShape shape, RotaryTable table, ReadOnlySpan<float> input, Span<float> output, ReadOnlySpan<int> firstPositions = default, KernelOptions options = default)
    {
        Check(shape, table, nameof(input), input, nameof(output), output, firstPositions, options);
        fixed (float* x = input, y = output, cosines = table.Cosines, sines = table.Sines)
        fixed (int* first = firstPositions)
        {
            Run(new(shape, table, x, y, cosines, sines, first, firstPositions.Length, direction: 1), options);
        }
    }

    /// <summary>The rows of one head, turned, as a new matrix.</summary>
    /// <param name="rows">[N, D]; D is even unless a table is given.</param>
    /// <param name="firstPosition">The position of the first row.</param>
    /// <param name="table">Cosines and sines; when omitted, all features turn, halves together, with the base 10000.</param>
    /// <returns>[N, D]</returns>
    /// <exception cref="ArgumentException">The table is too wide or too short, or a size cannot be turned.</exception>
    public static float[,] Rotate(float[,] rows, int firstPosition = 0, RotaryTable? table = null)
    {
        ArgumentNullException.ThrowIfNull(rows);
        Guard.NotNegative(nameof(firstPosition), firstPosition);
        var turned = new float[rows.Rows(), rows.Columns()];
        table ??= new RotaryTable(Guard.Sum("positions", firstPosition, rows.Rows()), rows.Columns());
        Forward(new RotaryShape(1, 1, rows.Rows(), rows.Columns()), table, rows.AsSpan(), turned.AsSpan(), [firstPosition]);
        return turned;
    }

    private static void Check(
        RotaryShape shape,
        RotaryTable table,
        string inputName,
        ReadOnlySpan<float> input,
        string outputName,
        ReadOnlySpan<float> output,
        ReadOnlySpan<int> firstPositions,
        KernelOptions options)
    {
        ArgumentNullException.ThrowIfNull(table);
        options.Check();
        shape.Check();
        Guard.Length(inputName, input.Length, shape.Batch, shape.Heads, shape.Length, shape.Width);
        Guard.Length(outputName, output.Length, shape.Batch, shape.Heads, shape.Length, shape.Width);
        Guard.SameOrApart(outputName, output, inputName, input);
        if (table.Width > shape.Width)
        {
            throw new ArgumentException($"table: turns {table.Width} floats of rows that have {shape.Width}");
        }

        if (firstPositions.Length > 1 && firstPositions.Length != shape.Batch)
        {
            throw new ArgumentException($"firstPositions: expected B = {shape.Batch} of them, one for all, or none, got {firstPositions.Length}");
        }

        CheckReach(0, shape, table);
        foreach (int first in firstPositions)
        {
            Guard.NotNegative(nameof(firstPositions), first);
            CheckReach(first, shape, table);
        }
    }

    private static void CheckReach(int first, RotaryShape shape, RotaryTable table)
    {
        long end = (long)first + shape.Length;
        if (end > table.Positions)
        {
            throw new ArgumentException($"table: {first}+{shape.Length} = {end} positions, more than the {table.Positions} that it holds");
        }
    }
}
