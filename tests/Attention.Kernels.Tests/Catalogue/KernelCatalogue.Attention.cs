namespace Attention.Kernels.Tests;

internal static partial class KernelCatalogue
{
    /// <summary>Now and then with dropout, with a cap on the scores, or both.</summary>
    private static AttentionOptions OftenPlain(CatalogueRun run) =>
        run.AttentionOptions() with { Dropout = run.Draw.Coin(0.2) ? new WeightDropout(0.3f, 7) : default, SoftCap = run.Draw.Coin(0.2) ? 3 : null };

    private static Dictionary<string, CatalogueCase> OfAttention => new()
    {
        ["ScaledDotProduct.Forward"] = run =>
        {
            AttentionShape shape = run.Attention();
            Memory<float> query = run.In(shape.QueryCount), key = run.In(shape.KeyCount), value = run.In(shape.ValueCount);
            Memory<float> output = run.Out(shape.OutputCount), logSumExp = run.OutOrNothing(shape.RowCount);
            (Mask mask, AttentionOptions options) = (run.Mask(shape), OftenPlain(run));
            return () => ScaledDotProduct.Forward(shape, query.Span, key.Span, value.Span, output.Span, logSumExp.Span, mask, options);
        },
        ["ScaledDotProduct.Backward"] = run =>
        {
            AttentionShape shape = run.Attention();
            Memory<float> query = run.In(shape.QueryCount), key = run.In(shape.KeyCount), value = run.In(shape.ValueCount);
            Memory<float> output = run.In(shape.OutputCount), logSumExp = run.In(shape.RowCount), gradient = run.In(shape.OutputCount);
            Memory<float> queries = run.OutOrNothing(shape.QueryCount), keys = run.OutOrNothing(shape.KeyCount), values = run.OutOrNothing(shape.ValueCount);
            (Mask mask, AttentionOptions options) = (run.Mask(shape), OftenPlain(run));
            return () => ScaledDotProduct.Backward(
                shape, query.Span, key.Span, value.Span, output.Span, logSumExp.Span, gradient.Span, queries.Span, keys.Span, values.Span, mask, options);
        },
        ["ScaledDotProduct.BackwardWithBias"] = run =>
        {
            AttentionShape shape = run.Attention();
            Memory<float> query = run.In(shape.QueryCount), key = run.In(shape.KeyCount), value = run.In(shape.ValueCount);
            Memory<float> output = run.In(shape.OutputCount), logSumExp = run.In(shape.RowCount), gradient = run.In(shape.OutputCount);
            Memory<float> bias = run.In(shape.Queries * shape.Keys), table = run.In(shape.Heads * 32);
            Memory<float> biasGradient = run.OutOrNothing(bias.Length), tableGradient = run.OutOrNothing(table.Length), queries = run.OutOrNothing(shape.QueryCount);
            (Mask mask, AttentionOptions options) = (Mask.Bias(bias) & Mask.RelativeBias(table) & Mask.Causal, OftenPlain(run));
            return () => ScaledDotProduct.BackwardWithBias(
                shape, query.Span, key.Span, value.Span, output.Span, logSumExp.Span, gradient.Span, queries.Span, default, default, biasGradient.Span, tableGradient.Span, mask, options);
        },
        ["LinearAttention.Forward"] = run =>
        {
            (AttentionShape shape, LinearAttentionForm form) = Linear(run);
            Memory<float> query = run.In(shape.QueryCount), key = run.In(shape.KeyCount), value = run.In(shape.ValueCount);
            Memory<float> output = run.Out(shape.OutputCount), normaliser = run.OutOrNothing(shape.RowCount), state = run.Draw.Coin() ? run.InOut(StateCount(shape)) : default;
            return () => LinearAttention.Forward(shape, query.Span, key.Span, value.Span, output.Span, normaliser.Span, state.Span, form, run.Options);
        },
        ["LinearAttention.ForwardRecurrent"] = run =>
        {
            AttentionShape shape = run.Attention();
            shape = shape with { Keys = shape.Queries };
            FeatureMap map = run.Draw.Pick<FeatureMap>(Enum.GetValues<FeatureMap>());
            Memory<float> query = run.In(shape.QueryCount), key = run.In(shape.KeyCount), value = run.In(shape.ValueCount);
            Memory<float> output = run.Out(shape.OutputCount), normaliser = run.OutOrNothing(shape.RowCount), state = run.Draw.Coin() ? run.InOut(StateCount(shape)) : default;
            return () => LinearAttention.ForwardRecurrent(shape, query.Span, key.Span, value.Span, output.Span, normaliser.Span, state.Span, map, run.Options);
        },
        ["LinearAttention.Backward"] = run =>
        {
            (AttentionShape shape, LinearAttentionForm form) = Linear(run);
            Memory<float> query = run.In(shape.QueryCount), key = run.In(shape.KeyCount), value = run.In(shape.ValueCount);
            Memory<float> output = run.In(shape.OutputCount), normaliser = run.Positive(shape.RowCount), gradient = run.In(shape.OutputCount);
            Memory<float> queries = run.Out(shape.QueryCount), keys = run.Out(shape.KeyCount), values = run.Out(shape.ValueCount);
            Memory<float> state = run.Draw.Coin() ? run.In(StateCount(shape)) : default, states = state.IsEmpty ? default : run.InOut(StateCount(shape));
            return () => LinearAttention.Backward(
                shape, query.Span, key.Span, value.Span, output.Span, normaliser.Span, gradient.Span, queries.Span, keys.Span, values.Span, state.Span, states.Span, form, run.Options);
        },
    };

    private static (AttentionShape Shape, LinearAttentionForm Form) Linear(CatalogueRun run)
    {
        AttentionShape shape = run.Attention();
        bool causal = run.Draw.Coin();
        return (
            causal ? shape with { Keys = shape.Queries } : shape,
            new() { Causal = causal, Map = run.Draw.Pick<FeatureMap>(Enum.GetValues<FeatureMap>()), ChunkLength = run.Draw.Pick(0, 1, 7, 64) });
    }

    private static int StateCount(AttentionShape shape) => shape.Batch * shape.KeyHeads * shape.Width * (shape.ValueWidth + 1);
}
