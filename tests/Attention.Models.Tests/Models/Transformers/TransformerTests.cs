namespace Attention.Models.Tests.Models.Transformers;

public sealed class TransformerTests
{
    private static readonly int[][] Sources = [[3, 4, 5, 3], [5, 3]], Targets = [[3, 6, 4], [5]];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Loss_Backward_IsTheSlope(bool isPreNorm)
    {
        Transformer transformer = New(isPreNorm);

        GradientCheck.Assert(() => transformer.Loss(Sources, Targets), [.. transformer.Parameters]);
    }

    [Fact]
    public void Decode_ShowsNoTokenToThoseBeforeIt()
    {
        Transformer transformer = New();
        int[] one = [1, 3, 6, 4], two = [1, 3, 5, 6], lengths = [4];
        Tensor memory = transformer.Encode(PaddedIds.Of([Sources[0]], 0));

        float[] first = transformer.Decode(one, memory, lengths).ToArray(), second = transformer.Decode(two, memory, lengths).ToArray();

        Assert.Equal(first[..14], second[..14]);
        Assert.NotEqual(first[14..], second[14..]);
    }

    [Fact]
    public void Decode_DoesNotSeePadding()
    {
        Transformer transformer = New();
        int[] written = [1, 3, 6], lengths = [2];

        Tensor alone = transformer.Decode(written, transformer.Encode(PaddedIds.Of([Sources[1]], 0)), lengths);
        var padded = PaddedIds.Of([Sources[1]], 0, width: 4);
        Tensor other = transformer.Decode(written, transformer.Encode(padded), lengths);

        Golden.GoldenCases.Near("padded", alone, other);
        Assert.NotEqual(alone.ToArray(), transformer.Decode(written, transformer.Encode(padded), (int[])[4]).ToArray());
    }

    [Fact]
    public void Translate_WithCaches_WritesWhatDecodeSaysIsLikeliest()
    {
        Transformer transformer = New(size: 2);

        IReadOnlyList<int[]> written = transformer.Translate(Sources, longest: 6);

        for (int row = 0; row < Sources.Length; row++)
        {
            Assert.Equal(Likeliest(transformer, Sources[row], 6), written[row]);
            Assert.Equal(written[row], transformer.Search(Sources[row], beams: 1, longest: 6)[0].Tokens);
        }
    }

    [Fact]
    public void Search_GivesTheirProbabilities()
    {
        Transformer transformer = New(size: 2);

        foreach (Beam beam in transformer.Search(Sources[0], beams: 3, longest: 3))
        {
            int[] written = [1, .. beam.Tokens], told = [.. beam.Tokens, 2], lengths = [4];
            if (!beam.IsFinished)
            {
                (written, told) = (written[..^1], told[..^1]);
            }

            Tensor logits = transformer.Decode(written, transformer.Encode(PaddedIds.Of([Sources[0]], 0)), lengths);
            Assert.Equal(-told.Length * logits.CrossEntropy(told).Value, beam.LogProbability, 1e-4);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Search_WithCaches_FindsWhatReadingAnewFinds(int beams)
    {
        Transformer transformer = New(size: 2);
        Tensor memory = transformer.Encode(PaddedIds.Of([Sources[0]], 0));
        IReadOnlyList<Beam> expected = BeamSearch.Find(
            texts =>
            {
                int[] written = [.. texts.SelectMany(text => text.Prepend(1))], lengths = [.. texts.Select(_ => 4)];
                return transformer.Decode(written, memory.Expand([texts.Count, .. memory.Shape.Sizes[1..]]), lengths).At(1, -1);
            },
            beams,
            longest: 8,
            endToken: 2,
            lengthPenalty: 0.6);
        using AttentionRecorder recorder = AttentionRecorder.Start();

        IReadOnlyList<Beam> found = transformer.Search(Sources[0], beams, longest: 8);

        Assert.Equal(expected.Count, found.Count);
        for (int i = 0; i < found.Count; i++)
        {
            Assert.Equal(expected[i].Tokens, found[i].Tokens);
            Assert.Equal(expected[i].LogProbability, found[i].LogProbability, 1e-4);
        }

        Assert.All(recorder.Entries.Where(entry => entry.Layer == "decoder.0.crossAttention"), entry => Assert.Equal(1, entry.Weights.Shape[2])); // one row of each text at a time
    }

    [Fact]
    public void Search_ComparesTextsByTheirPenalty()
    {
        Transformer transformer = New(size: 2);
        IReadOnlyList<Beam> plain = transformer.Search(Sources[0], beams: 6, longest: 5, lengthPenalty: 0), penalised = transformer.Search(Sources[0], beams: 6, longest: 5, lengthPenalty: 4);

        Assert.Equal(plain.OrderByDescending(beam => beam.LogProbability), plain);
        Assert.Equal(penalised.OrderByDescending(beam => beam.LogProbability / Math.Pow((5.0 + beam.Tokens.Count + (beam.IsFinished ? 1 : 0)) / 6, 4)), penalised);
        Assert.NotEqual(plain.Select(beam => string.Join(' ', beam.Tokens)), penalised.Select(beam => string.Join(' ', beam.Tokens)));
    }

    [Fact]
    public void New_ItsTokens_ComeOutWithDeviationOne()
    {
        Transformer transformer = new(new(200, 300) { Width = 64, Layers = 1 }, new(3));

        foreach (string name in new[] { "sourceEmbedding.weight", "targetEmbedding.weight" })
        {
            Assert.InRange(Math.Sqrt(transformer.State()[name].ToArray().Average(value => value * value * 64.0)), 0.97, 1.03);
        }
    }

    [Fact]
    public void SharedEmbedding_IsOneParameter()
    {
        Transformer transformer = new(new(7, 7) { Width = 8, Layers = 1, SharesEmbedding = true }, new(1));

        Assert.Single(transformer.NamedParameters, named => named.Key.Contains("mbedding", StringComparison.Ordinal));
        Assert.Contains("vocabularies of 6 and 7", Assert.Throws<ArgumentException>(() => new Transformer(new(6, 7) { SharesEmbedding = true }, new(1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OutOfRange_IsRefused()
    {
        Transformer transformer = New();
        int[][] lengthy = [new int[9]];

        Assert.Contains("got 2 sources and 1 targets", Assert.Throws<ArgumentException>(() => transformer.Loss(Sources, [[3]])).Message, StringComparison.Ordinal);
        Assert.Contains("positions: 0+9 = 9, and there are 8", Assert.Throws<ArgumentException>(() => transformer.Translate(lengthy, 3)).Message, StringComparison.Ordinal);
        Assert.Equal("sources: number 1 is empty", Assert.Throws<ArgumentException>(() => transformer.Loss([[3], []], Targets)).Message);
        Assert.Equal("sources: number 0 is empty", Assert.Throws<ArgumentException>(() => transformer.Translate([[]], 3)).Message);
        Assert.Equal("sources: number 0 is empty", Assert.Throws<ArgumentException>(() => transformer.Search([], 2, 3)).Message);
        Assert.Contains("got 0 and 3", Assert.Throws<ArgumentException>(() => transformer.Translate([], 3)).Message, StringComparison.Ordinal);
        Assert.Contains("end 2 are not all among 2 tokens", Assert.Throws<ArgumentException>(() => new Transformer(new(5, 2), new(1))).Message, StringComparison.Ordinal);
    }

    private static int[] Likeliest(Transformer transformer, int[] source, int longest)
    {
        List<int> written = [1];
        int[] lengths = [source.Length];
        while (written.Count <= longest)
        {
            int next = transformer.Decode(written.ToArray(), transformer.Encode(PaddedIds.Of([source], 0)), lengths).ArgMax()[^1];
            if (next == 2)
            {
                break;
            }

            written.Add(next);
        }

        return [.. written.Skip(1)];
    }

    private static Transformer New(bool isPreNorm = false, float size = 0.5f) =>
        new Transformer(new(6, 7) { Width = 4, Heads = 2, Layers = 1, InnerWidth = 5, IsPreNorm = isPreNorm, Positions = 8 }, new(1)).Stirred(size);
}
