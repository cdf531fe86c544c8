namespace Attention.Kernels.Tests;

/// <summary>A score function, so that what all of them promise is tested on each.</summary>
/// <param name="Name">Of the kernel.</param>
/// <param name="Inputs">The names of its inputs, and how many floats each has.</param>
/// <param name="Forward">Inputs, scores.</param>
/// <param name="ForwardNaive">Inputs, scores.</param>
/// <param name="Backward">Inputs, gradient of the scores, gradients of the inputs.</param>
/// <param name="BackwardNaive">Inputs, gradient of the scores, gradients of the inputs.</param>
/// <param name="Record">The formula on a tape: inputs, row of the query, row of the key, and the score.</param>
internal sealed record ScoreKernel(
    string Name,
    Func<ScoreShape, (string Name, int Count)[]> Inputs,
    Action<ScoreShape, Memory<float>[], Memory<float>, KernelOptions> Forward,
    Action<ScoreShape, Memory<float>[], Memory<float>> ForwardNaive,
    Action<ScoreShape, Memory<float>[], Memory<float>, Memory<float>[], KernelOptions> Backward,
    Action<ScoreShape, Memory<float>[], Memory<float>, Memory<float>[]> BackwardNaive,
    Func<Tape, ScoreShape, Term[][], int, int, Term> Record)
{
    private const float Temperature = 0.3f;

    public static readonly ScoreKernel[] All =
    [
        new(
            nameof(DotScore),
            s => [Query(s), Key(s)],
            (s, x, y, o) => DotScore.Forward(s, x[0].Span, x[1].Span, y.Span, o),
            (s, x, y) => DotScore.ForwardNaive(s, x[0].Span, x[1].Span, y.Span),
            (s, x, dy, dx, o) => DotScore.Backward(s, x[0].Span, x[1].Span, dy.Span, dx[0].Span, dx[1].Span, o),
            (s, x, dy, dx) => DotScore.BackwardNaive(s, x[0].Span, x[1].Span, dy.Span, dx[0].Span, dx[1].Span),
            (tape, s, x, i, j) => tape.Dot(Row(x[0], i, s.QueryWidth), Row(x[1], j, s.KeyWidth))),
        new(
            nameof(ScaledDotScore),
            s => [Query(s), Key(s)],
            (s, x, y, o) => ScaledDotScore.Forward(s, x[0].Span, x[1].Span, y.Span, o),
            (s, x, y) => ScaledDotScore.ForwardNaive(s, x[0].Span, x[1].Span, y.Span),
            (s, x, dy, dx, o) => ScaledDotScore.Backward(s, x[0].Span, x[1].Span, dy.Span, dx[0].Span, dx[1].Span, o),
            (s, x, dy, dx) => ScaledDotScore.BackwardNaive(s, x[0].Span, x[1].Span, dy.Span, dx[0].Span, dx[1].Span),
            (tape, s, x, i, j) => tape.Dot(Row(x[0], i, s.QueryWidth), Row(x[1], j, s.KeyWidth)) * (1 / Math.Sqrt(s.QueryWidth))),
        new(
            nameof(GeneralScore),
            s => [Query(s), Key(s), ("weight", s.QueryWidth * s.KeyWidth)],
            (s, x, y, o) => GeneralScore.Forward(s, x[0].Span, x[1].Span, x[2].Span, y.Span, o),
            (s, x, y) => GeneralScore.ForwardNaive(s, x[0].Span, x[1].Span, x[2].Span, y.Span),
            (s, x, dy, dx, o) => GeneralScore.Backward(s, x[0].Span, x[1].Span, x[2].Span, dy.Span, dx[0].Span, dx[1].Span, dx[2].Span, o),
            (s, x, dy, dx) => GeneralScore.BackwardNaive(s, x[0].Span, x[1].Span, x[2].Span, dy.Span, dx[0].Span, dx[1].Span, dx[2].Span),
            (tape, s, x, i, j) =>
                tape.Dot(Row(x[0], i, s.QueryWidth), [.. Enumerable.Range(0, s.QueryWidth).Select(row => tape.Dot(Row(x[2], row, s.KeyWidth), Row(x[1], j, s.KeyWidth)))])),
        new(
            nameof(LocationScore),
            s => [Query(s), ("weight", s.Keys * s.QueryWidth)],
            (s, x, y, o) => LocationScore.Forward(s, x[0].Span, x[1].Span, y.Span, o),
            (s, x, y) => LocationScore.ForwardNaive(s, x[0].Span, x[1].Span, y.Span),
            (s, x, dy, dx, o) => LocationScore.Backward(s, x[0].Span, x[1].Span, dy.Span, dx[0].Span, dx[1].Span, o),
            (s, x, dy, dx) => LocationScore.BackwardNaive(s, x[0].Span, x[1].Span, dy.Span, dx[0].Span, dx[1].Span),
            (tape, s, x, i, j) => tape.Dot(Row(x[0], i, s.QueryWidth), Row(x[1], j % s.Keys, s.QueryWidth))),
        new(
            nameof(CosineScore),
            s => [Query(s), Key(s)],
            (s, x, y, o) => CosineScore.Forward(s, x[0].Span, x[1].Span, y.Span, Temperature, o),
            (s, x, y) => CosineScore.ForwardNaive(s, x[0].Span, x[1].Span, y.Span, Temperature),
            (s, x, dy, dx, o) => CosineScore.Backward(s, x[0].Span, x[1].Span, dy.Span, dx[0].Span, dx[1].Span, Temperature, o),
            (s, x, dy, dx) => CosineScore.BackwardNaive(s, x[0].Span, x[1].Span, dy.Span, dx[0].Span, dx[1].Span, Temperature),
            (tape, s, x, i, j) => Cosine(tape, Row(x[0], i, s.QueryWidth), Row(x[1], j, s.KeyWidth)) * (1 / (double)Temperature)),
        new(
            nameof(AdditiveScore),
            s => [Query(s), Key(s), ("queryWeight", s.Hidden * s.QueryWidth), ("keyWeight", s.Hidden * s.KeyWidth), ("bias", s.Hidden), ("vector", s.Hidden)],
            (s, x, y, o) => AdditiveScore.Forward(s, x[0].Span, x[1].Span, x[2].Span, x[3].Span, x[4].Span, x[5].Span, y.Span, o),
            (s, x, y) => AdditiveScore.ForwardNaive(s, x[0].Span, x[1].Span, x[2].Span, x[3].Span, x[4].Span, x[5].Span, y.Span),
            (s, x, dy, dx, o) => AdditiveScore.Backward(
                s, x[0].Span, x[1].Span, x[2].Span, x[3].Span, x[4].Span, x[5].Span, dy.Span, dx[0].Span, dx[1].Span, dx[2].Span, dx[3].Span, dx[4].Span, dx[5].Span, o),
            (s, x, dy, dx) => AdditiveScore.BackwardNaive(
                s, x[0].Span, x[1].Span, x[2].Span, x[3].Span, x[4].Span, x[5].Span, dy.Span, dx[0].Span, dx[1].Span, dx[2].Span, dx[3].Span, dx[4].Span, dx[5].Span),
            (tape, s, x, i, j) => tape.Dot(
                x[5],
                [.. Enumerable.Range(0, s.Hidden).Select(a =>
                    (tape.Dot(Row(x[2], a, s.QueryWidth), Row(x[0], i, s.QueryWidth)) + tape.Dot(Row(x[3], a, s.KeyWidth), Row(x[1], j, s.KeyWidth)) + x[4][a]).Tanh())])),
        new(
            nameof(ConcatScore),
            s => [Query(s), Key(s), ("weight", s.Hidden * (s.QueryWidth + s.KeyWidth)), ("vector", s.Hidden)],
            (s, x, y, o) => ConcatScore.Forward(s, x[0].Span, x[1].Span, x[2].Span, x[3].Span, y.Span, o),
            (s, x, y) => ConcatScore.ForwardNaive(s, x[0].Span, x[1].Span, x[2].Span, x[3].Span, y.Span),
            (s, x, dy, dx, o) => ConcatScore.Backward(s, x[0].Span, x[1].Span, x[2].Span, x[3].Span, dy.Span, dx[0].Span, dx[1].Span, dx[2].Span, dx[3].Span, o),
            (s, x, dy, dx) => ConcatScore.BackwardNaive(s, x[0].Span, x[1].Span, x[2].Span, x[3].Span, dy.Span, dx[0].Span, dx[1].Span, dx[2].Span, dx[3].Span),
            (tape, s, x, i, j) => tape.Dot(
                x[3],
                [.. Enumerable.Range(0, s.Hidden).Select(a =>
                    tape.Dot(Row(x[2], a, s.QueryWidth + s.KeyWidth), [.. Row(x[0], i, s.QueryWidth), .. Row(x[1], j, s.KeyWidth)]).Tanh())])),
    ];

    public static ScoreKernel Of(string name) => All.Single(kernel => kernel.Name == name);

    public bool AsksForEqualWidths => Name is nameof(DotScore) or nameof(ScaledDotScore) or nameof(CosineScore);

    public override string ToString() => Name;

    private static (string Name, int Count) Query(ScoreShape shape) => ("query", shape.Batch * shape.Queries * shape.QueryWidth);

    private static (string Name, int Count) Key(ScoreShape shape) => ("key", shape.Batch * shape.Keys * shape.KeyWidth);

    private static ReadOnlySpan<Term> Row(Term[] matrix, int row, int width) => matrix.AsSpan(row * width, width);

    private static Term Cosine(Tape tape, ReadOnlySpan<Term> a, ReadOnlySpan<Term> b)
    {
        Term squares = tape.Dot(a, a), otherSquares = tape.Dot(b, b);
        return squares.Value.Value * otherSquares.Value.Value == 0 ? tape.Constant(0) : tape.Dot(a, b) / squares.Sqrt() / otherSquares.Sqrt();
    }
}
