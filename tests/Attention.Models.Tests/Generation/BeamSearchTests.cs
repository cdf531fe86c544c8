namespace Attention.Models.Tests.Generation;

public sealed class BeamSearchTests
{
    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Find_OnLogitsThatAreNoNumbers_SaysSo(float bad)
    {
        var refused = Assert.Throws<ArgumentException>(() => BeamSearch.Find(_ => Tensor.Of([0, bad], 1, 2), width: 1, longest: 2));

        Assert.Equal("beam search: the logits after text 0 of 1 hold NaN or ∞", refused.Message);
    }

    /// <summary>Token 1 looks better at first, but only after 2 comes something likely; 0 ends a text.</summary>
    private static Tensor Trap(IReadOnlyList<int[]> texts)
    {
        Tensor logits = Tensor.Zeros(texts.Count, 4);
        for (int i = 0; i < texts.Count; i++)
        {
            float[] probabilities = texts[i] switch
            {
                [] => [0.05f, 0.5f, 0.4f, 0.05f],
                [1] => [0.3f, 0.3f, 0.2f, 0.2f],
                [2] => [0.02f, 0.02f, 0.02f, 0.94f],
                _ => [0.9f, 0.04f, 0.03f, 0.03f],
            };
            probabilities.Select(p => MathF.Log(p)).ToArray().CopyTo(logits.Values[(4 * i)..]);
        }

        return logits;
    }

    [Fact]
    public void Find_WithTwoTexts_FindsWhatGreedyMisses()
    {
        Assert.Equal([1], BeamSearch.Find(Trap, width: 1, longest: 4, endToken: 0)[0].Tokens);

        Beam best = BeamSearch.Find(Trap, width: 2, longest: 4, endToken: 0)[0];

        Assert.Equal([2, 3], best.Tokens);
        Assert.True(best.IsFinished);
        Assert.Equal(Math.Log(0.4 * 0.94 * 0.9), best.LogProbability, 1e-5);
    }

    [Fact]
    public void Find_TellsWhichTextEachGoesOnFrom()
    {
        IReadOnlyList<int[]> before = [];
        int calls = 0;
        BeamSearch.Find(
            (texts, parents) =>
            {
                Assert.Equal(calls++ == 0 ? 0 : texts.Count, parents.Length);
                Assert.All(parents.Zip(texts), one => Assert.Equal(before[one.First], one.Second[..^1]));
                before = texts;
                return Trap(texts);
            },
            width: 3,
            longest: 4);

        Assert.Equal(4, calls);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Find_WithAllTexts_FindsTheBestOfAll(ulong seed)
    {
        const int Vocabulary = 3, Longest = 4;
        Tensor LogitsOf(IReadOnlyList<int[]> texts) => Tensor.Stack(0, [.. texts.Select(text => After(seed, text, Vocabulary))]);
        List<(int[] Tokens, double LogProbability)> all = [];
        void Write(int[] text, double sum)
        {
            float[] steps = After(seed, text, Vocabulary).LogSoftmax().ToArray();
            for (int token = 0; token < Vocabulary; token++)
            {
                if (token == 0)
                {
                    all.Add((text, sum + steps[0]));
                }
                else if (text.Length + 1 == Longest)
                {
                    all.Add(([.. text, token], sum + steps[token]));
                }
                else
                {
                    Write([.. text, token], sum + steps[token]);
                }
            }
        }

        Write([], 0);
        (int[] tokens, double logProbability) = all.MaxBy(text => text.LogProbability);

        Beam best = BeamSearch.Find(LogitsOf, width: 100, Longest, endToken: 0)[0];

        Assert.Equal(tokens, best.Tokens);
        Assert.Equal(logProbability, best.LogProbability, 1e-5);
    }

    [Fact]
    public void Find_WithLengthPenalty_FavoursLongerTexts()
    {
        // Ending at once has 0.3; going on has 0.7 · 0.4 = 0.28, which is the more by its own length.
        static Tensor Short(IReadOnlyList<int[]> texts)
        {
            float[] probabilities = [.. texts.SelectMany(text => text.Length == 0 ? (float[])[0.3f, 0.7f, 0, 0, 0] : [0.4f, 0.15f, 0.15f, 0.15f, 0.15f])];
            return Tensor.Of([.. probabilities.Select(p => MathF.Log(p))], texts.Count, 5);
        }

        Assert.Empty(BeamSearch.Find(Short, width: 2, longest: 3, endToken: 0)[0].Tokens);
        Assert.Equal([1], BeamSearch.Find(Short, width: 2, longest: 3, endToken: 0, lengthPenalty: 1)[0].Tokens);
    }

    /// <summary>With α = 1 an end after one token is divided by 6/6 and one after two by 7/6: the longer text wins if its logarithm is less than 7/6 of the other, not if it is more.</summary>
    [Theory]
    [InlineData(1.16, 1)]
    [InlineData(1.175, 0)]
    public void Find_WithLengthPenalty_DividesByItsFormula(double ratio, int length)
    {
        float end = (float)(Math.Pow(0.3, ratio) / 0.7), other = (1 - end) / 4;
        Tensor Logits(IReadOnlyList<int[]> texts)
        {
            float[] probabilities = [.. texts.SelectMany(text => text.Length == 0 ? (float[])[0.3f, 0.7f, 0, 0, 0] : [end, other, other, other, other])];
            return Tensor.Of([.. probabilities.Select(p => MathF.Log(p))], texts.Count, 5);
        }

        Assert.Equal(length, BeamSearch.Find(Logits, width: 2, longest: 3, endToken: 0, lengthPenalty: 1)[0].Tokens.Count);
    }

    /// <summary>By its length so far the open text is worse than both that have ended; by the length that it can reach it is the best.</summary>
    [Fact]
    public void Find_WithLengthPenalty_GivesNoTextUpThatMayStillWin()
    {
        static Tensor Logits(IReadOnlyList<int[]> texts)
        {
            float[] probabilities = [.. texts.SelectMany(text => text.Length switch { 0 => (float[])[0.4f, 0.25f, 0.35f], 1 => [0.55f, 0.01f, 0.44f], _ => [0.005f, 0.005f, 0.99f] })];
            return Tensor.Of([.. probabilities.Select(p => MathF.Log(p))], texts.Count, 3);
        }

        Beam best = BeamSearch.Find(Logits, width: 2, longest: 20, endToken: 0, lengthPenalty: 2)[0];

        Assert.Equal(Enumerable.Repeat(2, 20), best.Tokens);
    }

    [Fact]
    public void Find_WithoutEndToken_CutsAtTheLongest()
    {
        IReadOnlyList<Beam> found = BeamSearch.Find(Trap, width: 3, longest: 2);

        Assert.Equal(3, found.Count);
        Assert.All(found, beam => Assert.False(beam.IsFinished));
        Assert.Equal([2, 3], found[0].Tokens);
        Assert.Equal(found.OrderByDescending(beam => beam.LogProbability), found);
    }

    [Fact]
    public void Find_OutOfRange_IsRefused()
    {
        Assert.Contains("got 0, 2 and 0", Assert.Throws<ArgumentException>(() => BeamSearch.Find(Trap, 0, 2)).Message, StringComparison.Ordinal);
        Assert.Contains("got 1, -1 and 0", Assert.Throws<ArgumentException>(() => BeamSearch.Find(Trap, 1, -1)).Message, StringComparison.Ordinal);
        Assert.Contains("expected logits [1, Vocabulary], got [2, 4]", Assert.Throws<ArgumentException>(() => BeamSearch.Find(_ => Tensor.Ones(2, 4), 1, 2)).Message, StringComparison.Ordinal);
    }

    /// <summary>Logits that depend on the whole text.</summary>
    private static Tensor After(ulong seed, int[] text, int vocabulary)
    {
        RandomSource random = new(seed);
        foreach (int token in text)
        {
            random = new(random.NextSeed() + (ulong)token);
        }

        return Tensor.Normal(random, 1.5f, vocabulary);
    }
}
