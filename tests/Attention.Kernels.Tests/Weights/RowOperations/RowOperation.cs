namespace Attention.Kernels.Tests;

internal delegate void RowForward(RowShape shape, ReadOnlySpan<float> scores, Span<float> result, KernelOptions options);

internal delegate void RowBackward(RowShape shape, ReadOnlySpan<float> result, ReadOnlySpan<float> resultGradient, Span<float> scoresGradient, KernelOptions options);

/// <summary>An operation that turns each row of scores into a row of as many numbers, with all its forms and its oracle: one suite runs over every one of them.</summary>
internal sealed record RowOperation(
    string Name,
    RowForward Forward,
    RowForward ForwardNaive,
    RowBackward Backward,
    RowBackward BackwardNaive,
    Func<double[], int, Expected> Oracle,
    Func<double[], double[], int, Expected> BackwardOracle)
{
    /// <summary>Roundings on the longest way from the naive form's scores to its result, of the range of the finite scores and the number of columns.</summary>
    public required Func<double, int, double> Roundings { get; init; }

    /// <summary>The same of the naive gradient, of the number of columns.</summary>
    public required Func<int, double> BackwardRoundings { get; init; }

    public static readonly RowOperation[] All =
    [
        WarmSoftmax(0.7f),
        WarmSoftmax(1),
        WarmSoftmax(30),
        OfLogSoftmax(1),
        OfLogSoftmax(2.5f),
        new(
            "masked softmax",
            (shape, scores, weights, options) => MaskedSoftmax.Forward(shape, scores, Visible(shape), weights, options),
            (shape, scores, weights, _) => MaskedSoftmax.ForwardNaive(shape, scores, Visible(shape), weights),
            (shape, weights, slopes, gradient, options) => MaskedSoftmax.Backward(shape, weights, Visible(shape), slopes, gradient, options),
            (shape, weights, slopes, gradient, _) => MaskedSoftmax.BackwardNaive(shape, weights, Visible(shape), slopes, gradient),
            (scores, row) => Softmax([.. scores.Select((score, column) => IsVisible(row, column) ? score : double.NegativeInfinity)], 1),
            (weights, slopes, row) => SoftmaxOracle.Backward(1, weights.Length, weights, [.. slopes.Select((slope, column) => IsVisible(row, column) ? slope : 0)]))
        {
            Roundings = (range, columns) => SoftmaxRoundings(range, columns),
            BackwardRoundings = columns => columns + 4,
        },
        new(
            "softmax of lengths",
            (shape, scores, weights, options) => MaskedSoftmax.Forward(shape, scores, VisibleLengths(shape), weights, options),
            (shape, scores, weights, _) => MaskedSoftmax.ForwardNaive(shape, scores, VisibleLengths(shape), weights),
            (shape, weights, slopes, gradient, options) => MaskedSoftmax.Backward(shape, weights, VisibleLengths(shape), slopes, gradient, options),
            (shape, weights, slopes, gradient, _) => MaskedSoftmax.BackwardNaive(shape, weights, VisibleLengths(shape), slopes, gradient),
            (scores, row) => Softmax([.. scores.Select((score, column) => column < VisibleLength(row, scores.Length) ? score : double.NegativeInfinity)], 1),
            (weights, slopes, row) => SoftmaxOracle.Backward(1, weights.Length, weights, [.. slopes.Select((slope, column) => column < VisibleLength(row, slopes.Length) ? slope : 0)]))
        {
            Roundings = (range, columns) => SoftmaxRoundings(range, columns),
            BackwardRoundings = columns => columns + 4,
        },
        new(
            "sparsemax",
            Kernels.Sparsemax.Forward,
            (shape, scores, weights, _) => Kernels.Sparsemax.ForwardNaive(shape, scores, weights),
            Kernels.Sparsemax.Backward,
            (shape, weights, slopes, gradient, _) => Kernels.Sparsemax.BackwardNaive(shape, weights, slopes, gradient),
            (scores, _) => SimplexOracle.Sparsemax(scores),
            (weights, slopes, _) => SimplexOracle.SparsemaxBackward(weights, slopes))
        {
            Roundings = (_, columns) => columns + 6, // the sum of the sorted scores, and what is done with it
            BackwardRoundings = columns => columns + 3,
        },
        new(
            "entmax 1.5",
            Kernels.Entmax15.Forward,
            (shape, scores, weights, _) => Kernels.Entmax15.ForwardNaive(shape, scores, weights),
            Kernels.Entmax15.Backward,
            (shape, weights, slopes, gradient, _) => Kernels.Entmax15.BackwardNaive(shape, weights, slopes, gradient),
            (scores, _) => SimplexOracle.Entmax15(scores),
            (weights, slopes, _) => SimplexOracle.Entmax15Backward(weights, slopes))
        {
            // The sum of the squares less the square of the sum errs by as many roundings as there are columns; the root of it can be 1 / columns, and errs by that many times as much.
            Roundings = (_, columns) => (2.0 * columns * columns) + columns + 8,
            BackwardRoundings = columns => (2 * columns) + 6,
        },
    ];

    public static RowOperation Of(string name) => All.Single(operation => operation.Name == name);

    /// <summary>The results of all rows, in double precision.</summary>
    public Expected Rows(RowShape shape, float[] scores) => Join(shape, row => Oracle(Slice(scores, shape, row), row));

    /// <summary>The gradients of all rows, in double precision.</summary>
    public Expected BackwardRows(RowShape shape, float[] results, float[] slopes) => Join(shape, row => BackwardOracle(Slice(results, shape, row), Slice(slopes, shape, row), row));

    public float[] Results(RowShape shape, float[] scores, KernelOptions options)
    {
        float[] results = new float[scores.Length];
        Forward(shape, scores, results, options);
        return results;
    }

    private static RowOperation WarmSoftmax(float temperature) => new(
        $"softmax at {temperature}",
        (shape, scores, weights, options) => Kernels.Softmax.Forward(shape, scores, weights, At(temperature, options)),
        (shape, scores, weights, options) => Kernels.Softmax.ForwardNaive(shape, scores, weights, At(temperature, options)),
        (shape, weights, slopes, gradient, options) => Kernels.Softmax.Backward(shape, weights, slopes, gradient, At(temperature, options)),
        (shape, weights, slopes, gradient, options) => Kernels.Softmax.BackwardNaive(shape, weights, slopes, gradient, At(temperature, options)),
        (scores, _) => Softmax(scores, temperature),
        (weights, slopes, _) =>
        {
            Expected warm = SoftmaxOracle.Backward(1, weights.Length, weights, slopes);
            return new([.. warm.Values.Select(value => value / temperature)], [.. warm.Magnitudes.Select(value => value / temperature)]);
        })
    {
        Roundings = (range, columns) => SoftmaxRoundings(range / temperature, columns),
        BackwardRoundings = columns => columns + 5,
    };

    private static RowOperation OfLogSoftmax(float temperature) => new(
        $"log-softmax at {temperature}",
        (shape, scores, weights, options) => LogSoftmax.Forward(shape, scores, weights, At(temperature, options)),
        (shape, scores, weights, options) => LogSoftmax.ForwardNaive(shape, scores, weights, At(temperature, options)),
        (shape, weights, slopes, gradient, options) => LogSoftmax.Backward(shape, weights, slopes, gradient, At(temperature, options)),
        (shape, weights, slopes, gradient, options) => LogSoftmax.BackwardNaive(shape, weights, slopes, gradient, At(temperature, options)),
        (scores, _) => SimplexOracle.LogSoftmax(scores, temperature),
        (logWeights, slopes, _) => SimplexOracle.LogSoftmaxBackward(logWeights, slopes, temperature))
    {
        Roundings = (_, columns) => (2 * columns) + 6, // the exponentials' sum, of exponents that were rounded
        BackwardRoundings = columns => columns + 6,
    };

    /// <summary>How far the finite scores lie apart.</summary>
    public static double RangeOf(float[] scores)
    {
        double[] finite = [.. scores.Where(float.IsFinite).Select(score => (double)score)];
        return finite.Length == 0 ? 0 : finite.Max() - finite.Min();
    }

    /// <summary>The subtraction and the division round the exponent, and exp turns that into as many ulps; below −104 its result is 0 in any case. Then exp, sum and division.</summary>
    private static double SoftmaxRoundings(double range, int columns) => (2 * Math.Min(range, 104)) + columns + 3;

    private static SoftmaxOptions At(float temperature, SoftmaxOptions options) => options with { Temperature = temperature };

    private static Expected Softmax(double[] scores, double temperature) => new(SoftmaxOracle.Forward(1, scores.Length, Array.ConvertAll(scores, score => score / temperature)));

    /// <summary>Two thirds, and of the second row nothing.</summary>
    private static bool IsVisible(int row, int column) => row != 1 && ((column * 7) + row) % 3 != 0;

    private static bool[] Visible(RowShape shape) => [.. from row in Enumerable.Range(0, shape.Rows) from column in Enumerable.Range(0, shape.Columns) select IsVisible(row, column)];

    private static int VisibleLength(int row, int columns) => row switch
    {
        0 => columns,
        1 => 0,
        _ => columns * 2 / (row + 1),
    };

    private static int[] VisibleLengths(RowShape shape) => [.. Enumerable.Range(0, shape.Rows).Select(row => VisibleLength(row, shape.Columns))];

    private static double[] Slice(float[] values, RowShape shape, int row) => [.. values.AsSpan(row * shape.Columns, shape.Columns).ToArray().Select(value => (double)value)];

    private static Expected Join(RowShape shape, Func<int, Expected> ofRow)
    {
        Expected[] rows = [.. Enumerable.Range(0, shape.Rows).Select(ofRow)];
        return new([.. rows.SelectMany(row => row.Values)], [.. rows.SelectMany(row => row.Magnitudes)]);
    }
}
