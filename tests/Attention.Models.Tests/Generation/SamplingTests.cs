namespace Attention.Models.Tests.Generation;

public sealed class SamplingTests
{
    private static readonly float[] Logits = [1, 3, 2, -1, float.NegativeInfinity];

    [Fact]
    public void Probabilities_WithNothingSet_AreTheSoftmax()
    {
        float[] expected = Tensor.Of(Logits).Softmax().ToArray();

        Holds(expected, new Sampling().Probabilities(Logits));
    }

    [Fact]
    public void Probabilities_WithTemperature_AreTheSoftmaxOfTheQuotients() =>
        Holds(Tensor.Of(Logits).Softmax(-1, 0.7f).ToArray(), new Sampling { Temperature = 0.7f }.Probabilities(Logits));

    [Fact]
    public void Probabilities_TopK_KeepsTheLikeliest()
    {
        double e = Math.E;

        Holds([0, (float)(e / (e + 1)), (float)(1 / (e + 1)), 0, 0], new Sampling { TopK = 2 }.Probabilities(Logits));
    }

    [Theory]
    [InlineData(0.6f, 1)] // 0.66 alone reaches it
    [InlineData(0.7f, 2)]
    [InlineData(0.92f, 3)] // 0.66 + 0.24 do not
    [InlineData(1f, 4)]
    public void Probabilities_TopP_KeepsTheFewestThatReachIt(float topP, int kept)
    {
        float[] probabilities = new Sampling { TopP = topP }.Probabilities(Logits);

        Assert.Equal(kept, probabilities.Count(p => p > 0));
        Assert.Equal(1, probabilities.Sum(), 1e-6f);
    }

    [Fact]
    public void Probabilities_TopP_ReachedExactly_IsEnough() =>
        Assert.Equal([1, 0, 0, 0], new Sampling { TopP = 0.25f }.Probabilities([3, 3, 3, 3]));

    [Fact]
    public void Probabilities_TopKThenTopP_TakesTheShareOfWhatIsLeft()
    {
        // Of the two that are kept, the first has 0.73: it reaches 0.7 now, which it did not among all.
        float[] probabilities = new Sampling { TopK = 2, TopP = 0.7f }.Probabilities(Logits);

        Assert.Equal([0, 1, 0, 0, 0], probabilities);
    }

    [Fact]
    public void Next_DrawsAsOftenAsTheProbabilitiesSay()
    {
        Sampling sampling = new() { Temperature = 1.5f };
        float[] expected = sampling.Probabilities(Logits);
        RandomSource random = new(7);
        int[] counts = new int[Logits.Length];
        const int Draws = 20_000;
        for (int i = 0; i < Draws; i++)
        {
            counts[sampling.Next(Logits, random)]++;
        }

        for (int token = 0; token < counts.Length; token++)
        {
            // Five standard deviations, of a seed that is always the same.
            double margin = 5 * Math.Sqrt(expected[token] * (1 - expected[token]) / Draws);
            Assert.InRange((double)counts[token] / Draws, expected[token] - margin, expected[token] + margin);
        }
    }

    [Fact]
    public void Next_Greedy_TakesTheFirstOfEqualOnes_AndAsksNoChance()
    {
        RandomSource random = new(1);
        float[] equal = [0, 2, 2, float.NegativeInfinity];

        Assert.Equal(1, Sampling.Greedy.Next(equal, random));
        Assert.Equal(1, new Sampling { TopK = 1 }.Next(equal, random));
        Assert.Equal(0UL, random.Position);
    }

    [Fact]
    public void Next_OutOfRange_IsRefused()
    {
        RandomSource random = new(1);
        float[] none = [float.NegativeInfinity, float.NegativeInfinity], broken = [1, float.NaN], endless = [1, float.PositiveInfinity];

        Assert.Contains("none of 2 logits is finite", Assert.Throws<ArgumentException>(() => Sampling.Greedy.Next(none, random)).Message, StringComparison.Ordinal);
        Assert.Contains("the logit of token 1 is NaN", Assert.Throws<ArgumentException>(() => new Sampling().Next(broken, random)).Message, StringComparison.Ordinal);
        Assert.Contains("the logit of token 1 is Infinity", Assert.Throws<ArgumentException>(() => new Sampling().Next(endless, random)).Message, StringComparison.Ordinal);
        foreach (Sampling wrong in (Sampling[])[new() { Temperature = -1 }, new() { TopK = -1 }, new() { TopP = 0 }, new() { TopP = 1.5f }, new() { Temperature = float.NaN }])
        {
            Assert.Contains("sampling: expected", Assert.Throws<ArgumentException>(() => wrong.Next(Logits, random)).Message, StringComparison.Ordinal);
        }
    }

    private static void Holds(float[] expected, float[] actual) => Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
}
