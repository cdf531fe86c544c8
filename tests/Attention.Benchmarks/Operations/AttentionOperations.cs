using Attention.Kernels;

namespace Attention.Benchmarks;

/// <summary>From queries, keys and values to contexts.</summary>
internal static class AttentionOperations
{
    private const string Sizes = "1x8x1024x64";

    private static readonly AttentionShape Shape = new(1, 8, 8, 1024, 1024, 64, 64);
    private static readonly int Count = Shape.QueryCount;
    private static readonly double Pairs = (double)Shape.RowCount * Shape.Keys;
    private static readonly double CausalPairs = Shape.RowCount * (Shape.Keys + 1) / 2.0;

    private static readonly CacheShape Cached = new(1, 8, 128, 128);
    private static readonly DecodeShape Decoding = new(32, 1);
    private const int CachedTokens = 4096;

    /// <summary>Scores and context: two products of one feature each.</summary>
    internal static Work Forward(double pairs, double width) => new(4 * pairs * width, pairs);

    /// <summary>The scores again, and four gradients.</summary>
    internal static Work Backward(double pairs, double width) => new(10 * pairs * width, pairs);

    internal static IEnumerable<Operation> All =>
    [
        Attend(Mask.None, Pairs),
        Attend(Mask.Causal, CausalPairs) with { Variant = "causal" },
        AttendBack(Mask.None, Pairs),
        AttendBack(Mask.Causal, CausalPairs) with { Variant = "causal" },
        new("ScaledDotProduct.BackwardWithBias", Sizes, Backward(Pairs, Shape.Width), b =>
        {
            float[] bias = [.. b.Normal(Shape.Queries * Shape.Keys).Span], table = [.. b.Normal(Shape.Heads * 32).Span];
            Mask mask = Mask.Bias(bias) & Mask.RelativeBias(table);
            FloatBuffer q = b.Normal(Count), k = b.Normal(Count), v = b.Normal(Count), o = b.Result(Count), l = b.Result(Shape.RowCount), g = b.Normal(Count);
            FloatBuffer dq = b.Result(Count), dk = b.Result(Count), dv = b.Result(Count), dBias = b.Result(bias.Length), dTable = b.Result(table.Length);
            ScaledDotProduct.Forward(Shape, q.Span, k.Span, v.Span, o.Span, l.Span, mask, b.AttentionOptions);
            return () => ScaledDotProduct.BackwardWithBias(
                Shape, q.Span, k.Span, v.Span, o.Span, l.Span, g.Span, dq.Span, dk.Span, dv.Span, dBias.Span, dTable.Span, mask, b.AttentionOptions);
        }),
        new("Decode.Forward", "1x32x1x128 keys 4096 kv-heads 8", DecodeWork, b =>
        {
            int tokens = Cached.KeyHeads * CachedTokens * Cached.Width, row = Decoding.Heads * Cached.Width;
            FloatBuffer key = b.Normal(tokens), value = b.Normal(tokens), query = b.Normal(row), output = b.Result(row);
            KeyValueCache cache = KeyValueCache.Contiguous(Cached, CachedTokens);
            cache.Append(CachedTokens, key.Span, value.Span);
            return () => Decode.Forward(Decoding, cache, query.Span, output.Span, options: b.AttentionOptions);
        }),
    ];

    private static Work DecodeWork
    {
        get
        {
            double scores = (double)Decoding.Heads * CachedTokens;
            return new Work(4 * scores * Cached.Width, scores, 2.0 * Cached.KeyHeads * CachedTokens * Cached.Width);
        }
    }

    private static Operation Attend(Mask mask, double pairs) => new("ScaledDotProduct.Forward", Sizes, Forward(pairs, Shape.Width), b =>
    {
        FloatBuffer q = b.Normal(Count), k = b.Normal(Count), v = b.Normal(Count), o = b.Result(Count);
        return () => ScaledDotProduct.Forward(Shape, q.Span, k.Span, v.Span, o.Span, mask: mask, options: b.AttentionOptions);
    });

    private static Operation AttendBack(Mask mask, double pairs) => new("ScaledDotProduct.Backward", Sizes, Backward(pairs, Shape.Width), b =>
    {
        FloatBuffer q = b.Normal(Count), k = b.Normal(Count), v = b.Normal(Count), o = b.Result(Count), l = b.Result(Shape.RowCount), g = b.Normal(Count);
        FloatBuffer dq = b.Result(Count), dk = b.Result(Count), dv = b.Result(Count);
        ScaledDotProduct.Forward(Shape, q.Span, k.Span, v.Span, o.Span, l.Span, mask, b.AttentionOptions);
        return () => ScaledDotProduct.Backward(Shape, q.Span, k.Span, v.Span, o.Span, l.Span, g.Span, dq.Span, dk.Span, dv.Span, mask, b.AttentionOptions);
    });
}
