using System.CommandLine;
using Attention.Kernels;

namespace Attention.Benchmarks;

/// <summary>One or a few new tokens, attending to a cache.</summary>
internal static class DecodeBenchmark
{
    private static readonly int[] Usual = [1, 32, 1, 128];

    internal static Command Create()
    {
        var options = new CommonOptions();
        Option<int[]> shape = CommonOptions.Sizes("--shape", "BxHxNxD", Usual, "Sequences, query heads, new tokens, width.");
        Option<int> keys = CommonOptions.Integer("--keys", 4096, 1, "Tokens in the cache, the new ones included.");
        Option<int> keyHeads = CommonOptions.Integer("--kv-heads", 0, 0, "G, the number of key heads; 0: as many as query heads.");
        Option<int> valueWidth = CommonOptions.Integer("--dv", 0, 0, "Dv, the width of a value; 0: as wide as a key.");
        Option<int> page = CommonOptions.Integer("--page", 0, 0, "Tokens in a page of the cache; 0: each sequence in one piece.");
        Option<int> threads = CommonOptions.Threads();
        var command = new Command("decode", "One or a few new tokens, attending to a cache of keys and values.") { shape, keys, keyHeads, valueWidth, page, threads };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            int[] s = parsed.GetResult(shape) is null ? Usual : parsed.GetValue(shape)!;
            int heads = parsed.GetValue(keyHeads) is > 0 and int given ? given : s[1];
            int dv = parsed.GetValue(valueWidth) is > 0 and int wide ? wide : s[3];
            var cache = new CacheShape(s[0], heads, s[3], dv);
            Measurement measured = Run(
                new DecodeShape(s[1], s[2]), cache, parsed.GetValue(keys), parsed.GetValue(page), parsed.GetValue(threads), parsed.GetValue(options.Offset), parsed.GetValue(options.Runs));
            Report.Write(measured, parsed.GetValue(options.Json));
        });
        return command;
    }

    private static Measurement Run(DecodeShape shape, CacheShape sizes, int tokens, int page, int threads, int offset, int runs)
    {
        int queryCount = Checked.Product(sizes.Sequences, shape.Heads, shape.Queries, sizes.Width), outputCount = Checked.Product(sizes.Sequences, shape.Heads, shape.Queries, sizes.ValueWidth);
        int keyCount = Checked.Product(sizes.Sequences, sizes.KeyHeads, tokens, sizes.Width), valueCount = Checked.Product(sizes.Sequences, sizes.KeyHeads, tokens, sizes.ValueWidth);
        using FloatBuffer query = FloatBuffer.Normal(queryCount, offset, 1), output = new(outputCount, offset), expected = new(outputCount, offset);
        using FloatBuffer key = FloatBuffer.Normal(keyCount, 0, 2), value = FloatBuffer.Normal(valueCount, 0, 3);
        KeyValueCache cache = page == 0
            ? KeyValueCache.Contiguous(sizes, tokens)
            : KeyValueCache.Paged(sizes, new PagePool(sizes.KeyHeads, sizes.Width, sizes.ValueWidth, page, sizes.Sequences * ((tokens + page - 1) / page)));
        cache.Append(tokens, key.Span, value.Span);

        var options = new AttentionOptions { MaxThreads = threads };
        void Forward() => Decode.Forward(shape, cache, query.Span, output.Span, options: options);
        Forward();
        Decode.ForwardNaive(shape, cache, query.Span, expected.Span);
        Checked.Agree("decode", expected.Span, output.Span);

        double seen = tokens - ((shape.Queries - 1) / 2.0);
        double flops = 2.0 * sizes.Sequences * shape.Heads * shape.Queries * seen * (sizes.Width + sizes.ValueWidth);
        string name = $"{sizes.Sequences}x{shape.Heads}x{shape.Queries}x{sizes.Width} keys {tokens}"
            + (sizes.KeyHeads != shape.Heads ? $" kv-heads {sizes.KeyHeads}" : "")
            + (sizes.ValueWidth != sizes.Width ? $" dv {sizes.ValueWidth}" : "")
            + (page != 0 ? $" page {page}" : "");

        using var same = new FloatBuffer(Checked.Product(keyCount + valueCount), 0);
        Measurement read = Measurement.Of("read", name, threads, 0, runs, () => BandwidthBenchmark.Read(same.Span, threads));
        return Measurement.Of("decode", name, threads, flops, runs, Forward) with { ReadMs = read.MedianMs };
    }
}
