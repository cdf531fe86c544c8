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
        Option<int> window = CommonOptions.Integer("--window", 0, 0, "How many tokens a new one sees, its own included; the cache forgets the others. 0: all.");
        Option<int> page = CommonOptions.Integer("--page", 0, 0, "Tokens in a page of the cache; 0: each sequence in one piece.");
        var command = new Command("decode", "One or a few new tokens, attending to a cache of keys and values.") { shape, keys, keyHeads, valueWidth, window, page };
        options.AddTo(command);
        CommonOptions.Refuse(command, "decode hides the future always: a new token sees those up to its own.", "--causal");
        CommonOptions.Refuse(command, "a cache holds no padding; --keys says how many tokens it holds.", "--key-length");
        command.SetAction(parsed =>
        {
            int[] s = parsed.GetResult(shape) is null ? Usual : parsed.GetValue(shape)!;
            int heads = parsed.GetValue(keyHeads) is > 0 and int given ? given : s[1];
            int dv = parsed.GetValue(valueWidth) is > 0 and int wide ? wide : s[3];
            var cache = new CacheShape(s[0], heads, s[3], dv);
            RunSettings settings = options.Of(parsed);
            var problem = new DecodeProblem(new DecodeShape(s[1], s[2]), cache, parsed.GetValue(keys), parsed.GetValue(window), parsed.GetValue(page));
            Report.Write(Run(problem, settings), settings.Json);
        });
        return command;
    }

    private static Measurement Run(DecodeProblem problem, RunSettings settings)
    {
        (DecodeShape shape, CacheShape sizes, int tokens, int window, int page) = problem;
        int queryCount = Checked.Product(sizes.Sequences, shape.Heads, shape.Queries, sizes.Width), outputCount = Checked.Product(sizes.Sequences, shape.Heads, shape.Queries, sizes.ValueWidth);
        int keyCount = Checked.Product(sizes.Sequences, sizes.KeyHeads, tokens, sizes.Width), valueCount = Checked.Product(sizes.Sequences, sizes.KeyHeads, tokens, sizes.ValueWidth);
        int offset = settings.Offset;
        using FloatBuffer query = FloatBuffer.Normal(queryCount, offset, 1), output = new(outputCount, offset), expected = new(outputCount, offset);
        using FloatBuffer key = FloatBuffer.Normal(keyCount, 0, 2), value = FloatBuffer.Normal(valueCount, 0, 3);
        KeyValueCache cache = problem.NewCache();
        cache.Append(tokens, key.Span, value.Span);

        var options = new AttentionOptions { MaxThreads = settings.Threads };
        void Forward() => Decode.Forward(shape, cache, query.Span, output.Span, options: options);
        long? extra = PeakMemory.Extra(settings.Memory, One, Forward);
        Decode.ForwardNaive(shape, cache, query.Span, expected.Span);
        Checked.Agree("decode", expected.Span, output.Span);

        double flops = 2.0 * sizes.Sequences * shape.Heads * problem.Pairs * (sizes.Width + sizes.ValueWidth);
        using var same = new FloatBuffer(Checked.Product(sizes.Sequences, sizes.KeyHeads, problem.Seen, sizes.Width + sizes.ValueWidth), 0);
        Measurement read = Measurement.Of("read", "", settings.Threads, 0, settings.Runs, () => BandwidthBenchmark.Read(same.Span, settings.Threads));
        return Measurement.Of("decode", problem.Name, settings.Threads, flops, settings.Runs, Forward) with { ReadMs = read.MedianMs, ExtraBytes = extra };
    }

    private static void One()
    {
        var one = new float[1];
        KeyValueCache cache = KeyValueCache.Contiguous(new CacheShape(1, 1, 1, 1), 1);
        cache.Append(1, one, one);
        Decode.Forward(new DecodeShape(1, 1), cache, one, new float[1]);
    }

    /// <summary>One problem, as it was asked for.</summary>
    /// <param name="Shape">The new tokens.</param>
    /// <param name="Sizes">The cache.</param>
    /// <param name="Tokens">How many were appended.</param>
    /// <param name="Window">How many a new token sees; 0: all.</param>
    /// <param name="Page">Tokens in a page; 0: each sequence in one piece.</param>
    private readonly record struct DecodeProblem(DecodeShape Shape, CacheShape Sizes, int Tokens, int Window, int Page)
    {
        /// <summary>Tokens of a sequence that any of the new ones sees.</summary>
        internal int Seen => Window > 0 ? (int)Math.Min(Tokens, (long)Window + Shape.Queries - 1) : Tokens;

        /// <summary>Pairs of a new token and one that it sees, in one head of one sequence.</summary>
        internal double Pairs
        {
            get
            {
                double pairs = 0;
                for (int i = 0; i < Shape.Queries; i++)
                {
                    int past = Tokens - Shape.Queries + i + 1;
                    pairs += Window > 0 ? Math.Min(Window, past) : past;
                }

                return pairs;
            }
        }

        internal string Name =>
            $"{Sizes.Sequences}x{Shape.Heads}x{Shape.Queries}x{Sizes.Width} keys {Tokens}"
            + (Sizes.KeyHeads != Shape.Heads ? $" kv-heads {Sizes.KeyHeads}" : "")
            + (Sizes.ValueWidth != Sizes.Width ? $" dv {Sizes.ValueWidth}" : "")
            + (Window != 0 ? $" window {Window}" : "")
            + (Page != 0 ? $" page {Page}" : "");

        internal KeyValueCache NewCache()
        {
            CacheWindow? kept = Window > 0 ? new CacheWindow(Window, NewTokens: Shape.Queries) : null;
            if (Page == 0)
            {
                return kept is { } window ? KeyValueCache.Contiguous(Sizes, window) : KeyValueCache.Contiguous(Sizes, Tokens);
            }

            var pool = new PagePool(Sizes.KeyHeads, Sizes.Width, Sizes.ValueWidth, Page, Checked.Product(Sizes.Sequences, (int)(((long)Tokens + Page - 1) / Page) + 1));
            return kept is { } recent ? KeyValueCache.Paged(Sizes, pool, recent) : KeyValueCache.Paged(Sizes, pool);
        }
    }
}
