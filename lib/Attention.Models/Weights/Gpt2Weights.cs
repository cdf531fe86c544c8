namespace Attention.Models;

/// <summary>The names and shapes under which GPT-2's weights are published, as the <c>gpt2</c> checkpoints hold them.</summary>
/// <remarks>
/// Radford et al. 2019. Its linear layers are one-dimensional convolutions that hold [in, out]; query, key and value are one matrix. The output layer shares the token embedding, so
/// a file may go without <c>lm_head.weight</c>. Our names: <c>tokenEmbedding.weight</c>, <c>positionEmbedding.weight</c>, <c>layers.0.attentionNorm.weight</c>,
/// <c>layers.0.attention.query.weight</c> (key, value, output), <c>layers.0.feedForwardNorm.weight</c>, <c>layers.0.feedForward.inner.weight</c> (outer), <c>finalNorm.weight</c>,
/// <c>output.weight</c>; biases likewise.
/// </remarks>
public static class Gpt2Weights
{
    /// <summary>The smallest published model: 124 million parameters.</summary>
    public static WeightMap Small => Map(vocabulary: 50257, positions: 1024, width: 768, layers: 12);

    /// <summary>The map for a model of these sizes.</summary>
    /// <param name="vocabulary">How many tokens there are.</param>
    /// <param name="positions">The longest context.</param>
    /// <param name="width">The width of the residual stream.</param>
    /// <param name="layers">How many layers there are.</param>
    /// <param name="innerWidth">The width inside the feed-forward layers; four times the width when omitted.</param>
    public static WeightMap Map(int vocabulary, int positions, int width, int layers, int? innerWidth = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabulary, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(positions, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 0);
        int inner = innerWidth ?? checked(4 * width);
        ArgumentOutOfRangeException.ThrowIfLessThan(inner, 1, nameof(innerWidth));
        List<PublishedWeight> weights = [new("wte.weight", [vocabulary, width], ["tokenEmbedding.weight"]), new("wpe.weight", [positions, width], ["positionEmbedding.weight"])];
        for (int layer = 0; layer < layers; layer++)
        {
            string published = FormattableString.Invariant($"h.{layer}"), ours = FormattableString.Invariant($"layers.{layer}");
            weights.AddRange([
                .. Norm($"{published}.ln_1", $"{ours}.attentionNorm", width),
                .. Conv($"{published}.attn.c_attn", width, 3 * width, [.. ((string[])["query", "key", "value"]).Select(name => $"{ours}.attention.{name}")]),
                .. Conv($"{published}.attn.c_proj", width, width, [$"{ours}.attention.output"]),
                .. Norm($"{published}.ln_2", $"{ours}.feedForwardNorm", width),
                .. Conv($"{published}.mlp.c_fc", width, inner, [$"{ours}.feedForward.inner"]),
                .. Conv($"{published}.mlp.c_proj", inner, width, [$"{ours}.feedForward.outer"])]);
        }

        weights.AddRange([.. Norm("ln_f", "finalNorm", width), new("lm_head.weight", [vocabulary, width], ["output.weight"], Optional: true)]);
        // The causal mask and the number that fills it are stored with every layer of the published files.
        return new WeightMap(FormattableString.Invariant($"GPT-2 of {layers} layers, width {width}"), weights, "transformer.", [".attn.bias", ".attn.masked_bias"]);
    }

    private static PublishedWeight[] Norm(string published, string ours, int width) =>
        [new($"{published}.weight", [width], [$"{ours}.weight"]), new($"{published}.bias", [width], [$"{ours}.bias"])];

    private static PublishedWeight[] Conv(string published, int from, int to, string[] ours) =>
    [
        new($"{published}.weight", [from, to], [.. ours.Select(name => $"{name}.weight")], Transposed: true),
        new($"{published}.bias", [to], [.. ours.Select(name => $"{name}.bias")]),
    ];
}
