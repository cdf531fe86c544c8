namespace Attention.Kernels.Tests;

internal static partial class KernelCatalogue
{
    private delegate void RowsForward(RowShape shape, ReadOnlySpan<float> scores, Span<float> result, CatalogueRun run);

    private delegate void RowsBackward(RowShape shape, ReadOnlySpan<float> result, ReadOnlySpan<float> resultGradient, Span<float> scoresGradient, CatalogueRun run);

    private delegate void AxisForward(AxisShape shape, ReadOnlySpan<float> scores, Span<float> result, CatalogueRun run);

    private delegate void AxisBackward(AxisShape shape, ReadOnlySpan<float> result, ReadOnlySpan<float> resultGradient, Span<float> scoresGradient, CatalogueRun run);

    private static Dictionary<string, CatalogueCase> OfWeights => new()
    {
        ["Entmax15.Forward"] = Forward(static (shape, scores, weights, run) => Entmax15.Forward(shape, scores, weights, run.Options)),
        ["Entmax15.Backward"] = Backward(static (shape, weights, slopes, gradient, run) => Entmax15.Backward(shape, weights, slopes, gradient, run.Options)),
        ["GumbelSoftmax.Forward"] = Forward(static (shape, scores, weights, run) => GumbelSoftmax.Forward(shape, scores, 0.5f, 1, weights, run.Options)),
        ["GumbelSoftmax.Backward"] = Backward(static (shape, weights, slopes, gradient, run) => GumbelSoftmax.Backward(shape, weights, 0.5f, slopes, gradient, run.Options)),
        ["GumbelSoftmax.ForwardHard"] = run =>
        {
            RowShape shape = run.Rows();
            Memory<float> scores = run.In(shape.Rows * shape.Columns), weights = run.Out(scores.Length), choice = run.Out(scores.Length);
            return () => GumbelSoftmax.ForwardHard(shape, scores.Span, 2, 1, weights.Span, choice.Span, run.Options);
        },
        ["HardAttention.Forward"] = run => Hard(run, sampled: false),
        ["HardAttention.ForwardSampled"] = run => Hard(run, sampled: true),
        ["HardAttention.Backward"] = run =>
        {
            HardAttentionShape shape = HardShape(run) with { Queries = run.Length(), Keys = run.Width() };
            Memory<int> chosen = run.Integers(shape.Batch * shape.Queries, shape.Keys);
            Memory<float> slopes = run.In(chosen.Length * shape.ValueWidth), gradient = run.Out(shape.Batch * shape.Keys * shape.ValueWidth);
            return () => HardAttention.Backward(shape, chosen.Span, slopes.Span, gradient.Span, run.Options);
        },
        ["HardAttention.BackwardReinforce"] = run =>
        {
            HardAttentionShape shape = HardShape(run);
            Memory<int> chosen = run.Integers(shape.Batch * shape.Queries, shape.Keys);
            Memory<float> scores = run.In(chosen.Length * shape.Keys), loss = run.In(chosen.Length), baseline = run.Draw.Coin() ? run.In(chosen.Length) : default;
            Memory<float> gradient = run.Out(scores.Length);
            return () => HardAttention.BackwardReinforce(shape, scores.Span, chosen.Span, loss.Span, baseline.Span, gradient.Span, run.Options);
        },
        ["LogSoftmax.Forward"] = Forward(static (shape, scores, y, run) => LogSoftmax.Forward(shape, scores, y, Cooled(run))),
        ["LogSoftmax.Backward"] = Backward(static (shape, y, slopes, gradient, run) => LogSoftmax.Backward(shape, y, slopes, gradient, Cooled(run))),
        ["Sparsemax.Forward"] = Forward(static (shape, scores, weights, run) => Sparsemax.Forward(shape, scores, weights, run.Options)),
        ["Sparsemax.Backward"] = Backward(static (shape, weights, slopes, gradient, run) => Sparsemax.Backward(shape, weights, slopes, gradient, run.Options)),
        ["MaskedSoftmax.Forward"] = run =>
        {
            RowShape shape = run.Rows();
            Memory<float> scores = run.In(shape.Rows * shape.Columns), weights = run.Out(scores.Length);
            if (run.Draw.Coin())
            {
                Memory<bool> visible = run.Flags(scores.Length);
                return () => MaskedSoftmax.Forward(shape, scores.Span, visible.Span, weights.Span, run.Options);
            }

            Memory<int> lengths = run.Integers(shape.Rows, shape.Columns + 1);
            return () => MaskedSoftmax.Forward(shape, scores.Span, lengths.Span, weights.Span, run.Options);
        },
        ["MaskedSoftmax.Backward"] = run =>
        {
            RowShape shape = run.Rows();
            Memory<float> weights = run.In(shape.Rows * shape.Columns), slopes = run.In(weights.Length), gradient = run.Out(weights.Length);
            if (run.Draw.Coin())
            {
                Memory<bool> visible = run.Flags(weights.Length);
                return () => MaskedSoftmax.Backward(shape, weights.Span, visible.Span, slopes.Span, gradient.Span, run.Options);
            }

            Memory<int> lengths = run.Integers(shape.Rows, shape.Columns + 1);
            return () => MaskedSoftmax.Backward(shape, weights.Span, lengths.Span, slopes.Span, gradient.Span, run.Options);
        },
        ["SoftCap.Forward"] = run =>
        {
            Memory<float> x = run.In(run.Length()), y = run.Out(x.Length);
            return () => SoftCap.Forward(x.Span, 3, y.Span, run.Options);
        },
        ["SoftCap.Backward"] = run =>
        {
            Memory<float> y = run.In(run.Length()), slopes = run.In(y.Length), x = run.Out(y.Length);
            return () => SoftCap.Backward(y.Span, 3, slopes.Span, x.Span, run.Options);
        },
        ["Softmax.ForwardAlongAxis"] = ForwardAlong(static (shape, scores, weights, run) => Softmax.ForwardAlongAxis(shape, scores, weights, Cooled(run))),
        ["Softmax.BackwardAlongAxis"] = BackwardAlong(static (shape, weights, slopes, gradient, run) => Softmax.BackwardAlongAxis(shape, weights, slopes, gradient, Cooled(run))),
        ["LogSoftmax.ForwardAlongAxis"] = ForwardAlong(static (shape, scores, y, run) => LogSoftmax.ForwardAlongAxis(shape, scores, y, Cooled(run))),
        ["LogSoftmax.BackwardAlongAxis"] = BackwardAlong(static (shape, y, slopes, gradient, run) => LogSoftmax.BackwardAlongAxis(shape, y, slopes, gradient, Cooled(run))),
    };

    private static HardAttentionShape HardShape(CatalogueRun run) => new(run.Several(3), run.Several(12), Math.Max(1, run.Length()), run.Width());

    private static Action Hard(CatalogueRun run, bool sampled)
    {
        HardAttentionShape shape = HardShape(run);
        int[] chosen = new int[shape.Batch * shape.Queries];
        Memory<float> scores = run.In(chosen.Length * shape.Keys), value = run.In(shape.Batch * shape.Keys * shape.ValueWidth), output = run.Out(chosen.Length * shape.ValueWidth);
        return sampled
            ? () => HardAttention.ForwardSampled(shape, scores.Span, value.Span, 1, chosen, output.Span, run.Options)
            : () => HardAttention.Forward(shape, scores.Span, value.Span, chosen, output.Span, run.Options);
    }

    private static SoftmaxOptions Cooled(CatalogueRun run) => (SoftmaxOptions)run.Options with { Temperature = run.Threads == 1 ? 0.3f : null };

    private static CatalogueCase Forward(RowsForward forward) => run =>
    {
        RowShape shape = run.Rows();
        Memory<float> scores = run.In(shape.Rows * shape.Columns), result = run.Out(scores.Length);
        return () => forward(shape, scores.Span, result.Span, run);
    };

    private static CatalogueCase Backward(RowsBackward backward) => run =>
    {
        RowShape shape = run.Rows();
        Memory<float> results = run.In(shape.Rows * shape.Columns), slopes = run.In(results.Length), gradient = run.Out(results.Length);
        return () => backward(shape, results.Span, slopes.Span, gradient.Span, run);
    };

    private static CatalogueCase ForwardAlong(AxisForward forward) => run =>
    {
        AxisShape shape = AxisOf(run);
        Memory<float> scores = run.In(shape.Outer * shape.Length * shape.Inner), result = run.Out(scores.Length);
        return () => forward(shape, scores.Span, result.Span, run);
    };

    private static CatalogueCase BackwardAlong(AxisBackward backward) => run =>
    {
        AxisShape shape = AxisOf(run);
        Memory<float> results = run.In(shape.Outer * shape.Length * shape.Inner), slopes = run.In(results.Length), gradient = run.Out(results.Length);
        return () => backward(shape, results.Span, slopes.Span, gradient.Span, run);
    };

    private static AxisShape AxisOf(CatalogueRun run) => new(run.Several(3), run.Length(), run.Width(100));
}
