namespace Attention.Kernels.Tests;

internal static partial class KernelCatalogue
{
    private static Dictionary<string, CatalogueCase> OfLatent => new()
    {
        ["LatentAttention.Forward"] = run =>
        {
            LatentShape s = Latent(run);
            Memory<float> query = run.In(s.Batch * s.Queries * s.Heads * s.Width), latent = run.In(s.Batch * s.Keys * s.Latent), rotary = run.In(s.Batch * s.Keys * s.Rotary);
            Memory<float> keyWeights = run.In(s.Latent * s.Heads * s.Content), valueWeights = run.In(s.Latent * s.Heads * s.ValueWidth);
            Memory<float> key = run.Out(s.Batch * s.Keys * s.Heads * s.Width), value = run.Out(s.Batch * s.Keys * s.Heads * s.ValueWidth);
            Memory<float> output = run.Out(s.Batch * s.Queries * s.Heads * s.ValueWidth), logSumExp = run.OutOrNothing(s.Batch * s.Heads * s.Queries);
            (Mask mask, AttentionOptions options) = (run.Mask(s.Expanded), Plain(run) with { Dropout = run.Draw.Coin(0.2) ? new WeightDropout(0.3f, 7) : default });
            return () => LatentAttention.Forward(
                s, query.Span, latent.Span, rotary.Span, keyWeights.Span, valueWeights.Span, key.Span, value.Span, output.Span, logSumExp.Span, mask, options);
        },
        ["LatentAttention.Backward"] = run =>
        {
            LatentShape s = Latent(run);
            Memory<float> query = run.In(s.Batch * s.Queries * s.Heads * s.Width), latent = run.In(s.Batch * s.Keys * s.Latent);
            Memory<float> keyWeights = run.In(s.Latent * s.Heads * s.Content), valueWeights = run.In(s.Latent * s.Heads * s.ValueWidth);
            Memory<float> key = run.In(s.Batch * s.Keys * s.Heads * s.Width), value = run.In(s.Batch * s.Keys * s.Heads * s.ValueWidth);
            Memory<float> output = run.In(s.Batch * s.Queries * s.Heads * s.ValueWidth), logSumExp = run.In(s.Batch * s.Heads * s.Queries), slopes = run.In(output.Length);
            Memory<float> keys = run.Out(key.Length), values = run.Out(value.Length), queries = run.Out(query.Length), latents = run.Out(latent.Length);
            Memory<float> rotaries = run.Out(s.Batch * s.Keys * s.Rotary), dKeyWeights = run.Out(keyWeights.Length), dValueWeights = run.Out(valueWeights.Length);
            (Mask mask, AttentionOptions options) = (run.Mask(s.Expanded), Plain(run) with { Dropout = run.Draw.Coin(0.2) ? new WeightDropout(0.3f, 7) : default });
            return () => LatentAttention.Backward(
                s,
                query.Span,
                latent.Span,
                keyWeights.Span,
                valueWeights.Span,
                key.Span,
                value.Span,
                output.Span,
                logSumExp.Span,
                slopes.Span,
                keys.Span,
                values.Span,
                queries.Span,
                latents.Span,
                rotaries.Span,
                dKeyWeights.Span,
                dValueWeights.Span,
                mask,
                options);
        },
        ["LatentAttention.AppendLatents"] = run =>
        {
            LatentShape s = Latent(run);
            Memory<float> latent = run.In(s.Batch * s.Keys * s.Latent), rotary = run.In(s.Batch * s.Keys * s.Rotary);
            KeyValueCache cache = LatentRoom(s);
            return () =>
            {
                cache.Reset();
                LatentAttention.AppendLatents(s, cache, latent.Span, rotary.Span);
            };
        },
        ["LatentAttention.ForwardAbsorbed"] = run =>
        {
            LatentShape s = Latent(run) with { Queries = run.Several(4) };
            s = s with { Keys = s.Queries + run.Length() };
            KeyValueCache cache = LatentCache(run, s);
            Memory<float> query = run.In(s.Batch * s.Queries * s.Heads * s.Width), keyWeights = run.In(s.Latent * s.Heads * s.Content);
            Memory<float> valueWeights = run.In(s.Latent * s.Heads * s.ValueWidth), output = run.Out(s.Batch * s.Queries * s.Heads * s.ValueWidth);
            AttentionOptions options = Plain(run);
            return () => LatentAttention.ForwardAbsorbed(s, cache, query.Span, keyWeights.Span, valueWeights.Span, output.Span, options);
        },
    };

    private static LatentShape Latent(CatalogueRun run) =>
        new(run.Draw.Integer(1, 2), run.Draw.Integer(1, 3), run.Length(), run.Length(), run.Width(40), 2 * run.Draw.Integer(1, 8), run.Width(40), run.Width(40));

    private static KeyValueCache LatentCache(CatalogueRun run, LatentShape s)
    {
        KeyValueCache cache = LatentRoom(s);
        LatentAttention.AppendLatents(s, cache, run.In(s.Batch * s.Keys * s.Latent).Span, run.In(s.Batch * s.Keys * s.Rotary).Span);
        return cache;
    }

    private static KeyValueCache LatentRoom(LatentShape s) => KeyValueCache.Contiguous(s.Cache, Math.Max(1, s.Keys));

    /// <summary>The layout is always the same.</summary>
    private static AttentionOptions Plain(CatalogueRun run) => run.AttentionOptions() with { Layout = AttentionLayout.HeadsFirst };
}
