namespace Attention.Kernels.Tests;

internal static partial class KernelCatalogue
{
    private static Dictionary<string, CatalogueCase> OfVariants => new()
    {
        ["RelativeAttention.Forward"] = run =>
        {
            AttentionShape shape = Remembering(run);
            Memory<float>[] x = RelativeInputs(run, shape);
            Memory<float> output = run.Out(shape.OutputCount), logSumExp = run.OutOrNothing(shape.RowCount);
            return () => RelativeAttention.Forward(shape, x[0].Span, x[1].Span, x[2].Span, x[3].Span, x[4].Span, x[5].Span, output.Span, logSumExp.Span, run.Options);
        },
        ["RelativeAttention.Backward"] = run =>
        {
            AttentionShape shape = Remembering(run);
            Memory<float>[] x = RelativeInputs(run, shape), y = [.. x.Select(input => run.Out(input.Length))];
            Memory<float> output = run.In(shape.OutputCount), logSumExp = run.In(shape.RowCount), slopes = run.In(shape.OutputCount);
            return () => RelativeAttention.Backward(
                shape, x[0].Span, x[1].Span, x[2].Span, x[3].Span, x[4].Span, x[5].Span, output.Span, logSumExp.Span, slopes.Span,
                y[0].Span, y[1].Span, y[2].Span, y[3].Span, y[4].Span, y[5].Span, run.Options);
        },
        ["LocalAttention.Forward"] = run =>
        {
            (AttentionShape shape, LocalWindow window) = Local(run);
            Memory<float> query = run.In(shape.QueryCount), key = run.In(shape.KeyCount), value = run.In(shape.ValueCount), centre = Centres(run, shape);
            Memory<float> output = run.Out(shape.OutputCount), logSumExp = run.OutOrNothing(shape.RowCount);
            return () => LocalAttention.Forward(shape, window, query.Span, key.Span, value.Span, centre.Span, output.Span, logSumExp.Span, run.Options);
        },
        ["LocalAttention.Backward"] = run =>
        {
            (AttentionShape shape, LocalWindow window) = Local(run);
            Memory<float> query = run.In(shape.QueryCount), key = run.In(shape.KeyCount), value = run.In(shape.ValueCount), centre = Centres(run, shape);
            Memory<float> logSumExp = run.In(shape.RowCount), slopes = run.In(shape.OutputCount);
            Memory<float> queries = run.Out(shape.QueryCount), keys = run.Out(shape.KeyCount), values = run.Out(shape.ValueCount), centres = run.OutOrNothing(shape.RowCount);
            return () => LocalAttention.Backward(
                shape, window, query.Span, key.Span, value.Span, centre.Span, logSumExp.Span, slopes.Span, queries.Span, keys.Span, values.Span, centres.Span, run.Options);
        },
        ["PositionPredictor.Forward"] = run =>
        {
            PositionPredictorShape shape = new(run.Length(), run.Width(80), run.Width(80), run.Width());
            Memory<float> state = run.In(shape.Rows * shape.Width), weight = run.In(shape.Hidden * shape.Width), vector = run.In(shape.Hidden), position = run.Out(shape.Rows);
            return () => PositionPredictor.Forward(shape, state.Span, weight.Span, vector.Span, position.Span, run.Options);
        },
        ["PositionPredictor.Backward"] = run =>
        {
            PositionPredictorShape shape = new(run.Length(), run.Width(80), run.Width(80), run.Width());
            Memory<float> state = run.In(shape.Rows * shape.Width), weight = run.In(shape.Hidden * shape.Width), vector = run.In(shape.Hidden);
            Memory<float> position = run.In(shape.Rows), slopes = run.In(shape.Rows);
            Memory<float> states = run.OutOrNothing(state.Length), weights = run.OutOrNothing(weight.Length), vectors = run.OutOrNothing(vector.Length);
            return () => PositionPredictor.Backward(
                shape, state.Span, weight.Span, vector.Span, position.Span, slopes.Span, states.Span, weights.Span, vectors.Span, run.Options);
        },
    };

    /// <summary>A problem with at least as many keys as queries.</summary>
    private static AttentionShape Remembering(CatalogueRun run)
    {
        AttentionShape shape = run.Attention();
        return shape with { Keys = Math.Max(shape.Queries, shape.Keys) };
    }

    private static Memory<float>[] RelativeInputs(CatalogueRun run, AttentionShape shape) =>
    [
        run.In(shape.QueryCount), run.In(shape.KeyCount), run.In(shape.ValueCount),
        run.In(shape.Heads * shape.Keys * shape.Width), run.In(shape.Heads * shape.Width), run.In(shape.Heads * shape.Width),
    ];

    private static (AttentionShape Shape, LocalWindow Window) Local(CatalogueRun run) => (run.Attention(), new(run.Draw.Pick(1, 3, 16, 40, int.MaxValue), run.Draw.Coin()));

    private static Memory<float> Centres(CatalogueRun run, AttentionShape shape) => run.Draw.Coin() ? run.In(shape.RowCount) : default;
}
