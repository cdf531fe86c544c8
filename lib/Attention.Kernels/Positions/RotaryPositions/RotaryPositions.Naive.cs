namespace Attention.Kernels;

public static partial class RotaryPositions
{
    /// <summary>Turns every row, written as the formula reads: what <see cref="Forward"/> is held against.</summary>
    /// <inheritdoc cref="Forward"/>
    public static void ForwardNaive(RotaryShape shape, RotaryTable table, ReadOnlySpan<float> input, Span<float> output, ReadOnlySpan<int> firstPositions = default)
    {
        Check(shape, table, nameof(input), input, nameof(output), output, firstPositions, default);
        TurnNaive(shape, table, input, output, firstPositions, direction: 1);
    }

    /// <summary>Turns every gradient back, written as the formula reads: what <see cref="Backward"/> is held against.</summary>
    /// <inheritdoc cref="Backward"/>
    public static void BackwardNaive(
        RotaryShape shape, RotaryTable table, ReadOnlySpan<float> outputGradient, Span<float> inputGradient, ReadOnlySpan<int> firstPositions = default)
    {
        Check(shape, table, nameof(outputGradient), outputGradient, nameof(inputGradient), inputGradient, firstPositions, default);
        TurnNaive(shape, table, outputGradient, inputGradient, firstPositions, direction: -1);
    }

    private static void TurnNaive(RotaryShape shape, RotaryTable table, ReadOnlySpan<float> input, Span<float> output, ReadOnlySpan<int> firstPositions, int direction)
    {
        bool halves = table.Pairs == RotaryPairs.Halves;
        input.CopyTo(output);
        for (int row = 0; row < shape.Rows; row++)
        {
            int first = firstPositions.IsEmpty ? 0 : firstPositions[firstPositions.Length == 1 ? 0 : shape.BatchOf(row)];
            int position = first + shape.PlaceOf(row);
            Span<float> y = output.Slice(row * shape.Width, shape.Width);
            for (int i = 0; i < table.Width / 2; i++)
            {
                int one = halves ? i : 2 * i;
                int two = halves ? i + (table.Width / 2) : (2 * i) + 1;
                double angle = direction * table.Angle(position, i);
                float cosine = (float)(table.Magnitude * Math.Cos(angle)), sine = (float)(table.Magnitude * Math.Sin(angle));
                (y[one], y[two]) = ((y[one] * cosine) - (y[two] * sine), (y[one] * sine) + (y[two] * cosine));
            }
        }
    }
}
