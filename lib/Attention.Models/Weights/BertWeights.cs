namespace Attention.Models;

/// <summary>The names and shapes under which BERT's weights are published, as the <c>bert-base-uncased</c> checkpoint holds them.</summary>
/// <remarks>
/// Devlin et al. 2019. Linear layers hold [out, in], as ours do; the norms' weight and bias are called gamma and beta in the older files, and files
/// of the encoder alone leave out the prefix <c>bert.</c>: both are read. The heads of both pretraining tasks are
/// optional, and the masked-word head's output shares the word embedding. Our names: <c>wordEmbedding.weight</c>, <c>positionEmbedding.weight</c>, <c>segmentEmbedding.weight</c>,
/// <c>embeddingNorm.weight</c>, <c>layers.0.attention.query.weight</c> (key, value, output), <c>layers.0.attentionNorm.weight</c>, <c>layers.0.feedForward.inner.weight</c> (outer),
/// <c>layers.0.feedForwardNorm.weight</c>, <c>pooler.weight</c>, <c>maskedWord.inner.weight</c>, <c>maskedWord.norm.weight</c>, <c>maskedWord.output.weight</c>,
/// <c>nextSentence.weight</c>; biases likewise.
/// </remarks>
public static class BertWeights
{
    /// <summary>The base model, uncased: 110 million parameters.</summary>
    public static WeightMap Base => Map(vocabulary: 30522, positions: 512, width: 768, layers: 12);

    /// <summary>The map for a model of these sizes.</summary>
    /// <param name="vocabulary">How many word pieces there are.</param>
    /// <param name="positions">The longest text.</param>
    /// <param name="width">The width of a layer.</param>
    /// <param name="layers">How many layers there are.</param>
    /// <param name="innerWidth">The width inside the feed-forward layers; four times the width when omitted.</param>
    /// <param name="segments">How many kinds of segment there are.</param>
    public static WeightMap Map(int vocabulary, int positions, int width, int layers, int? innerWidth = null, int segments = 2)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabulary, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(positions, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(segments, 1);
        int inner = innerWidth ?? checked(4 * width);
        ArgumentOutOfRangeException.ThrowIfLessThan(inner, 1, nameof(innerWidth));
        List<PublishedWeight> weights =
        [
            new("bert.embeddings.word_embeddings.weight", [vocabulary, width], ["wordEmbedding.weight"]),
            new("bert.embeddings.position_embeddings.weight", [positions, width], ["positionEmbedding.weight"]),
            new("bert.embeddings.token_type_embeddings.weight", [segments, width], ["segmentEmbedding.weight"]),
            .. Norm("bert.embeddings.LayerNorm", "embeddingNorm", width),
        ];
        for (int layer = 0; layer < layers; layer++)
        {
            string published = FormattableString.Invariant($"bert.encoder.layer.{layer}"), ours = FormattableString.Invariant($"layers.{layer}");
            weights.AddRange([
                .. Linear($"{published}.attention.self.query", $"{ours}.attention.query", width, width),
                .. Linear($"{published}.attention.self.key", $"{ours}.attention.key", width, width),
                .. Linear($"{published}.attention.self.value", $"{ours}.attention.value", width, width),
                .. Linear($"{published}.attention.output.dense", $"{ours}.attention.output", width, width),
                .. Norm($"{published}.attention.output.LayerNorm", $"{ours}.attentionNorm", width),
                .. Linear($"{published}.intermediate.dense", $"{ours}.feedForward.inner", width, inner),
                .. Linear($"{published}.output.dense", $"{ours}.feedForward.outer", inner, width),
                .. Norm($"{published}.output.LayerNorm", $"{ours}.feedForwardNorm", width)]);
        }

        weights.AddRange([
            .. Optional(Linear("bert.pooler.dense", "pooler", width, width)),
            .. Optional(Linear("cls.predictions.transform.dense", "maskedWord.inner", width, width)),
            .. Optional(Norm("cls.predictions.transform.LayerNorm", "maskedWord.norm", width)),
            new("cls.predictions.decoder.weight", [vocabulary, width], ["maskedWord.output.weight"], Optional: true),
            new("cls.predictions.bias", [vocabulary], ["maskedWord.output.bias"], OtherName: "cls.predictions.decoder.bias", Optional: true),
            .. Optional(Linear("cls.seq_relationship", "nextSentence", width, 2))]);
        // Files that were saved by newer programs count the positions from 0; those of an encoder without heads leave out the prefix.
        return new WeightMap(FormattableString.Invariant($"BERT of {layers} layers, width {width}"), weights, "bert.", ["embeddings.position_ids"]);
    }

    private static PublishedWeight[] Norm(string published, string ours, int width) =>
    [
        new($"{published}.weight", [width], [$"{ours}.weight"], OtherName: $"{published}.gamma"),
        new($"{published}.bias", [width], [$"{ours}.bias"], OtherName: $"{published}.beta"),
    ];

    private static PublishedWeight[] Linear(string published, string ours, int from, int to) =>
        [new($"{published}.weight", [to, from], [$"{ours}.weight"]), new($"{published}.bias", [to], [$"{ours}.bias"])];

    private static IEnumerable<PublishedWeight> Optional(PublishedWeight[] weights) => weights.Select(weight => weight with { Optional = true });
}
