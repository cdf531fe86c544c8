using System.Text.Json.Nodes;

namespace Attention.Benchmarks;

/// <summary>Everything that is compared.</summary>
internal static class Rows
{
    private const string PyTorch = "PyTorch";

    private static readonly Goal Near = new(0.85, 0.95);

    internal static List<Row> All() => [.. Forward(), .. Variants(), .. Backward(), .. Decode(), .. Layer(), .. Matmul(), .. Elementwise(), .. Models(), .. Alone()];

    private static string Full(int heads, int length) => $"forward {heads}×{length}×64";

    private static string Causal(int length) => $"{Full(8, length)} causal";

    private static IEnumerable<Row> Forward()
    {
        foreach (int threads in (int[])[1, 2])
        {
            foreach ((int heads, int length) in ((int, int)[])[(8, 128), (8, 512), (12, 1024), (8, 2048), (8, 4096)])
            {
                yield return new Row(Full(heads, length), $"attention --shape 1x{heads}x{length}x64", threads)
                {
                    Request = Ask("attention", ("heads", heads), ("queries", length), ("width", 64), ("causal", false)),
                    Ratio = new Goal(length == 128 ? 1.05 : 1.1, 1.2),
                    Share = length == 128 ? null : new Goal(0.8, 0.85),
                };
            }

            foreach (int length in (int[])[512, 2048, 4096])
            {
                yield return new Row(Causal(length), $"attention --causal --shape 1x8x{length}x64", threads)
                {
                    Request = Ask("attention", ("heads", 8), ("queries", length), ("width", 64), ("causal", true)),
                    Ratio = new Goal(1.6, 1.9),
                };
            }
        }
    }

    private static IEnumerable<Row> Variants()
    {
        (string Name, string Options, string Plain)[] variants =
        [
            .. ((int[])[32, 80, 128, 256]).Select(width => ($"D = {width}", $"--shape 1x8x2048x{width}", Full(8, 2048))),
            ("N = 1000", "--shape 1x12x1000x64", Full(12, 1024)),
            ("N = 777", "--shape 1x12x777x64", Full(12, 1024)),
            ("one float past alignment", "--shape 1x8x2048x64 --offset 1", Full(8, 2048)),
            ("2 key heads for 8", "--shape 1x8x2048x64 --kv-heads 2", Full(8, 2048)),
            ("window 256 of 4096", "--shape 1x8x4096x64 --window 256", Causal(4096)),
            ("1500 of 2048 keys, the rest padding", "--shape 1x8x2048x64 --key-length 1500", Full(8, 2048)),
        ];
        return variants.Select(variant => new Row(variant.Name, $"attention {variant.Options}", 1) { Like = (variant.Plain, Near) });
    }

    private static IEnumerable<Row> Backward() =>
        from causal in (bool[])[false, true]
        from length in (int[])[512, 2048]
        select new Row($"backward 8×{length}×64{(causal ? " causal" : "")}", $"attention-backward --shape 1x8x{length}x64{(causal ? " --causal" : "")}", 1)
        {
            Request = Ask("attention-backward", ("heads", 8), ("queries", length), ("width", 64), ("causal", causal)),
            Ratio = causal ? new Goal(2.0, 2.4) : new Goal(1.2, 1.3),
        };

    private static IEnumerable<Row> Decode() =>
        from threads in (int[])[1, 2]
        from keyHeads in (int[])[32, 8]
        select new Row($"decode 32/{keyHeads} heads, 4096 keys, D 128", $"decode --shape 1x32x1x128 --keys 4096 --kv-heads {keyHeads}", threads)
        {
            Request = Ask("decode", ("heads", 32), ("key_heads", keyHeads), ("keys", 4096), ("width", 128)),
            Limit = Limit.Reading,
            Ratio = keyHeads == 32 ? new Goal(1.15, 1.3) : new Goal(1.5, 1.9),
            Share = keyHeads == 32 ? new Goal(0.85, 0.95) : new Goal(0, 0.8),
        };

    private static IEnumerable<Row> Layer() => ((int[])[1, 2]).Select(threads => new Row("attention layer 512, 8 heads, N 512", "mha-layer --shape 1x8x512x64", threads)
    {
        Request = Ask("mha-layer", ("heads", 8), ("length", 512), ("width", 512)),
        Ratio = new Goal(1.0, 1.1),
    });

    private static IEnumerable<Row> Matmul() => ((int[])[512, 1024, 2048]).Select(size => new Row($"matmul {size}", $"matmul --shape {size}x{size}x{size}", 1)
    {
        Request = Ask("matmul", ("size", size)),
        Ratio = new Goal(0.9, 1.0),
        Against = PyTorch,
        Share = new Goal(0.85, 0.95),
    });

    private static IEnumerable<Row> Elementwise() => ((string[])["softmax", "exp", "layernorm"]).Select(verb => new Row($"{verb} 4096×4096", verb, 1)
    {
        Request = Ask(verb, ("rows", 4096), ("columns", 4096)),
        Limit = Limit.Copying,
        Ratio = new Goal(1.0, 1.1),
    });

    private static IEnumerable<Row> Models() =>
        from threads in (int[])[1, 2]
        from verb in (string[])["training", "generation"]
        select new Row($"GPT, {verb}", verb, threads)
        {
            Request = Ask(verb),
            Ratio = verb == "training" ? new Goal(1.0, 1.3) : new Goal(1.5, 2.0),
        };

    private static IEnumerable<Row> Alone() =>
    [
        new Row("forward 8×2048×64 without AVX-512", "attention --shape 1x8x2048x64", 1) { Share = new Goal(0.75, 0.85), Environment = ("DOTNET_EnableAVX512", "0") },
        new Row("forward 8×16384×64, memory", "attention --shape 1x8x16384x64 --memory --runs 1", 2) { Megabytes = 8 },
    ];

    private static JsonObject Ask(string verb, params ReadOnlySpan<(string Name, JsonNode Value)> sizes)
    {
        var request = new JsonObject { ["verb"] = verb };
        foreach ((string name, JsonNode value) in sizes)
        {
            request[name] = value;
        }

        return request;
    }
}
