namespace Attention.Kernels.Tests;

internal delegate void AxisForward(AxisShape shape, ReadOnlySpan<float> scores, Span<float> result, SoftmaxOptions options);

internal delegate void AxisBackward(AxisShape shape, ReadOnlySpan<float> result, ReadOnlySpan<float> resultGradient, Span<float> scoresGradient, SoftmaxOptions options);

/// <summary>An operation along any axis of an array, and what it is along the last one.</summary>
/// <param name="Rows">The same of every row, with its oracle.</param>
/// <param name="Temperature">Its temperature.</param>
/// <param name="Forward">Along an axis.</param>
/// <param name="ForwardNaive">Its naive form.</param>
/// <param name="Backward">Its gradient.</param>
/// <param name="BackwardNaive">The naive form of that.</param>
internal sealed record AxisOperation(
    RowOperation Rows, float Temperature, AxisForward Forward, AxisForward ForwardNaive, AxisBackward Backward, AxisBackward BackwardNaive)
{
    public static readonly AxisOperation[] All =
    [
        new(RowOperation.Of("softmax at 0.7"), 0.7f, Softmax.ForwardAlongAxis, Softmax.ForwardAlongAxisNaive, Softmax.BackwardAlongAxis, Softmax.BackwardAlongAxisNaive),
        new(RowOperation.Of("softmax at 1"), 1, Softmax.ForwardAlongAxis, Softmax.ForwardAlongAxisNaive, Softmax.BackwardAlongAxis, Softmax.BackwardAlongAxisNaive),
        new(RowOperation.Of("log-softmax at 1"), 1, LogSoftmax.ForwardAlongAxis, LogSoftmax.ForwardAlongAxisNaive, LogSoftmax.BackwardAlongAxis, LogSoftmax.BackwardAlongAxisNaive),
        new(RowOperation.Of("log-softmax at 2.5"), 2.5f, LogSoftmax.ForwardAlongAxis, LogSoftmax.ForwardAlongAxisNaive, LogSoftmax.BackwardAlongAxis, LogSoftmax.BackwardAlongAxisNaive),
    ];

    public string Name => $"{Rows.Name} along an axis";

    public static AxisOperation Of(string name) => All.Single(operation => operation.Name == name);

    public SoftmaxOptions At(SoftmaxOptions options) => options with { Temperature = Temperature };

    /// <summary>What the oracle says of every line.</summary>
    public static Expected Expect(AxisShape shape, Func<int[], Expected> ofLine)
    {
        Expected all = new(new double[shape.Outer * shape.Length * shape.Inner], new double[shape.Outer * shape.Length * shape.Inner]);
        foreach (int[] line in LinesOf(shape))
        {
            Expected one = ofLine(line);
            for (int j = 0; j < line.Length; j++)
            {
                (all.Values[line[j]], all.Magnitudes[line[j]]) = (one.Values[j], one.Magnitudes[j]);
            }
        }

        return all;
    }

    private static IEnumerable<int[]> LinesOf(AxisShape shape) =>
        from outer in Enumerable.Range(0, shape.Outer)
        from inner in Enumerable.Range(0, shape.Inner)
        select Enumerable.Range(0, shape.Length).Select(j => (((outer * shape.Length) + j) * shape.Inner) + inner).ToArray();
}
