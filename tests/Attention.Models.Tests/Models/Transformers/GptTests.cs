using Attention.Models.Tests.Data;

namespace Attention.Models.Tests.Models.Transformers;

public sealed class GptTests
{
    private static readonly int[] Text = [1, 4, 2, 6, 0, 3, 3, 5, 1, 2];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Loss_Backward_IsTheSlope(bool isTied)
    {
        Gpt gpt = New(isTied);

        GradientCheck.Assert(() => gpt.Loss(Text, 2), [.. gpt.Parameters]);
    }

    [Fact]
    public void Parameters_AreAsManyAsTheSizesSay()
    {
        // Embeddings 7×4 + 8×4; a layer: two norms 2×2×4, four projections 4×(4×4+4), feed-forward 2×4×16+16+4; the last norm 2×4.
        Assert.Equal(28 + 32 + (2 * (16 + 80 + 148)) + 8, New(true).ParameterCount);
        Assert.Equal(28 + 32 + (2 * (16 + 80 + 148)) + 8 + 28, New(false).ParameterCount);
    }

    [Fact]
    public void New_BeginsAsGpt2Does()
    {
        Gpt gpt = new(new(100) { Width = 64, Layers = 8 }, new(3));

        foreach ((string name, Tensor weight) in gpt.NamedParameters.Where(named => named.Value.Rank == 2))
        {
            bool writes = name.EndsWith("attention.output.weight", StringComparison.Ordinal) || name.EndsWith("outer.weight", StringComparison.Ordinal);
            double deviation = Math.Sqrt(weight.ToArray().Average(value => (double)value * value)), expected = writes ? 0.02 / 4 : 0.02;
            Assert.InRange(deviation / expected, 0.93, 1.07);
        }
    }

    [Fact]
    public void Forward_ShowsNoTokenToThoseBeforeIt()
    {
        Gpt gpt = New();
        int[] text = [1, 4, 2, 6, 0], other = [1, 4, 2, 3, 5];

        float[] one = gpt.Forward(text, 1, 5).ToArray(), two = gpt.Forward(other, 1, 5).ToArray();

        Assert.Equal(one[..(3 * 7)], two[..(3 * 7)]);
        Assert.NotEqual(one[(3 * 7)..], two[(3 * 7)..]);
    }

    [Fact]
    public void Forward_GivesEachTextWhatItGetsAlone()
    {
        Gpt gpt = New();
        int[] one = [1, 4, 2], two = [6, 0, 5], both = [.. one, .. two];

        Tensor together = gpt.Forward(both, 2, 3);

        Near(gpt.Forward(one, 1, 3).At(0, 0), together.At(0, 0));
        Near(gpt.Forward(two, 1, 3).At(0, 0), together.At(0, 1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public void Cache_ReadInPieces_GivesWhatTheWholeGives(int first)
    {
        Gpt gpt = New(false);
        int[] text = [1, 4, 2, 6, 0, 3, 3, 5, 6, 5, 4, 3, 2, 1, 0, 1];
        Tensor whole = gpt.Forward(text, 2, 8);
        using var off = Gradients.Off();
        Gpt.Cache cache = gpt.NewCache(batch: 2);

        Near(whole.At(1, first - 1), cache.Continue((int[])[.. text[..first], .. text[8..(8 + first)]]));
        for (int i = first; i < 8; i++)
        {
            int[] next = [text[i], text[8 + i]];
            Near(whole.At(1, i), cache.Continue(next));
        }

        Assert.Equal(8, cache.Length);
    }

    [Fact]
    public void Generate_Greedy_TakesTheLikeliestEachTime()
    {
        Gpt gpt = Sharp();
        List<int> text = [1, 4];
        for (int i = 0; i < 6; i++)
        {
            text.Add(gpt.Forward(text.ToArray(), 1, text.Count).At(1, text.Count - 1).ArgMax()[0]);
        }

        Assert.Equal(text.Skip(2), gpt.Generate([1, 4], 6, Sampling.Greedy));
        Assert.Equal(text.Skip(2), gpt.Search([1, 4], 6, width: 1)[0].Tokens);
        Assert.Equal(text.Skip(2).TakeWhile(token => token != text[4]).Append(text[4]), gpt.Generate([1, 4], 6, Sampling.Greedy, endToken: text[4]));
    }

    [Fact]
    public void Generate_WithTheSameSeed_WritesTheSame_AndLeavesTheModelAsItWas()
    {
        Gpt gpt = new(Options(true) with { Dropout = 0.5f }, new(1));
        int[] one = gpt.Generate([1], 7, random: new(5)), two = gpt.Generate([1], 7, random: new(5)), other = gpt.Generate([1], 7, random: new(6));

        Assert.Equal(one, two);
        Assert.NotEqual(one, other);
        Assert.True(gpt.IsTraining);
        Assert.True(Gradients.AreOn);
    }

    [Fact]
    public void Search_FindsTextsOfTheirProbability()
    {
        Gpt gpt = Sharp();

        IReadOnlyList<Beam> found = gpt.Search([1, 4], 3, width: 4);

        Assert.Equal(4, found.Count);
        foreach (Beam beam in found)
        {
            int[] text = [1, 4, .. beam.Tokens];
            Assert.Equal(-3 * gpt.Forward(text.AsMemory(0, 4), 1, 4).Slice(1, 1, 3).CrossEntropy(text.AsMemory(2, 3)).Value, beam.LogProbability, 1e-4);
        }
    }

    /// <summary>The caches of texts that part and end give what reading every text anew gives, and no text is read again.</summary>
    [Theory]
    [InlineData(1, null)]
    [InlineData(2, 3)]
    [InlineData(5, 3)]
    public void Search_WithCaches_FindsWhatReadingAnewFinds(int width, int? endToken)
    {
        Gpt gpt = new(new(11) { Context = 50, Width = 16, Heads = 2, Layers = 2 }, new(7));
        foreach (Tensor parameter in gpt.Parameters)
        {
            Tensor.Normal(new(3), 0.5f, parameter.Shape).Values.CopyTo(parameter.Values);
        }

        int[] prompt = [1, 4, 2];
        IReadOnlyList<Beam> expected = BeamSearch.Find(
            texts => gpt.Forward(texts.SelectMany(text => prompt.Concat(text)).ToArray(), texts.Count, 3 + texts[0].Length).At(1, -1), width, 40, endToken, 0.6);
        IReadOnlyList<Beam> found;
        using (AttentionRecorder recorder = AttentionRecorder.Start())
        {
            found = gpt.Search(prompt, 40, width, endToken, 0.6);
            Assert.Empty(recorder.Entries); // which those of whole texts would be
        }

        Assert.Equal(expected.Count, found.Count);
        for (int i = 0; i < found.Count; i++)
        {
            Assert.Equal(expected[i].Tokens, found[i].Tokens);
            Assert.Equal(expected[i].LogProbability, found[i].LogProbability, 1e-4);
            Assert.Equal(expected[i].IsFinished, found[i].IsFinished);
        }
    }

    [Fact]
    public void CacheSelect_GoesOnWithTheTextsThatAreNamed()
    {
        Gpt gpt = Sharp();
        using IDisposable off = Gradients.Off();
        Gpt.Cache cache = gpt.NewCache(batch: 2);
        int[] first = [1, 4, 2, 3], then = [5, 1, 4], whole = [2, 3, 5, 1, 4, 1, 2, 3, 4];
        cache.Continue(first);
        Assert.Equal("GPT: expected texts from 0 to 1, got 2 (Parameter 'texts')", Assert.Throws<ArgumentException>(() => cache.Select([2])).Message);
        cache.Select([1, 0, 1]);

        Tensor logits = cache.Continue(then);

        Golden.GoldenCases.Near("selected", gpt.Forward(whole, 3, 3).At(1, 2), logits);
        Assert.Equal(3, cache.Length);
    }

    [Fact]
    public void Weights_AsPublished_ComeBackTheSame()
    {
        using TemporaryFolder folder = new();
        string tied = folder["tied.safetensors"], untied = folder["untied.safetensors"];
        Gpt one = New(true, seed: 1), two = New(true, seed: 2), own = New(false, seed: 3), again = New(false, seed: 4);
        one.SavePublished(tied);
        own.SavePublished(untied);

        two.LoadPublished(tied);
        again.LoadPublished(untied);
        Assert.Equal(one.Forward(Text, 2, 5).ToArray(), two.Forward(Text, 2, 5).ToArray());
        Assert.Equal(own.Forward(Text, 2, 5).ToArray(), again.Forward(Text, 2, 5).ToArray());

        again.LoadPublished(tied); // no output of its own there: the embedding's
        Assert.Equal(one.Forward(Text, 2, 5).ToArray(), again.Forward(Text, 2, 5).ToArray());
        using SafetensorsFile file = SafetensorsFile.Open(tied);
        Assert.Equal([4, 12], file.Entry("h.0.attn.c_attn.weight").Shape);
    }

    [Fact]
    public void LoadPublished_OutputThatIsNotTheEmbedding_IsRefusedByATiedModelOnly()
    {
        using TemporaryFolder folder = new();
        string untied = folder["untied.safetensors"], same = folder["same.safetensors"];
        Gpt own = New(false, seed: 3), shared = New(true, seed: 1), tied = New(true, seed: 2);
        own.SavePublished(untied);
        float[] before = tied.Forward(Text, 2, 5).ToArray();

        string message = Assert.Throws<InvalidDataException>(() => tied.LoadPublished(untied)).Message;

        Assert.Contains("with an output that shares its embedding: \"lm_head.weight\" and \"wte.weight\" differ in", message, StringComparison.Ordinal);
        Assert.Equal(before, tied.Forward(Text, 2, 5).ToArray());

        // A file may repeat the embedding as its output, and put a prefix before all names but that one.
        shared.SavePublished(same);
        NamedWeights[] published;
        using (SafetensorsFile file = SafetensorsFile.Open(same))
        {
            published = [.. file.Tensors.Select(entry => file.Read(entry.Name))];
        }

        NamedWeights embedding = published.Single(weight => weight.Name == "wte.weight");
        SafetensorsFile.Write(same, published.Select(weight => new NamedWeights("transformer." + weight.Name, weight.Shape, weight.Values)).Append(new NamedWeights("lm_head.weight", embedding.Shape, embedding.Values)));
        tied.LoadPublished(same);
        Assert.Equal(shared.Forward(Text, 2, 5).ToArray(), tied.Forward(Text, 2, 5).ToArray());
    }

    [Fact]
    public void LoadPublished_OfOtherSizes_NamesEveryTensorThatDoesNotFit()
    {
        using TemporaryFolder folder = new();
        string path = folder["gpt.safetensors"];
        New().SavePublished(path);
        Gpt other = new(Options(true) with { Layers = 1, Context = 9 }, new(2));
        float[] before = other.Parameters.First().ToArray();

        string message = Assert.Throws<InvalidDataException>(() => other.LoadPublished(path)).Message;

        Assert.Contains("misshapen \"wpe.weight\": expected [9, 4], got [8, 4]", message, StringComparison.Ordinal);
        Assert.Contains("unexpected \"h.1.attn.c_attn.weight\"", message, StringComparison.Ordinal);
        Assert.Equal(before, other.Parameters.First().ToArray());
    }

    [Fact]
    public void Loss_IgnoresPadding()
    {
        Gpt gpt = New();
        int[] inputs = [1, 4, 2, 6, 3, 3], targets = [4, 2, -1, 3, -1, -1];

        (int Row, int Target)[] counted = [(0, 4), (1, 2), (3, 3)];
        float[] losses = [.. counted.Select(one => gpt.Forward(inputs, 2, 3).Reshape(6, 7).LogSoftmax()[one.Row, one.Target])];

        Assert.Equal(-losses.Average(), gpt.Loss(inputs, targets, 2, ignoreIndex: -1).Value, 1e-5f);
    }

    [Fact]
    public void OutOfRange_IsRefused()
    {
        Gpt gpt = New();
        int[] text = [1, 2, 3], wrong = [7];

        Assert.Contains("GPT: 2 texts of equal length, 2 tokens or more, are not made of 3 tokens", Assert.Throws<ArgumentException>(() => gpt.Loss(text, 2)).Message, StringComparison.Ordinal);
        Assert.Contains("got 3+6 = 9", Assert.Throws<ArgumentException>(() => gpt.Generate(text, 6)).Message, StringComparison.Ordinal);
        Assert.Contains("no random source", Assert.Throws<ArgumentException>(() => gpt.Generate(text, 2)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => gpt.Generate([], 2, Sampling.Greedy));
        Assert.Throws<ArgumentException>(() => gpt.Forward(wrong, 1, 1));
        Assert.Contains("positions: 0+9 = 9, and there are 8", Assert.Throws<ArgumentException>(() => gpt.Forward(new int[9], 1, 9)).Message, StringComparison.Ordinal);
        Assert.Contains("GPT: expected", Assert.Throws<ArgumentException>(() => new Gpt(new(0), new(1))).Message, StringComparison.Ordinal);
        Assert.Contains("3 heads do not share the width 4", Assert.Throws<ArgumentException>(() => new Gpt(Options(true) with { Heads = 3 }, new(1))).Message, StringComparison.Ordinal);
    }

    private static GptOptions Options(bool isTied) => new(7) { Context = 8, Width = 4, Heads = 2, Layers = 2, IsTied = isTied };

    private static Gpt New(bool isTied = true, ulong seed = 1) => new Gpt(Options(isTied), new(seed)).Stirred(1);

    /// <summary>A model whose probabilities lie far apart.</summary>
    private static Gpt Sharp() => new Gpt(Options(false), new(11)).Stirred(3);

    private static void Near(Tensor expected, Tensor actual) => Golden.GoldenCases.Near("rows", expected, actual);
}
