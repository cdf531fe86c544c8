using Attention.Kernels;

namespace Attention.Benchmarks;

/// <summary>The other kinds of attention: linear, local, relative.</summary>
internal static class OtherAttentionOperations
{
    private const string Sizes = "1x8x1024x64";
    private const string LocalSizes = $"{Sizes} radius 64";
    private const string RelativeSizes = "1x8x512x64 keys 1024";
    private const string PredictorSizes = "4096x256 hidden 256";

    private static readonly AttentionShape Shape = new(1, 8, 8, 1024, 1024, 64, 64);
    private static readonly int Count = Shape.QueryCount;
    private static readonly LinearAttentionForm Causal = new() { Causal = true };
    private static readonly LocalWindow Window = new(64);
    private static readonly PositionPredictorShape Predictor = new(4096, 256, 256, 4096);
    private static readonly int States = Predictor.Rows * Predictor.Width;
    private static readonly int Matrix = Predictor.Hidden * Predictor.Width;
    private static readonly AttentionShape Remembering = Shape with { Queries = 512 };

    /// <summary>Of all keys in a query's window; a few fewer at both ends.</summary>
    private static double LocalPairs => (double)Shape.RowCount * ((2 * Window.Radius) + 1);

    /// <summary>The memory, and of the segment itself what is not the future.</summary>
    private static double RelativePairs => Remembering.RowCount * (Remembering.Keys - ((Remembering.Queries - 1) / 2.0));

    /// <summary>One product of a row with a D×D state, for all rows.</summary>
    private static double StateProduct => 2.0 * Count * Shape.ValueWidth;

    private static double Units => (double)Predictor.Rows * Predictor.Hidden;

    internal static IEnumerable<Operation> All =>
    [
        Linear(default),
        Linear(Causal) with { Variant = "causal" },
        new("LinearAttention.ForwardRecurrent", Sizes, new Work(2 * StateProduct), b =>
        {
            FloatBuffer q = b.Normal(Count), k = b.Normal(Count), v = b.Normal(Count), o = b.Result(Count);
            return () => LinearAttention.ForwardRecurrent(Shape, q.Span, k.Span, v.Span, o.Span, options: b.Options);
        }),
        LinearBack(default),
        LinearBack(Causal) with { Variant = "causal" },
        new("LocalAttention.Forward", LocalSizes, AttentionOperations.Forward(LocalPairs, Shape.Width), b =>
        {
            FloatBuffer q = b.Normal(Count), k = b.Normal(Count), v = b.Normal(Count), o = b.Result(Count);
            return () => LocalAttention.Forward(Shape, Window, q.Span, k.Span, v.Span, [], o.Span, options: b.Options);
        }),
        new("LocalAttention.Backward", LocalSizes, AttentionOperations.Backward(LocalPairs, Shape.Width), b =>
        {
            FloatBuffer q = b.Normal(Count), k = b.Normal(Count), v = b.Normal(Count), o = b.Result(Count), l = b.Result(Shape.RowCount), g = b.Normal(Count);
            FloatBuffer dq = b.Result(Count), dk = b.Result(Count), dv = b.Result(Count);
            LocalAttention.Forward(Shape, Window, q.Span, k.Span, v.Span, [], o.Span, l.Span, b.Options);
            return () => LocalAttention.Backward(Shape, Window, q.Span, k.Span, v.Span, [], l.Span, g.Span, dq.Span, dk.Span, dv.Span, options: b.Options);
        }),
        new("PositionPredictor.Forward", PredictorSizes, new Work(2.0 * States * Predictor.Hidden, Units), b =>
        {
            FloatBuffer state = b.Normal(States), weight = b.Weight(Matrix, Predictor.Width), vector = b.Weight(Predictor.Hidden, Predictor.Hidden), position = b.Result(Predictor.Rows);
            return () => PositionPredictor.Forward(Predictor, state.Span, weight.Span, vector.Span, position.Span, b.Options);
        }),
        new("PositionPredictor.Backward", PredictorSizes, new Work(6.0 * States * Predictor.Hidden, Units), b =>
        {
            FloatBuffer state = b.Normal(States), weight = b.Weight(Matrix, Predictor.Width), vector = b.Weight(Predictor.Hidden, Predictor.Hidden), position = b.Result(Predictor.Rows);
            FloatBuffer g = b.Normal(Predictor.Rows), dState = b.Result(States), dWeight = b.Result(Matrix), dVector = b.Result(Predictor.Hidden);
            PositionPredictor.Forward(Predictor, state.Span, weight.Span, vector.Span, position.Span, b.Options);
            return () => PositionPredictor.Backward(
                Predictor, state.Span, weight.Span, vector.Span, position.Span, g.Span, dState.Span, dWeight.Span, dVector.Span, b.Options);
        }),
        new("RelativeAttention.Forward", RelativeSizes, new Work(6 * RelativePairs * Shape.Width, RelativePairs), b =>
        {
            FloatBuffer[] x = RelativeInputs(b);
            FloatBuffer o = b.Result(Remembering.OutputCount);
            return () => RelativeAttention.Forward(Remembering, x[0].Span, x[1].Span, x[2].Span, x[3].Span, x[4].Span, x[5].Span, o.Span, options: b.Options);
        }),
        new("RelativeAttention.Backward", RelativeSizes, new Work(16 * RelativePairs * Shape.Width, RelativePairs), b =>
        {
            FloatBuffer[] x = RelativeInputs(b), y = [.. x.Select(input => b.Result(input.Span.Length))];
            FloatBuffer o = b.Result(Remembering.OutputCount), l = b.Result(Remembering.RowCount), g = b.Normal(Remembering.OutputCount);
            RelativeAttention.Forward(Remembering, x[0].Span, x[1].Span, x[2].Span, x[3].Span, x[4].Span, x[5].Span, o.Span, l.Span, b.Options);
            return () => RelativeAttention.Backward(
                Remembering, x[0].Span, x[1].Span, x[2].Span, x[3].Span, x[4].Span, x[5].Span, o.Span, l.Span, g.Span,
                y[0].Span, y[1].Span, y[2].Span, y[3].Span, y[4].Span, y[5].Span, b.Options);
        }),
    ];

    private static Operation Linear(LinearAttentionForm form) => new("LinearAttention.Forward", Sizes, new Work(2 * StateProduct), b =>
    {
        FloatBuffer q = b.Normal(Count), k = b.Normal(Count), v = b.Normal(Count), o = b.Result(Count);
        return () => LinearAttention.Forward(Shape, q.Span, k.Span, v.Span, o.Span, form: form, options: b.Options);
    });

    /// <summary>The state, its gradient, and those of queries, keys and values.</summary>
    private static Operation LinearBack(LinearAttentionForm form) => new("LinearAttention.Backward", Sizes, new Work(5 * StateProduct), b =>
    {
        FloatBuffer q = b.Normal(Count), k = b.Normal(Count), v = b.Normal(Count), o = b.Result(Count), z = b.Result(Shape.RowCount), g = b.Normal(Count);
        FloatBuffer dq = b.Result(Count), dk = b.Result(Count), dv = b.Result(Count);
        LinearAttention.Forward(Shape, q.Span, k.Span, v.Span, o.Span, z.Span, form: form, options: b.Options);
        return () => LinearAttention.Backward(Shape, q.Span, k.Span, v.Span, o.Span, z.Span, g.Span, dq.Span, dk.Span, dv.Span, form: form, options: b.Options);
    });

    /// <summary>Queries, keys, values, positions, and the two biases.</summary>
    private static FloatBuffer[] RelativeInputs(Buffers b)
    {
        int bias = Remembering.Heads * Remembering.Width;
        return [b.Normal(Remembering.QueryCount), b.Normal(Remembering.KeyCount), b.Normal(Remembering.ValueCount), b.Normal(Remembering.KeyCount), b.Normal(bias), b.Normal(bias)];
    }
}
