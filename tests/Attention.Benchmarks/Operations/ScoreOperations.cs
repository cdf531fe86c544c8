using Attention.Kernels;

namespace Attention.Benchmarks;

/// <summary>From queries and keys to scores.</summary>
internal static class ScoreOperations
{
    private const string Products = "8x512x64";
    private const string Hiddens = "2x256x64 hidden 64";

    private static readonly ScoreShape Shape = new(8, 512, 512, 64, 64);
    private static readonly ScoreShape HiddenShape = new(2, 256, 256, 64, 64, 64);
    private static readonly int Rows = Shape.Batch * Shape.Queries * Shape.QueryWidth;
    private static readonly int Scores = Shape.Batch * Shape.Queries * Shape.Keys;
    private static readonly int Matrix = Shape.QueryWidth * Shape.KeyWidth;
    private static readonly int Table = Shape.Keys * Shape.QueryWidth;
    private static readonly int HiddenRows = HiddenShape.Batch * HiddenShape.Queries * HiddenShape.QueryWidth;
    private static readonly int HiddenScores = HiddenShape.Batch * HiddenShape.Queries * HiddenShape.Keys;
    private static readonly int A = HiddenShape.Hidden;

    /// <summary>One product of all queries with all keys.</summary>
    private static double Product => 2.0 * Scores * Shape.QueryWidth;

    /// <summary>One product of all queries with the weight.</summary>
    private static double Projection => 2.0 * Rows * Shape.KeyWidth;

    /// <summary>One product of all queries, or keys, with their half of the hidden layer's weight.</summary>
    private static double HiddenProjection => 2.0 * HiddenRows * A;

    /// <summary>The hidden units of all pairs; each is a tanh.</summary>
    private static double Units => (double)HiddenScores * A;

    /// <summary>Per unit a sum and a product with the vector.</summary>
    private static Work HiddenForward => new((3 * Units) + (2 * HiddenProjection), Units);

    /// <summary>The unit again, its derivative, and three sums: by query, by key and of the vector.</summary>
    private static Work HiddenBackward => new((10 * Units) + (6 * HiddenProjection), Units);

    internal static IEnumerable<Operation> All =>
    [
        Pair("DotScore.Forward", Product, (q, k, s, o) => DotScore.Forward(Shape, q, k, s, o)),
        PairBack("DotScore.Backward", 2 * Product, (q, k, g, dq, dk, o) => DotScore.Backward(Shape, q, k, g, dq, dk, o)),
        Pair("ScaledDotScore.Forward", Product, (q, k, s, o) => ScaledDotScore.Forward(Shape, q, k, s, o)),
        PairBack("ScaledDotScore.Backward", 2 * Product, (q, k, g, dq, dk, o) => ScaledDotScore.Backward(Shape, q, k, g, dq, dk, o)),
        Pair("CosineScore.Forward", Product, (q, k, s, o) => CosineScore.Forward(Shape, q, k, s, options: o)),
        PairBack("CosineScore.Backward", 2 * Product, (q, k, g, dq, dk, o) => CosineScore.Backward(Shape, q, k, g, dq, dk, options: o)),
        new("GeneralScore.Forward", Products, new Work(Product + Projection), b =>
        {
            FloatBuffer q = b.Normal(Rows), k = b.Normal(Rows), w = b.Normal(Matrix), s = b.Result(Scores);
            return () => GeneralScore.Forward(Shape, q.Span, k.Span, w.Span, s.Span, b.Options);
        }),
        new("GeneralScore.Backward", Products, new Work((2 * Product) + (3 * Projection)), b =>
        {
            FloatBuffer q = b.Normal(Rows), k = b.Normal(Rows), w = b.Normal(Matrix), g = b.Normal(Scores), dq = b.Result(Rows), dk = b.Result(Rows), dw = b.Result(Matrix);
            return () => GeneralScore.Backward(Shape, q.Span, k.Span, w.Span, g.Span, dq.Span, dk.Span, dw.Span, b.Options);
        }),
        new("LocationScore.Forward", Products, new Work(Product), b =>
        {
            FloatBuffer q = b.Normal(Rows), w = b.Normal(Table), s = b.Result(Scores);
            return () => LocationScore.Forward(Shape, q.Span, w.Span, s.Span, b.Options);
        }),
        new("LocationScore.Backward", Products, new Work(2 * Product), b =>
        {
            FloatBuffer q = b.Normal(Rows), w = b.Normal(Table), g = b.Normal(Scores), dq = b.Result(Rows), dw = b.Result(Table);
            return () => LocationScore.Backward(Shape, q.Span, w.Span, g.Span, dq.Span, dw.Span, b.Options);
        }),
        new("ConcatScore.Forward", Hiddens, HiddenForward, b =>
        {
            FloatBuffer q = b.Normal(HiddenRows), k = b.Normal(HiddenRows), w = b.Weight(A * 128, 128), v = b.Normal(A), s = b.Result(HiddenScores);
            return () => ConcatScore.Forward(HiddenShape, q.Span, k.Span, w.Span, v.Span, s.Span, b.Options);
        }),
        new("ConcatScore.Backward", Hiddens, HiddenBackward, b =>
        {
            FloatBuffer q = b.Normal(HiddenRows), k = b.Normal(HiddenRows), w = b.Weight(A * 128, 128), v = b.Normal(A), g = b.Normal(HiddenScores);
            FloatBuffer dq = b.Result(HiddenRows), dk = b.Result(HiddenRows), dw = b.Result(A * 128), dv = b.Result(A);
            return () => ConcatScore.Backward(HiddenShape, q.Span, k.Span, w.Span, v.Span, g.Span, dq.Span, dk.Span, dw.Span, dv.Span, b.Options);
        }),
        new("AdditiveScore.Forward", Hiddens, HiddenForward, b =>
        {
            FloatBuffer q = b.Normal(HiddenRows), k = b.Normal(HiddenRows), w = b.Weight(A * 64, 64), u = b.Weight(A * 64, 64), bias = b.Normal(A), v = b.Normal(A), s = b.Result(HiddenScores);
            return () => AdditiveScore.Forward(HiddenShape, q.Span, k.Span, w.Span, u.Span, bias.Span, v.Span, s.Span, b.Options);
        }),
        new("AdditiveScore.Backward", Hiddens, HiddenBackward, b =>
        {
            FloatBuffer q = b.Normal(HiddenRows), k = b.Normal(HiddenRows), w = b.Weight(A * 64, 64), u = b.Weight(A * 64, 64), bias = b.Normal(A), v = b.Normal(A), g = b.Normal(HiddenScores);
            FloatBuffer dq = b.Result(HiddenRows), dk = b.Result(HiddenRows), dw = b.Result(A * 64), du = b.Result(A * 64), db = b.Result(A), dv = b.Result(A);
            return () => AdditiveScore.Backward(
                HiddenShape, q.Span, k.Span, w.Span, u.Span, bias.Span, v.Span, g.Span, dq.Span, dk.Span, dw.Span, du.Span, db.Span, dv.Span, b.Options);
        }),
    ];

    private delegate void Score(ReadOnlySpan<float> query, ReadOnlySpan<float> key, Span<float> scores, KernelOptions options);

    private delegate void ScoreBack(
        ReadOnlySpan<float> query, ReadOnlySpan<float> key, ReadOnlySpan<float> scoresGradient, Span<float> queryGradient, Span<float> keyGradient, KernelOptions options);

    private static Operation Pair(string member, double flops, Score score) => new(member, Products, new Work(flops), b =>
    {
        FloatBuffer q = b.Normal(Rows), k = b.Normal(Rows), s = b.Result(Scores);
        return () => score(q.Span, k.Span, s.Span, b.Options);
    });

    private static Operation PairBack(string member, double flops, ScoreBack back) => new(member, Products, new Work(flops), b =>
    {
        FloatBuffer q = b.Normal(Rows), k = b.Normal(Rows), g = b.Normal(Scores), dq = b.Result(Rows), dk = b.Result(Rows);
        return () => back(q.Span, k.Span, g.Span, dq.Span, dk.Span, b.Options);
    });
}
