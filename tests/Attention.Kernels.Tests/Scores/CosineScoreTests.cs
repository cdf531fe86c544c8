namespace Attention.Kernels.Tests;

[Trait(Tier.Trait, Tier.Every)]
public sealed class CosineScoreTests
{
    public static TheoryData<Form> Every => Forms.Theory;

    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_VectorOfZeros_ScoresZeroAndHasNoGradient(Form form)
    {
        ScoreShape shape = ScoreShape.Single(3, 4, 21);
        Draw draw = new(531);
        float[] query = draw.Normal(3 * 21), key = draw.Normal(4 * 21), scores = new float[12], dquery = new float[query.Length], dkey = new float[key.Length];
        query.AsSpan(21, 21).Clear();
        key.AsSpan(2 * 21, 21).Clear();
        CosineScore.Forward(shape, query, key, scores, 0.5f, form.Options());
        CosineScore.Backward(shape, query, key, draw.Normal(12), dquery, dkey, 0.5f, form.Options());
        for (int index = 0; index < 12; index++)
        {
            Assert.True(scores[index] == 0 == (index / 4 == 1 || index % 4 == 2), $"score {index} is {scores[index]}");
        }

        Assert.All(dquery[21..42], value => Assert.Equal(0, value));
        Assert.All(dkey[42..63], value => Assert.Equal(0, value));
        Assert.All(dquery[..21], value => Assert.NotEqual(0, value));
    }

    /// <summary>Only the direction counts: a power of two as a factor changes no bit, as long as nothing is rounded below the normal numbers.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_VectorsScaled_KeepEveryBit(Form form)
    {
        ScoreShape shape = ScoreShape.Single(3, 4, 21);
        Draw draw = new(532);
        float[] query = draw.Normal(3 * 21), key = draw.Normal(4 * 21), scores = new float[12], scaled = new float[12];
        CosineScore.Forward(shape, query, key, scores, options: form.Options());
        foreach (float factor in (float[])[MathF.Pow(2, 120), MathF.Pow(2, -100)])
        {
            CosineScore.Forward(shape, Array.ConvertAll(query, x => x * factor), key, scaled, options: form.Options());
            Bits.Same($"queries times {factor}", scores, scaled);
            CosineScore.Forward(shape, query, Array.ConvertAll(key, x => x * factor), scaled, options: form.Options());
            Bits.Same($"keys times {factor}", scores, scaled);
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_VectorWithItself_ScoresOneOverTheTemperature(Form form)
    {
        foreach (int width in Lengths.HardNotEmpty)
        {
            float[] vector = new Draw(width).Normal(width), score = new float[1];
            CosineScore.Forward(ScoreShape.Single(1, 1, width), vector, vector, score, 0.25f, form.Options());
            ErrorBudget.Rounding(8 + (width / 8.0)).Assert($"width {width}", new([4]), score);
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_NotANumberAmongZeros_IsNotLost(Form form)
    {
        for (int place = 0; place < 21; place++)
        {
            float[] query = new float[21], score = new float[1];
            query[place] = float.NaN;
            CosineScore.Forward(ScoreShape.Single(1, 1, 21), query, new Draw(533).Normal(21), score, options: form.Options());
            Assert.True(float.IsNaN(score[0]), $"NaN at {place} gave {score[0]}");
        }
    }

    /// <summary>A vector with NaN has no direction to project on: nothing of its gradient is a number, wherever the NaN stands.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Backward_NotANumberAmongZeros_SpoilsTheWholeVector(Form form)
    {
        for (int place = 0; place < 21; place++)
        {
            float[] query = new float[21], gradient = new float[21], naive = new float[21];
            query[place] = float.NaN;
            float[] key = new Draw(535).Normal(21);
            CosineScore.Backward(ScoreShape.Single(1, 1, 21), query, key, [1], gradient, new float[21], options: form.Options());
            CosineScore.BackwardNaive(ScoreShape.Single(1, 1, 21), query, key, [1], naive, new float[21]);
            Assert.All(gradient.Concat(naive), value => Assert.True(float.IsNaN(value), $"NaN at {place} gave {value}"));
        }
    }

    /// <summary>What the class says about a temperature that is learned.</summary>
    [Fact]
    public void Forward_ScoresTimesTheirSlopes_GiveTheGradientOfTheTemperature()
    {
        ScoreShape shape = ScoreShape.Single(3, 4, 21);
        Draw draw = new(534);
        float[] query = draw.Normal(3 * 21), key = draw.Normal(4 * 21), slopes = draw.Normal(12), scores = new float[12];
        const float Temperature = 0.7f;
        CosineScore.Forward(shape, query, key, scores, Temperature);
        float gradient = -slopes.Zip(scores, (slope, score) => slope * score).Sum() / Temperature;
        double Dot(float[] a, int i, float[] b, int j) => Enumerable.Range(0, 21).Sum(c => (double)a[(i * 21) + c] * b[(j * 21) + c]);
        double Cosine(int i, int j) => Dot(query, i, key, j) / Math.Sqrt(Dot(query, i, query, i) * Dot(key, j, key, j));
        FiniteDifferences.Assert("temperature", [Temperature], moved => Enumerable.Range(0, 12).Sum(at => slopes[at] * Cosine(at / 4, at % 4) / moved[0]), [gradient]);
    }

    [Fact]
    public void Forward_TemperatureThatIsNone_IsRefused()
    {
        ScoreShape shape = ScoreShape.Single(1, 1, 1);
        Refusal.Says("temperature: expected a positive number, got 0", () => CosineScore.Forward(shape, [1], [1], new float[1], 0));
        Refusal.Says("temperature: expected a positive number, got -0.5", () => CosineScore.ForwardNaive(shape, [1], [1], new float[1], -0.5f));
        Refusal.Says("temperature: expected a positive number, got NaN", () => CosineScore.Backward(shape, [1], [1], [1], new float[1], new float[1], float.NaN));
        Refusal.Says("temperature: expected a positive number, got Infinity", () => CosineScore.BackwardNaive(shape, [1], [1], [1], new float[1], new float[1], float.PositiveInfinity));
    }
}
