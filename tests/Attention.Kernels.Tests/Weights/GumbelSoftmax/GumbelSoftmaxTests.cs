namespace Attention.Kernels.Tests;

[Trait(Tier.Trait, Tier.Every)]
public sealed class GumbelSoftmaxTests
{
    private const int Rows = 4;
    private const ulong Seed = 0x5EED_0000_0000_0741;

    public static TheoryData<Form, Fence> EveryFenced => Forms.FencedTheory;

    public static TheoryData<Form> Every => Forms.Theory;

    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void Forward_AnyLength_StaysInBudgetAndInBounds(Form form, Fence fence)
    {
        foreach (float temperature in (float[])[1, 0.4f])
        {
            foreach (ScoreKind kind in (ScoreKind[])[ScoreKind.Ordinary, ScoreKind.Hidden, ScoreKind.Extreme, ScoreKind.Overflowing])
            {
                foreach (int columns in Lengths.Hard)
                {
                    RowShape shape = new(Rows, columns);
                    float[] scores = new Draw(columns).Scores(kind, Rows, columns), naive = new float[scores.Length], naiveChoice = new float[scores.Length];
                    using Fences fences = new(fence);
                    Memory<float> weights = fences.Output(scores.Length, "weights"), both = fences.InPlace(scores, "scores");
                    Memory<float> hardWeights = fences.Output(scores.Length, "weights"), choice = fences.Output(scores.Length, "choice");
                    GumbelSoftmax.Forward(shape, fences.Input(scores, "scores").Span, temperature, Seed, weights.Span, form.Options());
                    GumbelSoftmax.Forward(shape, both.Span, temperature, Seed, both.Span, form.Options());
                    GumbelSoftmax.ForwardHard(shape, fences.Input(scores, "scores").Span, temperature, Seed, hardWeights.Span, choice.Span, form.Options());
                    fences.AssertIntact();
                    Bits.Same("in place", weights.Span, both.Span);
                    Bits.Same("the hard form's weights", weights.Span, hardWeights.Span);

                    GumbelSoftmax.ForwardHardNaive(shape, scores, temperature, Seed, naive, naiveChoice);
                    double[] noisy = Noisy([.. scores.Select(score => (double)score)]);
                    Expected expected = new(SoftmaxOracle.Forward(Rows, columns, [.. noisy.Select(score => score / temperature)]));
                    ErrorBudget.Forward.Assert($"{shape} {kind} at {temperature}", expected, naive, weights.Span);
                    ErrorBudget.Rounding(Roundings(noisy, temperature, columns)).Assert($"naive, {shape} {kind} at {temperature}", expected, naive);
                    Bits.Same($"choice, {shape} {kind}", naiveChoice, choice.Span);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void ForwardHard_EveryRow_ChoosesTheLargestWeight(Form form)
    {
        float[] scores = new Draw(742).Scores(ScoreKind.Hidden, 50, 37), weights = new float[scores.Length], choice = new float[scores.Length];
        scores[5] = float.NaN;
        GumbelSoftmax.ForwardHard(new(50, 37), scores, 0.5f, Seed, weights, choice, form.Options());
        Assert.All(choice[..37], value => Assert.True(float.IsNaN(value)));
        for (int row = 1; row < 50; row++)
        {
            float[] ofRow = weights[(row * 37)..((row + 1) * 37)];
            float[] expected = new float[37];
            if (ofRow.Max() > 0)
            {
                expected[Array.IndexOf(ofRow, ofRow.Max())] = 1;
            }

            Assert.Equal(expected, choice[(row * 37)..((row + 1) * 37)]);
        }
    }

    /// <summary>The law that the noise is made for: columns are chosen with the softmax's probabilities. Pearson's chi-square, within five deviations.</summary>
    [Fact]
    public void ForwardHard_ManyRows_ChooseWithTheProbabilitiesOfTheSoftmax()
    {
        const int Columns = 6, Draws = 60_000;
        float[] row = new Draw(743).Normal(Columns);
        float[] scores = [.. Enumerable.Range(0, Draws).SelectMany(_ => row)], weights = new float[scores.Length], choice = new float[scores.Length];
        GumbelSoftmax.ForwardHard(new(Draws, Columns), scores, 1, Seed, weights, choice);
        double[] probabilities = SoftmaxOracle.Forward(1, Columns, Array.ConvertAll(row, score => (double)score));
        double chiSquare = Enumerable.Range(0, Columns).Sum(column =>
        {
            double expected = probabilities[column] * Draws, actual = Enumerable.Range(0, Draws).Sum(at => choice[(at * Columns) + column]);
            return (actual - expected) * (actual - expected) / expected;
        });
        Assert.InRange(chiSquare, 0, Columns - 1 + (5 * Math.Sqrt(2 * (Columns - 1))));
    }

    [Fact]
    public void Forward_Limits_AreTheChoiceAndTheUniform()
    {
        float[] scores = new Draw(744).Normal(3 * 20), weights = new float[scores.Length], choice = new float[scores.Length], other = new float[scores.Length];
        GumbelSoftmax.ForwardHard(new(3, 20), scores, 1e-5f, Seed, weights, choice);
        Assert.Equal(choice, weights);
        GumbelSoftmax.Forward(new(3, 20), scores, 1e6f, Seed, weights);
        Assert.All(weights, weight => Assert.Equal(0.05, weight, 1e-5));
        GumbelSoftmax.Forward(new(3, 20), scores, 1, Seed, weights);
        GumbelSoftmax.Forward(new(3, 20), scores, 1, Seed + 1, other);
        Assert.All(weights.Zip(other), pair => Assert.NotEqual(pair.First, pair.Second));
    }

    [Fact]
    public void Backward_AfterForward_MatchesFiniteDifferences()
    {
        Draw draw = new(745);
        float[] scores = draw.Normal(2 * 9), slopes = draw.Normal(scores.Length), weights = new float[scores.Length], gradient = new float[scores.Length], naive = new float[scores.Length];
        GumbelSoftmax.Forward(new(2, 9), scores, 0.8f, Seed, weights);
        GumbelSoftmax.Backward(new(2, 9), weights, 0.8f, slopes, gradient);
        FiniteDifferences.Assert("seed 745", scores, moved => SoftmaxOracle.Forward(2, 9, [.. Noisy(moved).Select(score => score / 0.8f)]).Zip(slopes, (w, slope) => w * slope).Sum(), gradient);
        GumbelSoftmax.BackwardNaive(new(2, 9), weights, 0.8f, slopes, naive);
        FiniteDifferences.Assert("naive, seed 745", scores, moved => SoftmaxOracle.Forward(2, 9, [.. Noisy(moved).Select(score => score / 0.8f)]).Zip(slopes, (w, slope) => w * slope).Sum(), naive);
    }

    [Fact]
    public void Forward_ManyThreads_GivesTheSameBits()
    {
        float[] scores = new Draw(746).Normal(300 * 500), one = new float[scores.Length], three = new float[scores.Length];
        GumbelSoftmax.Forward(new(300, 500), scores, 1, Seed, one, new() { MaxThreads = 1 });
        GumbelSoftmax.Forward(new(300, 500), scores, 1, Seed, three, new() { MaxThreads = 3 });
        Bits.Same("3 threads", one, three);
    }

    [Fact]
    public void Call_WrongArguments_AreRefused()
    {
        float[] six = new float[6], other = new float[6], memory = new float[10];
        Refusal.Says("temperature: expected a number from 1e-37 to 1e37, got 0", () => GumbelSoftmax.Forward(new(2, 3), six, 0, 1, six));
        Refusal.Says("scores: expected 2×3 = 6 floats, got 5", () => GumbelSoftmax.ForwardNaive(new(2, 3), new float[5], 1, 1, six));
        Refusal.Says("weights: expected 2×3 = 6 floats, got 7", () => GumbelSoftmax.Forward(new(2, 3), six, 1, 1, new float[7]));
        Refusal.Says("choice: expected 2×3 = 6 floats, got 7", () => GumbelSoftmax.ForwardHard(new(2, 3), six, 1, 1, six, new float[7]));
        Refusal.Says("choice: must not overlap scores", () => GumbelSoftmax.ForwardHard(new(2, 3), six, 1, 1, other, six));
        Refusal.Says("choice: must not overlap weights", () => GumbelSoftmax.ForwardHardNaive(new(2, 3), six, 1, 1, other, other));
        Refusal.Says(
            "weights: overlaps scores, shifted by 1 floats; pass the same span to work in place, or one that lies apart",
            () => GumbelSoftmax.Forward(new(2, 3), memory.AsSpan(0, 6), 1, 1, memory.AsSpan(1, 6)));
        Assert.Throws<ArgumentNullException>(() => GumbelSoftmax.Rows(null!, 1, 1));
        Assert.Equal((2, 3), (GumbelSoftmax.Rows(new float[2, 3], 1, 1).GetLength(0), GumbelSoftmax.Rows(new float[2, 3], 1, 1).GetLength(1)));
    }

    [Fact]
    public void RowsHard_Matrix_ReturnsWhatTheSpansGive()
    {
        float[,] scores = new Draw(747).Matrix(3, 4);
        float[] flat = [.. scores.Cast<float>()], weights = new float[12], choice = new float[12];
        GumbelSoftmax.ForwardHard(new(3, 4), flat, 0.5f, Seed, weights, choice);
        (float[,] newWeights, float[,] newChoice) = GumbelSoftmax.RowsHard(scores, 0.5f, Seed);
        Assert.Equal(((3, 4), (3, 4)), ((newWeights.GetLength(0), newWeights.GetLength(1)), (newChoice.GetLength(0), newChoice.GetLength(1))));
        Bits.Same("weights", weights, newWeights.Cast<float>().ToArray());
        Bits.Same("choice", choice, newChoice.Cast<float>().ToArray());
        Assert.Equal(3, choice.Sum());
        Assert.Throws<ArgumentNullException>(() => GumbelSoftmax.RowsHard(null!, 1, 1));
        Refusal.Says("temperature: expected a number from 1e-37 to 1e37, got NaN", () => GumbelSoftmax.RowsHard(scores, float.NaN, 1));
    }

    /// <summary>
    /// Each logarithm is good to an ulp, two roundings: the noise errs by those of the inner one and by those of its own size, at most 17, and the noisy score by one of its size; so does the
    /// row's largest. What they lose together, divided by the temperature, exp turns into as many ulps. Then the softmax: below an exponent of −104 its weight is 0 in any case.
    /// </summary>
    private static double Roundings(double[] noisy, float temperature, int columns)
    {
        double[] finite = [.. noisy.Where(double.IsFinite)];
        double size = finite.Length == 0 ? 0 : finite.Max(Math.Abs), range = finite.Length == 0 ? 0 : (finite.Max() - finite.Min()) / temperature;
        return (2 * (2 + (2 * 17) + size) / temperature) + (2 * Math.Min(range, 104)) + columns + 3;
    }

    private static double[] Noisy(double[] scores) => [.. scores.Select((score, at) => score - Math.Log(-Math.Log(CounterRandom.Uniform(Seed, (ulong)at))))];
}
