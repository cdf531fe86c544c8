using Attention.Kernels;

namespace Attention.Benchmarks;

/// <summary>Attention together with the projections around it.</summary>
internal static class LayeredAttentionOperations
{
    private const string LayerSizes = "1x8x512x64";
    private const string LatentSizes = "1x16x512x(32+64) latent 256";
    private const string AbsorbedSizes = "1x16x1x(32+64) latent 256 keys 4096";

    private static readonly MultiHeadShape Layer = MultiHeadShape.Self(1, 512, 512, 8);
    private static readonly int Rows = Layer.Queries * Layer.InputWidth;
    private static readonly int Matrix = Layer.InputWidth * Layer.InputWidth;
    private static readonly LatentShape Latent = new(1, 16, 512, 512, 256, 32, 64, 64);
    private static readonly LatentShape Absorbed = Latent with { Queries = 1, Keys = 4096 };
    private static readonly int KeyWeights = Latent.Latent * Latent.Heads * Latent.Content;
    private static readonly int ValueWeights = Latent.Latent * Latent.Heads * Latent.ValueWidth;

    private static double LayerPairs => (double)Layer.Heads * Layer.Queries * Layer.Keys;

    /// <summary>Latents and the keys' positions, of all tokens.</summary>
    private static double AbsorbedFloats => (double)Absorbed.Keys * (Absorbed.Latent + Absorbed.Rotary);

    private static double Projections => 8.0 * Rows * Layer.InputWidth;

    private static double LatentPairs => (double)Latent.Heads * Latent.Queries * Latent.Keys;

    /// <summary>Keys and values from latents.</summary>
    private static double Expansion => 2.0 * Latent.Keys * (KeyWeights + ValueWeights);

    internal static IEnumerable<Operation> All =>
    [
        new("MultiHeadAttention.Pack", "512x512", Work.Memory(4.0 * Matrix, 4.0 * Matrix), b =>
        {
            FloatBuffer[] weights = Weights(b);
            return () => MultiHeadAttention.Pack(Layer, Parameters(weights));
        }),
        new("MultiHeadAttention.Forward", LayerSizes, LayerForward, b =>
        {
            FloatBuffer input = b.Normal(Rows), output = b.Result(Rows);
            MultiHeadWeights packed = MultiHeadAttention.Pack(Layer, Parameters(Weights(b)));
            return () => MultiHeadAttention.Forward(Layer, input.Span, [], packed, output.Span, options: b.AttentionOptions);
        }),
        new("MultiHeadAttention.Forward", LayerSizes, LayerForward, b =>
        {
            FloatBuffer input = b.Normal(Rows), output = b.Result(Rows), saved = b.Result(Layer.SavedCount);
            FloatBuffer[] weights = Weights(b);
            return () => MultiHeadAttention.Forward(Layer, input.Span, [], Parameters(weights), output.Span, saved.Span, options: b.AttentionOptions);
        }) { Variant = "training" },
        new("MultiHeadAttention.Backward", LayerSizes, new Work((2 * Projections) + (10 * LayerPairs * Layer.HeadWidth), LayerPairs), b =>
        {
            FloatBuffer input = b.Normal(Rows), output = b.Result(Rows), saved = b.Result(Layer.SavedCount), g = b.Normal(Rows), dInput = b.Result(Rows);
            FloatBuffer[] weights = Weights(b), gradients = [.. weights.Select(weight => b.Result(weight.Span.Length))];
            MultiHeadAttention.Forward(Layer, input.Span, [], Parameters(weights), output.Span, saved.Span, options: b.AttentionOptions);
            return () => MultiHeadAttention.Backward(
                Layer,
                input.Span,
                [],
                Parameters(weights),
                saved.Span,
                g.Span,
                new MultiHeadGradients
                {
                    Input = dInput.Span,
                    QueryWeight = gradients[0].Span,
                    KeyWeight = gradients[1].Span,
                    ValueWeight = gradients[2].Span,
                    OutputWeight = gradients[3].Span,
                },
                options: b.AttentionOptions);
        }),
        new("LatentAttention.Forward", LatentSizes, new Work(Expansion + (2 * LatentPairs * (Latent.Width + Latent.ValueWidth)), LatentPairs), b =>
        {
            Expanded x = new(b);
            return () => x.Forward(b.AttentionOptions);
        }),
        new("LatentAttention.Backward", LatentSizes, new Work((2 * Expansion) + (2 * LatentPairs * ((3 * Latent.Width) + (2 * Latent.ValueWidth))), LatentPairs), b =>
        {
            Expanded x = new(b);
            x.Forward(b.AttentionOptions);
            FloatBuffer g = b.Normal(x.Output.Span.Length), dKey = b.Result(x.Key.Span.Length), dValue = b.Result(x.Value.Span.Length), dQuery = b.Result(x.Query.Span.Length);
            FloatBuffer dLatent = b.Result(x.Latents.Span.Length), dRotary = b.Result(x.Rotary.Span.Length), dKeys = b.Result(KeyWeights), dValues = b.Result(ValueWeights);
            return () => LatentAttention.Backward(
                Latent,
                x.Query.Span,
                x.Latents.Span,
                x.ToKeys.Span,
                x.ToValues.Span,
                x.Key.Span,
                x.Value.Span,
                x.Output.Span,
                x.LogSumExp.Span,
                g.Span,
                dKey.Span,
                dValue.Span,
                dQuery.Span,
                dLatent.Span,
                dRotary.Span,
                dKeys.Span,
                dValues.Span,
                options: b.AttentionOptions);
        }),
        new("LatentAttention.AppendLatents", AbsorbedSizes, Work.Memory(AbsorbedFloats, AbsorbedFloats), b =>
        {
            FloatBuffer latents = b.Normal(Absorbed.Keys * Absorbed.Latent), rotary = b.Normal(Absorbed.Keys * Absorbed.Rotary);
            KeyValueCache cache = LatentCache();
            return () =>
            {
                cache.Reset();
                LatentAttention.AppendLatents(Absorbed, cache, latents.Span, rotary.Span);
            };
        }),
        new("LatentAttention.ForwardAbsorbed", AbsorbedSizes, AbsorbedWork, b =>
        {
            KeyValueCache cache = LatentCache();
            LatentAttention.AppendLatents(Absorbed, cache, b.Normal(Absorbed.Keys * Absorbed.Latent).Span, b.Normal(Absorbed.Keys * Absorbed.Rotary).Span);
            FloatBuffer query = b.Normal(Absorbed.Heads * Absorbed.Width), keys = b.Weight(KeyWeights, Absorbed.Latent), values = b.Weight(ValueWeights, Absorbed.Latent);
            FloatBuffer output = b.Result(Absorbed.Heads * Absorbed.ValueWidth);
            return () => LatentAttention.ForwardAbsorbed(Absorbed, cache, query.Span, keys.Span, values.Span, output.Span, b.AttentionOptions);
        }),
    ];

    private static Work LayerForward => new(Projections + (4 * LayerPairs * Layer.HeadWidth), LayerPairs);

    /// <summary>Every latent is read once, and is key and value of all heads.</summary>
    private static Work AbsorbedWork
    {
        get
        {
            double scores = (double)Absorbed.Heads * Absorbed.Keys;
            double flops = (2.0 * (KeyWeights + ValueWeights)) + (2 * scores * (Absorbed.Rotary + (2 * Absorbed.Latent)));
            return new Work(flops, scores, AbsorbedFloats + KeyWeights + ValueWeights);
        }
    }

    private static FloatBuffer[] Weights(Buffers b) => [.. Enumerable.Range(0, 4).Select(_ => b.Weight(Matrix, Layer.InputWidth))];

    private static MultiHeadParameters Parameters(FloatBuffer[] weights) => new()
    {
        QueryWeight = weights[0].Span,
        KeyWeight = weights[1].Span,
        ValueWeight = weights[2].Span,
        OutputWeight = weights[3].Span,
    };

    private static KeyValueCache LatentCache() => KeyValueCache.Contiguous(Absorbed.Cache, Absorbed.Keys);

    /// <summary>What the expanded form reads and writes.</summary>
    private sealed class Expanded(Buffers b)
    {
        internal FloatBuffer Query { get; } = b.Normal(Latent.Queries * Latent.Heads * Latent.Width);

        internal FloatBuffer Latents { get; } = b.Normal(Latent.Keys * Latent.Latent);

        internal FloatBuffer Rotary { get; } = b.Normal(Latent.Keys * Latent.Rotary);

        internal FloatBuffer ToKeys { get; } = b.Weight(KeyWeights, Latent.Latent);

        internal FloatBuffer ToValues { get; } = b.Weight(ValueWeights, Latent.Latent);

        internal FloatBuffer Key { get; } = b.Result(Latent.Keys * Latent.Heads * Latent.Width);

        internal FloatBuffer Value { get; } = b.Result(Latent.Keys * Latent.Heads * Latent.ValueWidth);

        internal FloatBuffer Output { get; } = b.Result(Latent.Queries * Latent.Heads * Latent.ValueWidth);

        internal FloatBuffer LogSumExp { get; } = b.Result(Latent.Queries * Latent.Heads);

        internal void Forward(AttentionOptions options) => LatentAttention.Forward(
            Latent, Query.Span, Latents.Span, Rotary.Span, ToKeys.Span, ToValues.Span, Key.Span, Value.Span, Output.Span, LogSumExp.Span, options: options);
    }
}
