using Attention.Models.Tests.Data;

namespace Attention.Models.Tests.Weights;

public sealed class WeightMapTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Names and shapes as the published files list them.</summary>
    [Theory]
    [InlineData("wte.weight", new[] { 50257, 768 })]
    [InlineData("wpe.weight", new[] { 1024, 768 })]
    [InlineData("h.0.ln_1.weight", new[] { 768 })]
    [InlineData("h.0.attn.c_attn.weight", new[] { 768, 2304 })]
    [InlineData("h.0.attn.c_attn.bias", new[] { 2304 })]
    [InlineData("h.11.attn.c_proj.weight", new[] { 768, 768 })]
    [InlineData("h.11.mlp.c_fc.weight", new[] { 768, 3072 })]
    [InlineData("h.11.mlp.c_proj.weight", new[] { 3072, 768 })]
    [InlineData("h.11.mlp.c_proj.bias", new[] { 768 })]
    [InlineData("ln_f.bias", new[] { 768 })]
    public void Gpt2_Small_HasThePublishedShapes(string name, int[] shape) => Assert.Equal(shape, Gpt2Weights.Small.Weights.Single(weight => weight.Name == name).Shape);

    [Theory]
    [InlineData("bert.embeddings.word_embeddings.weight", new[] { 30522, 768 })]
    [InlineData("bert.embeddings.token_type_embeddings.weight", new[] { 2, 768 })]
    [InlineData("bert.encoder.layer.0.attention.self.query.weight", new[] { 768, 768 })]
    [InlineData("bert.encoder.layer.11.attention.output.LayerNorm.weight", new[] { 768 })]
    [InlineData("bert.encoder.layer.11.intermediate.dense.weight", new[] { 3072, 768 })]
    [InlineData("bert.encoder.layer.11.output.dense.weight", new[] { 768, 3072 })]
    [InlineData("bert.pooler.dense.bias", new[] { 768 })]
    [InlineData("cls.predictions.bias", new[] { 30522 })]
    [InlineData("cls.seq_relationship.weight", new[] { 2, 768 })]
    public void Bert_Base_HasThePublishedShapes(string name, int[] shape) => Assert.Equal(shape, BertWeights.Base.Weights.Single(weight => weight.Name == name).Shape);

    /// <summary>The counts that the papers and the published files give: 124,439,808 and 109,482,240 without the pretraining heads.</summary>
    [Fact]
    public void Maps_OfThePublishedSizes_CountTheirParameters()
    {
        static long Count(WeightMap map, Func<PublishedWeight, bool> counts) => map.Weights.Where(counts).Sum(weight => weight.Shape.Aggregate(1L, (count, size) => count * size));

        Assert.Equal(124_439_808, Count(Gpt2Weights.Small, weight => !weight.Optional));
        Assert.Equal(148, Gpt2Weights.Small.Weights.Count(weight => !weight.Optional));
        Assert.Equal(109_482_240, Count(BertWeights.Base, weight => weight.Name.StartsWith("bert.", StringComparison.Ordinal)));
        Assert.Equal(199, BertWeights.Base.Weights.Count(weight => weight.Name.StartsWith("bert.", StringComparison.Ordinal)));
    }

    /// <summary>y = x·W with W [in, out] = [2, 6] as published; our query, key and value are [2, 2] each, turned.</summary>
    [Fact]
    public void Read_Gpt2Convolution_IsCutInThreeAndTurned()
    {
        WeightMap map = Gpt2Weights.Map(vocabulary: 3, positions: 4, width: 2, layers: 1);
        float[] joint = [.. Enumerable.Range(0, 12).Select(i => (float)i)];
        SafetensorsFile.Write(_folder["m"], Published(map, weight => weight.Name switch
        {
            "h.0.attn.c_attn.weight" => joint,
            "h.0.attn.c_attn.bias" => [1, 2, 3, 4, 5, 6],
            _ => null,
        }));

        using var file = SafetensorsFile.Open(_folder["m"]);
        var ours = map.Read(file).ToDictionary(weights => weights.Name);

        Assert.Equal([0f, 6, 1, 7], ours["layers.0.attention.query.weight"].Values.ToArray());
        Assert.Equal([2f, 8, 3, 9], ours["layers.0.attention.key.weight"].Values.ToArray());
        Assert.Equal([4f, 10, 5, 11], ours["layers.0.attention.value.weight"].Values.ToArray());
        Assert.Equal([3f, 4], ours["layers.0.attention.key.bias"].Values.ToArray());
        Assert.Equal([8, 2], ours["layers.0.feedForward.inner.weight"].Shape);
        Assert.Equal([2, 8], ours["layers.0.feedForward.outer.weight"].Shape);
    }

    [Theory]
    [InlineData("gpt2")]
    [InlineData("bert")]
    public void PublishThenRead_AllParameters_GivesTheSameBack(string model)
    {
        WeightMap map = Small(model);
        const int seed = 8;
        var random = new Random(seed);
        NamedWeights[] ours = [.. map.Weights.SelectMany(weight => weight.Parameters.Select(name => new NamedWeights(name, weight.ParameterShape, Values(weight.ParameterShape, random))))];
        SafetensorsFile.Write(_folder["m"], map.Publish(ours));

        using var file = SafetensorsFile.Open(_folder["m"]);
        IReadOnlyList<NamedWeights> back = map.Read(file);

        Assert.Equal(ours.Select(weights => weights.Name), back.Select(weights => weights.Name));
        Assert.All(ours.Zip(back), pair => Assert.True(pair.First.Values.Span.SequenceEqual(pair.Second.Values.Span) && pair.First.Shape.SequenceEqual(pair.Second.Shape), $"{pair.First.Name}, seed {seed}"));
        Assert.Equal(map.Weights.Select(weight => (weight.Name, Text(weight.Shape))), map.Publish(back).Select(weights => (weights.Name, Text(weights.Shape))));
    }

    [Fact]
    public void Read_PrefixMasksAndTiedOutput_AreUnderstood()
    {
        WeightMap map = Small("gpt2");
        IEnumerable<NamedWeights> published = Published(map).Where(weights => weights.Name != "lm_head.weight")
            .Select(weights => new NamedWeights("transformer." + weights.Name, weights.Shape, weights.Values))
            .Append(new NamedWeights("transformer.h.0.attn.bias", [1, 1, 4, 4], new float[16]));
        SafetensorsFile.Write(_folder["m"], published);

        using var file = SafetensorsFile.Open(_folder["m"]);

        Assert.Equal(map.Weights.Where(weight => !weight.Optional).SelectMany(weight => weight.Parameters), map.Read(file).Select(weights => weights.Name));
    }

    [Fact]
    public void Read_GammaAndBeta_AreWeightAndBias()
    {
        WeightMap map = Small("bert");
        SafetensorsFile.Write(_folder["m"], Published(map).Select(weights => !weights.Name.Contains("LayerNorm", StringComparison.Ordinal) ? weights
            : new NamedWeights(weights.Name.Replace("LayerNorm.weight", "LayerNorm.gamma", StringComparison.Ordinal).Replace("LayerNorm.bias", "LayerNorm.beta", StringComparison.Ordinal), weights.Shape, weights.Values)));

        using var file = SafetensorsFile.Open(_folder["m"]);

        Assert.Contains(map.Read(file), weights => weights.Name == "layers.1.feedForwardNorm.bias");
    }

    /// <summary>Files of the encoder alone have neither heads nor the prefix; those of older programs have the old names as well.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_BertWithoutItsPrefix_IsUnderstood(bool oldNames)
    {
        WeightMap map = Small("bert");
        PublishedWeight[] encoder = [.. map.Weights.Where(weight => weight.Name.StartsWith("bert.", StringComparison.Ordinal))];
        SafetensorsFile.Write(_folder["m"], encoder.Select(weight => new NamedWeights((oldNames ? weight.OtherName : null)?["bert.".Length..] ?? weight.Name["bert.".Length..], weight.Shape, Values(weight.Shape, null)))
            .Append(new NamedWeights("embeddings.position_ids", [1, 4], new float[4])));

        using var file = SafetensorsFile.Open(_folder["m"]);

        Assert.Equal(encoder.SelectMany(weight => weight.Parameters), map.Read(file).Select(weights => weights.Name));
        Assert.Equal(oldNames, file.Contains("encoder.layer.1.output.LayerNorm.gamma"));
    }

    [Fact]
    public void Read_OneTensorUnderBothNames_MustBeTheSameTwice()
    {
        WeightMap map = Small("bert");
        foreach ((float[] repeated, string? fault) in new (float[], string?)[]
        {
            ([1, 2, 3, 4, 5], null),
            ([1, 2, 3, 9, 9], "1 of its tensors are wrong\n  contradictory \"cls.predictions.bias\" and \"cls.predictions.decoder.bias\" differ in 2 of 5 numbers, first in number 3 of the rows one after another, counted from 0: 4 and 9"),
            ([1, 2, 3, 4], "1 of its tensors are wrong\n  misshapen \"cls.predictions.decoder.bias\": expected [5], got [4]"),
        })
        {
            SafetensorsFile.Write(_folder["m"], Published(map, weight => weight.Name == "cls.predictions.bias" ? [1, 2, 3, 4, 5] : null)
                .Append(new NamedWeights("cls.predictions.decoder.bias", [repeated.Length], repeated)));
            using var file = SafetensorsFile.Open(_folder["m"]);

            if (fault is null)
            {
                Assert.Equal([1f, 2, 3, 4, 5], map.Read(file).Single(weights => weights.Name == "maskedWord.output.bias").Values.ToArray());
            }
            else
            {
                Assert.EndsWith(fault, Assert.Throws<InvalidDataException>(() => map.Read(file)).Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Read_TensorWithAndWithoutThePrefix_IsRefused()
    {
        WeightMap map = Small("gpt2");
        SafetensorsFile.Write(_folder["m"], Published(map).Append(new NamedWeights("transformer.ln_f.bias", [2], new float[2])));

        using var file = SafetensorsFile.Open(_folder["m"]);

        Assert.EndsWith("1 of its tensors are wrong\n  unexpected \"transformer.ln_f.bias\" [2]", Assert.Throws<InvalidDataException>(() => map.Read(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WrongFile_NamesEveryTensorThatIsWrong()
    {
        WeightMap map = Small("gpt2");
        SafetensorsFile.Write(_folder["m"], Published(map).Where(weights => weights.Name is not ("wpe.weight" or "h.1.ln_2.bias"))
            .Select(weights => weights.Name == "ln_f.weight" ? new NamedWeights(weights.Name, [1, 2], new float[2]) : weights)
            .Append(new NamedWeights("h.2.ln_1.weight", [2], new float[2])).Append(new NamedWeights("extra", [], new float[1])));

        using var file = SafetensorsFile.Open(_folder["m"]);
        var refusal = Assert.Throws<InvalidDataException>(() => map.Read(file));

        Assert.Equal($"""
            {_folder["m"]} does not fit GPT-2 of 2 layers, width 2: 5 of its tensors are wrong
              missing "wpe.weight" [4, 2]
              missing "h.1.ln_2.bias" [2]
              misshapen "ln_f.weight": expected [2], got [1, 2]
              unexpected "h.2.ln_1.weight" [2]
              unexpected "extra" []
            """, refusal.Message);
    }

    [Fact]
    public void Publish_WrongParameters_NamesEveryOne()
    {
        WeightMap map = Small("gpt2");
        NamedWeights[] ours = [.. map.Weights.SelectMany(weight => weight.Parameters.Select(name => new NamedWeights(name, weight.ParameterShape, Values(weight.ParameterShape, null))))];

        var refusal = Assert.Throws<ArgumentException>(() => map.Publish(ours.Where(weights => weights.Name != "layers.0.attention.key.weight").Append(new NamedWeights("odd", [1], new float[1]))));

        Assert.Contains("2 do not fit", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("missing \"layers.0.attention.key.weight\" [2, 2]", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("unexpected \"odd\" [1]", refusal.Message, StringComparison.Ordinal);
    }

    private static WeightMap Small(string model) => model == "gpt2"
        ? Gpt2Weights.Map(vocabulary: 3, positions: 4, width: 2, layers: 2) : BertWeights.Map(vocabulary: 5, positions: 4, width: 3, layers: 2, innerWidth: 7);

    private static IEnumerable<NamedWeights> Published(WeightMap map, Func<PublishedWeight, float[]?>? values = null) =>
        map.Weights.Select(weight => new NamedWeights(weight.Name, weight.Shape, values?.Invoke(weight) ?? Values(weight.Shape, null)));

    private static float[] Values(IReadOnlyList<int> shape, Random? random) => [.. Enumerable.Range(0, shape.Aggregate(1, (count, size) => count * size)).Select(_ => random?.NextSingle() ?? 0)];

    private static string Text(IEnumerable<int> shape) => string.Join(' ', shape);
}
