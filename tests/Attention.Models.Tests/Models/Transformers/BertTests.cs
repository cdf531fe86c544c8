using Attention.Models.Tests.Data;

namespace Attention.Models.Tests.Models.Transformers;

public sealed class BertTests
{
    private static BertBatch Batch => new([1, 5, 3, 2, 7, 1, 3, 2, 0, 0], [5, 3], [0, 0, 0, 1, 1, 0, 0, 1, 0, 0]) { Words = [-1, -1, 4, -1, 7, -1, 6, -1, -1, -1], NextSentence = [1, 0] };

    [Fact]
    public void Loss_Backward_IsTheSlope()
    {
        Bert bert = New();

        GradientCheck.Assert(() => bert.Loss(Batch), [.. bert.Parameters]);
    }

    [Fact]
    public void Loss_IsThatOfTheWordsAndOfTheSentences()
    {
        Bert bert = New();

        float both = bert.Loss(Batch).Value;

        Assert.Equal(both, bert.Loss(Batch with { NextSentence = null }).Value + bert.Loss(Batch with { Words = null }).Value, 1e-5f);
    }

    [Fact]
    public void Loss_LooksAtMaskedPositionsOnly()
    {
        Bert bert = New();
        Tensor logits = bert.Words(bert.Forward(Batch));

        float expected = -((logits.LogSoftmax()[0, 2, 4] + logits.LogSoftmax()[0, 4, 7] + logits.LogSoftmax()[1, 1, 6]) / 3);

        Assert.Equal(expected, bert.Loss(Batch with { NextSentence = null }).Value, 1e-5f);
    }

    [Fact]
    public void Forward_DoesNotSeePadding()
    {
        Bert bert = New();
        BertBatch alone = new([1, 3, 2], [3], [0, 0, 1]), other = new([1, 3, 2, 8, 4], [3], [0, 0, 1, 1, 0]);

        Golden.GoldenCases.Near("padded", bert.Forward(alone), bert.Forward(Batch).At(0, 1).Slice(0, 0, 3).Reshape(1, 3, 4));
        Golden.GoldenCases.Near("other padding", bert.Forward(alone), bert.Forward(other).Slice(1, 0, 3));
    }

    [Fact]
    public void Forward_SeesWhatComesLater()
    {
        Bert bert = New();
        BertBatch one = new([1, 3, 2], [3]), two = new([1, 3, 5], [3]);

        Assert.NotEqual(bert.Forward(one).At(1, 0).ToArray(), bert.Forward(two).At(1, 0).ToArray());
    }

    [Fact]
    public void Masked_HidesEightInTen_ReplacesOne_LeavesOne()
    {
        const int Mask = 3, Vocabulary = 1000, Rows = 400, Length = 50;
        RandomSource random = new(4);
        int[] ids = [.. Enumerable.Range(0, Rows * Length).Select(place => place % Length == 0 ? 1 : 10 + random.NextInt(Vocabulary - 10))], lengths = [.. Enumerable.Repeat(Length - 10, Rows)];
        BertBatch batch = new(ids, lengths);

        BertBatch masked = batch.Masked(new(5), Mask, Vocabulary, special: [1]);

        int asked = 0, hidden = 0, same = 0;
        for (int place = 0; place < ids.Length; place++)
        {
            if (masked.Words![place] == BertBatch.NotAsked)
            {
                Assert.Equal(ids[place], masked.Ids[place]);
                continue;
            }

            Assert.Equal(ids[place], masked.Words[place]);
            Assert.InRange(place % Length, 1, Length - 11); // neither what is special nor padding
            asked++;
            hidden += masked.Ids[place] == Mask ? 1 : 0;
            same += masked.Ids[place] == ids[place] ? 1 : 0;
        }

        Assert.Equal(Rows * 6, asked); // 15 % of 39, rounded
        Assert.InRange((double)hidden / asked, 0.77, 0.83);
        Assert.InRange((double)same / asked, 0.08, 0.12);
        Assert.Equal(masked.Ids, batch.Masked(new(5), Mask, Vocabulary, special: [1]).Ids);
        Assert.NotEqual(masked.Ids, batch.Masked(new(6), Mask, Vocabulary, special: [1]).Ids);
    }

    [Fact]
    public void Weights_AsPublished_ComeBackTheSame()
    {
        using TemporaryFolder folder = new();
        string path = folder["bert.safetensors"];
        Bert one = New(seed: 1), two = New(seed: 2);
        one.SavePublished(path);

        two.LoadPublished(path);

        Assert.Equal(one.Loss(Batch).Value, two.Loss(Batch).Value);
        Bert other = new(new(9) { Positions = 7, Width = 4, Heads = 2, Layers = 1, InnerWidth = 5 }, new(3));
        string message = Assert.Throws<InvalidDataException>(() => other.LoadPublished(path)).Message;
        Assert.Contains("misshapen \"bert.embeddings.position_embeddings.weight\": expected [7, 4], got [6, 4]", message, StringComparison.Ordinal);
        Assert.Contains("unexpected \"bert.encoder.layer.1.output.dense.bias\"", message, StringComparison.Ordinal);
    }

    /// <summary>Three published forms: with an output that repeats the word embedding, and of the encoder alone, without heads, prefix and today's names of the norms.</summary>
    [Fact]
    public void LoadPublished_OtherForms_GiveTheSameRows()
    {
        using TemporaryFolder folder = new();
        Bert one = New(seed: 1);
        one.SavePublished(folder["one"]);
        NamedWeights[] published;
        using (SafetensorsFile file = SafetensorsFile.Open(folder["one"]))
        {
            published = [.. file.Tensors.Select(entry => file.Read(entry.Name))];
        }

        NamedWeights words = published.Single(weight => weight.Name == "bert.embeddings.word_embeddings.weight");
        SafetensorsFile.Write(folder["with output"], published.Append(new NamedWeights("cls.predictions.decoder.weight", words.Shape, words.Values)));
        SafetensorsFile.Write(folder["encoder"], published.Where(weight => weight.Name.StartsWith("bert.", StringComparison.Ordinal)).Select(weight => new NamedWeights(
            weight.Name["bert.".Length..].Replace("LayerNorm.weight", "LayerNorm.gamma", StringComparison.Ordinal).Replace("LayerNorm.bias", "LayerNorm.beta", StringComparison.Ordinal), weight.Shape, weight.Values)));
        foreach (string form in (string[])["with output", "encoder"])
        {
            Bert two = New(seed: 2);
            two.LoadPublished(folder[form]);
            Assert.Equal(one.Forward(Batch).ToArray(), two.Forward(Batch).ToArray());
        }

        float[] other = words.Values.ToArray();
        other[5] += 1;
        SafetensorsFile.Write(folder["other output"], published.Append(new NamedWeights("cls.predictions.decoder.weight", words.Shape, other)));
        string message = Assert.Throws<InvalidDataException>(() => New(seed: 2).LoadPublished(folder["other output"])).Message;
        Assert.Contains("\"cls.predictions.decoder.weight\" and \"bert.embeddings.word_embeddings.weight\" differ in 1 of 9×4 = 36 numbers, first in number 5", message, StringComparison.Ordinal);
    }

    [Fact]
    public void OutOfRange_IsRefused()
    {
        Bert bert = New();

        Assert.Contains("2 texts, each with at least 1 piece, are not made of 3 pieces", Assert.Throws<ArgumentException>(() => new BertBatch([1, 2, 3], [1, 1])).Message, StringComparison.Ordinal);
        Assert.Contains("got 0 places, 0 of them asked about", Assert.Throws<ArgumentException>(() => bert.Loss(new BertBatch([1, 2], [2]))).Message, StringComparison.Ordinal);
        Assert.Contains("got 9 and 0.15", Assert.Throws<ArgumentException>(() => Batch.Masked(new(1), 9, 9, [])).Message, StringComparison.Ordinal);
        Assert.Contains("positions: 0+7 = 7, and there are 6", Assert.Throws<ArgumentException>(() => bert.Forward(new BertBatch(new int[7], [7]))).Message, StringComparison.Ordinal);
    }

    private static Bert New(ulong seed = 1) => new Bert(new(9) { Positions = 6, Width = 4, Heads = 2, Layers = 2, InnerWidth = 5 }, new(seed)).Stirred(0.5f, seed);
}
