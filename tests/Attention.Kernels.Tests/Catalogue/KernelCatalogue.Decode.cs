namespace Attention.Kernels.Tests;

internal static partial class KernelCatalogue
{
    private static Dictionary<string, CatalogueCase> OfDecode => new()
    {
        ["Decode.Forward"] = run =>
        {
            CacheShape cached = new(run.Draw.Integer(1, 3), run.Draw.Integer(1, 2), run.Width(80), run.Width(80));
            cached = cached with { ValuesEndKeys = cached.ValueWidth <= cached.Width && run.Draw.Coin() };
            KeyValueCache cache = Cache(run, cached);
            int tokens = run.Several(4);
            for (int part = run.Draw.Integer(0, 2); part >= 0; part--)
            {
                int length = part == 0 ? tokens : run.Length();
                int rows = cached.Sequences * cached.KeyHeads * length;
                cache.Append(length, run.In(rows * cached.Width).Span, run.In(rows * cached.OwnValueWidth).Span);
            }

            DecodeShape shape = new(cached.KeyHeads * run.Draw.Integer(1, 4), tokens);
            int count = cached.Sequences * shape.Heads * tokens;
            Memory<float> query = run.In(count * cached.Width), output = run.Out(count * cached.ValueWidth), logSumExp = run.OutOrNothing(count);
            AttentionOptions options = run.AttentionOptions();
            return () => Decode.Forward(shape, cache, query.Span, output.Span, logSumExp.Span, options: options);
        },
    };

    /// <summary>Contiguous or in pages; with room for the longest that is drawn.</summary>
    private static KeyValueCache Cache(CatalogueRun run, CacheShape shape)
    {
        int room = (2 * run.Longest) + 4;
        if (run.Draw.Coin())
        {
            return KeyValueCache.Contiguous(shape, room);
        }

        int page = run.Draw.Pick(1, 16, 33);
        return KeyValueCache.Paged(shape, new PagePool(shape.KeyHeads, shape.Width, shape.ValueWidth, page, shape.Sequences * (1 + (room / page)), shape.ValuesEndKeys));
    }
}
