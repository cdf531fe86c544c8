namespace Attention.Kernels.Tests;

[Trait(Tier.Trait, Tier.Every)]
public sealed class HardAttentionTests
{
    private const ulong Seed = 0x5EED_0000_0000_0751;

    private static readonly HardAttentionShape[] Shapes =
        [new(1, 1, 1, 1), new(2, 3, 5, 3), new(1, 7, 17, 8), new(3, 4, 33, 80), new(2, 5, 300, 33), new(0, 3, 4, 5), new(2, 0, 3, 4), new(2, 3, 0, 4), new(2, 3, 4, 0)];

    public static TheoryData<Form, Fence> EveryFenced => Forms.FencedTheory;

    public static TheoryData<Form> Every => Forms.Theory;

    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void Forward_AnyShape_DoesWhatTheNaiveFormDoesInBounds(Form form, Fence fence)
    {
        foreach (HardAttentionShape shape in Shapes)
        {
            foreach (ScoreKind kind in ScoreKinds.All)
            {
                foreach (bool sampled in (bool[])[false, true])
                {
                    (float[] scores, float[] value) = Problem(shape, kind);
                    int queries = shape.Batch * shape.Queries;
                    float[] naive = new float[queries * shape.ValueWidth];
                    int[] naiveChosen = new int[queries];
                    using Fences fences = new(fence);
                    Memory<float> output = fences.Output(naive.Length, "output");
                    int[] chosen = new int[queries];
                    if (sampled)
                    {
                        HardAttention.ForwardSampledNaive(shape, scores, value, Seed, naiveChosen, naive);
                        HardAttention.ForwardSampled(shape, fences.Input(scores, "scores").Span, fences.Input(value, "value").Span, Seed, chosen, output.Span, form.Options());
                    }
                    else
                    {
                        HardAttention.ForwardNaive(shape, scores, value, naiveChosen, naive);
                        HardAttention.Forward(shape, fences.Input(scores, "scores").Span, fences.Input(value, "value").Span, chosen, output.Span, form.Options());
                    }

                    fences.AssertIntact();
                    Assert.Equal(naiveChosen, chosen);
                    Bits.Same($"{shape} {kind}, sampled {sampled}", naive, output.Span);
                    for (int query = 0; query < queries; query++)
                    {
                        AssertTaken(shape, scores, value, query, naiveChosen[query], naive, sampled);
                    }
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_Ties_GoToTheFirstAndNotANumberChoosesNothing(Form form)
    {
        float[] scores = new float[4 * 40];
        Array.Fill(scores, 2, 40, 40);
        scores[40] = 1;
        scores[80 + 33] = float.NaN;
        scores[120 + 17] = float.PositiveInfinity;
        int[] chosen = new int[4];
        float[] output = new float[8];
        HardAttention.Forward(new(1, 4, 40, 2), scores, new Draw(752).Normal(80), chosen, output, form.Options());
        Assert.Equal([0, 1, -1, 17], chosen);
        Assert.True(output[4..6].All(float.IsNaN) && output[..4].All(float.IsFinite) && output[6..].All(float.IsFinite));
        HardAttention.ForwardSampled(new(1, 4, 40, 2), scores, new Draw(752).Normal(80), Seed, chosen, output, form.Options());
        Assert.Equal([-1, -1], chosen[2..]);
        Assert.True(output[4..].All(float.IsNaN) && output[..4].All(float.IsFinite));
    }

    [Fact]
    public void ForwardSampled_ManyQueries_DrawWithTheProbabilitiesOfTheSoftmax()
    {
        const int Keys = 7, Draws = 60_000;
        float[] row = new Draw(753).Normal(Keys);
        row[3] = float.NegativeInfinity;
        float[] scores = [.. Enumerable.Range(0, Draws).SelectMany(_ => row)];
        int[] chosen = new int[Draws];
        HardAttention.ForwardSampled(new(1, Draws, Keys, 0), scores, [], Seed, chosen, []);
        double[] probabilities = SoftmaxOracle.Forward(1, Keys, Array.ConvertAll(row, score => (double)score));
        Assert.DoesNotContain(3, chosen);
        double chiSquare = Enumerable.Range(0, Keys).Where(key => key != 3).Sum(key =>
            Math.Pow(chosen.Count(drawn => drawn == key) - (probabilities[key] * Draws), 2) / (probabilities[key] * Draws));
        Assert.InRange(chiSquare, 0, Keys - 2 + (5 * Math.Sqrt(2 * (Keys - 2))));
    }

    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void Backward_AnyShape_StaysInBudgetAndInBounds(Form form, Fence fence)
    {
        foreach (HardAttentionShape shape in Shapes)
        {
            (float[] scores, float[] value) = Problem(shape, ScoreKind.Hidden);
            int queries = shape.Batch * shape.Queries;
            int[] chosen = new int[queries];
            HardAttention.ForwardSampledNaive(shape, scores, value, Seed, chosen, new float[queries * shape.ValueWidth]);
            Draw draw = new(754);
            float[] slopes = draw.Normal(queries * shape.ValueWidth), naive = new float[value.Length];
            using Fences fences = new(fence);
            Memory<float> gradient = fences.Output(value.Length, "valueGradient");
            HardAttention.Backward(shape, chosen, fences.Input(slopes, "outputGradient").Span, gradient.Span, form.Options());
            HardAttention.BackwardNaive(shape, chosen, slopes, naive);
            Bits.Same($"{shape}", naive, gradient.Span); // the same sums in the same order

            float[] loss = draw.Normal(queries), baseline = draw.Normal(queries);
            foreach (float[] minus in (float[][])[[], baseline])
            {
                Memory<float> estimate = fences.Output(scores.Length, "scoresGradient"), both = fences.InPlace(scores, "scores");
                HardAttention.BackwardReinforce(
                    shape, fences.Input(scores, "scores").Span, chosen, fences.Input(loss, "loss").Span, fences.Input(minus, "baseline").Span, estimate.Span, form.Options());
                HardAttention.BackwardReinforce(shape, both.Span, chosen, loss, minus, both.Span, form.Options());
                fences.AssertIntact();
                Bits.Same("in place", estimate.Span, both.Span);
                float[] naiveEstimate = new float[scores.Length];
                HardAttention.BackwardReinforceNaive(shape, scores, chosen, loss, minus, naiveEstimate);
                double[] weights = SoftmaxOracle.Forward(queries, shape.Keys, Array.ConvertAll(scores, score => (double)score));
                double[] values = new double[scores.Length], magnitudes = new double[scores.Length];
                for (int at = 0; at < scores.Length; at++)
                {
                    (int query, int key) = (at / shape.Keys, at % shape.Keys);
                    double advantage = chosen[query] < 0 ? 0 : loss[query] - (minus.Length == 0 ? 0 : (double)minus[query]);
                    double scale = chosen[query] < 0 ? 0 : Math.Abs(loss[query]) + (minus.Length == 0 ? 0 : Math.Abs(minus[query]));
                    values[at] = advantage * ((chosen[query] == key ? 1 : 0) - weights[at]);
                    magnitudes[at] = scale * ((chosen[query] == key ? 1 : 0) + weights[at]);
                }

                ErrorBudget.Gradient.Assert($"{shape}, baseline {minus.Length > 0}", new(values, magnitudes), naiveEstimate, estimate.Span);

                // The softmax's roundings, its exponents' among them, then the difference, the advantage and the product.
                ErrorBudget.Rounding(RowOperation.RangeOf(scores) + shape.Keys + 9).Assert($"naive, {shape}, baseline {minus.Length > 0}", new(values, magnitudes), naiveEstimate);
            }
        }
    }

    /// <summary>
    /// What makes it an estimator: over many draws its mean is the gradient of the expected loss, which is known exactly here, with a baseline and without one;
    /// and the baseline makes it scatter less.
    /// </summary>
    [Fact]
    public void BackwardReinforce_ManyDraws_AverageToTheExactGradientAndTheBaselineScattersLess()
    {
        const int Keys = 5, Draws = 40_000;
        Draw draw = new(755);
        float[] row = draw.Normal(Keys), costs = draw.Uniform(Keys, 3, 6);
        double[] weights = SoftmaxOracle.Forward(1, Keys, Array.ConvertAll(row, score => (double)score));
        double expectedLoss = weights.Zip(costs, (weight, cost) => weight * cost).Sum();
        double[] exact = [.. weights.Zip(costs, (weight, cost) => weight * (cost - expectedLoss))];
        FiniteDifferences.Assert(
            "the exact gradient", row, moved => SoftmaxOracle.Forward(1, Keys, moved).Zip(costs, (weight, cost) => weight * cost).Sum(), [.. exact.Select(value => (float)value)]);

        HardAttentionShape shape = new(1, Draws, Keys, 1);
        float[] scores = [.. Enumerable.Range(0, Draws).SelectMany(_ => row)], loss = new float[Draws], estimate = new float[scores.Length];
        int[] chosen = new int[Draws];
        HardAttention.ForwardSampled(shape, scores, costs, Seed, chosen, loss); // the value of a key is what it costs
        double[] variance = new double[2];
        for (int way = 0; way < 2; way++)
        {
            float[] baseline = way == 0 ? [] : [.. Enumerable.Repeat((float)expectedLoss, Draws)];
            HardAttention.BackwardReinforce(shape, scores, chosen, loss, baseline, estimate);
            for (int key = 0; key < Keys; key++)
            {
                double[] ofKey = [.. Enumerable.Range(0, Draws).Select(at => (double)estimate[(at * Keys) + key])];
                double mean = ofKey.Average(), spread = ofKey.Select(value => (value - mean) * (value - mean)).Average();
                Assert.InRange(mean - exact[key], -5 * Math.Sqrt(spread / Draws), 5 * Math.Sqrt(spread / Draws));
                variance[way] += spread;
            }
        }

        Assert.True(variance[1] < 0.2 * variance[0], $"variance {variance[0]} without, {variance[1]} with a baseline");
    }

    [Fact]
    public void Call_ManyThreads_GivesTheSameBits()
    {
        HardAttentionShape shape = new(4, 300, 200, 64);
        (float[] scores, float[] value) = Problem(shape, ScoreKind.Ordinary);
        float[] one = new float[1200 * 64], three = new float[one.Length], gradient = new float[value.Length], shared = new float[value.Length];
        int[] chosen = new int[1200], chosenByThree = new int[1200];
        HardAttention.ForwardSampled(shape, scores, value, Seed, chosen, one, new() { MaxThreads = 1 });
        HardAttention.ForwardSampled(shape, scores, value, Seed, chosenByThree, three, new() { MaxThreads = 3 });
        Assert.Equal(chosen, chosenByThree);
        Bits.Same("output", one, three);
        HardAttention.Backward(shape, chosen, one, gradient, new() { MaxThreads = 1 });
        HardAttention.Backward(shape, chosen, one, shared, new() { MaxThreads = 3 });
        Bits.Same("gradient", gradient, shared);
    }

    [Fact]
    public void Call_WrongArguments_AreRefused()
    {
        HardAttentionShape shape = new(2, 3, 4, 5);
        float[] scores = new float[24], value = new float[40], output = new float[30];
        int[] chosen = new int[6];
        Refusal.Says("scores: expected 2×3×4 = 24 floats, got 23", () => HardAttention.Forward(shape, new float[23], value, chosen, output));
        Refusal.Says("value: expected 2×4×5 = 40 floats, got 41", () => HardAttention.ForwardNaive(shape, scores, new float[41], chosen, output));
        Refusal.Says("chosen: expected 2×3 = 6 keys, got 5", () => HardAttention.ForwardSampled(shape, scores, value, 1, new int[5], output));
        Refusal.Says("output: expected 2×3×5 = 30 floats, got 0", () => HardAttention.ForwardSampledNaive(shape, scores, value, 1, chosen, []));
        Refusal.Says("output: must not overlap value", () => HardAttention.Forward(shape, scores, value, chosen, value.AsSpan(0, 30)));
        Refusal.Says("chosen: expected -1 to 3, got 4", () => HardAttention.Backward(shape, [0, 1, 2, 3, 4, 0], output, value));
        Refusal.Says("chosen: expected -1 to 3, got -2", () => HardAttention.BackwardReinforce(shape, scores, [0, 1, 2, 3, -2, 0], new float[6], [], new float[24]));
        Refusal.Says("loss: expected 2×3 = 6 floats, got 5", () => HardAttention.BackwardReinforce(shape, scores, chosen, new float[5], [], new float[24]));
        Refusal.Says("baseline: expected 2×3 = 6 floats, got 1", () => HardAttention.BackwardReinforceNaive(shape, scores, chosen, new float[6], new float[1], new float[24]));
        Refusal.Says("valueGradient: must not overlap outputGradient", () => HardAttention.Backward(shape, chosen, value.AsSpan(0, 30), value));
        Refusal.Says("Keys: expected zero or more, got -4", () => HardAttention.Forward(new(2, 3, -4, 5), scores, value, chosen, output));
        Refusal.Says(
            "scores: 2147483647×2147483647×2147483647 = 9903520300447984150353281023 elements, more than the 2147483591 that one buffer can hold",
            () => HardAttention.Forward(new(int.MaxValue, int.MaxValue, int.MaxValue, 1), [], [], [], []));
    }

    [Fact]
    public void Choose_Matrices_ReturnsANewOne()
    {
        Assert.Equal([5, 6, 1, 2], HardAttention.Choose(new float[,] { { 0, 1, 3 }, { 9, 1, 2 } }, new float[,] { { 1, 2 }, { 3, 4 }, { 5, 6 } }).Cast<float>());
        Assert.Throws<ArgumentNullException>(() => HardAttention.Choose(null!, new float[1, 1]));
        Assert.Throws<ArgumentNullException>(() => HardAttention.Choose(new float[1, 1], null!));
        Refusal.Says("value: expected 1×3×1 = 3 floats, got 2", () => HardAttention.Choose(new float[1, 3], new float[2, 1]));
    }

    [Fact]
    public void ChooseSampled_Matrices_ReturnsWhatTheSpansGive()
    {
        Draw draw = new(756);
        float[,] scores = draw.Matrix(40, 5), value = draw.Matrix(5, 3);
        int[] chosen = new int[40];
        float[] output = new float[40 * 3];
        HardAttention.ForwardSampled(new(1, 40, 5, 3), [.. scores.Cast<float>()], [.. value.Cast<float>()], Seed, chosen, output);
        (int[] newChosen, float[,] newOutput) = HardAttention.ChooseSampled(scores, value, Seed);
        Assert.Equal(chosen, newChosen);
        Bits.Same("output", output, newOutput.Cast<float>().ToArray());
        Assert.NotEqual(chosen, HardAttention.ChooseSampled(scores, value, Seed + 1).Chosen);
        Assert.Throws<ArgumentNullException>(() => HardAttention.ChooseSampled(null!, value, 1));
        Assert.Throws<ArgumentNullException>(() => HardAttention.ChooseSampled(scores, null!, 1));
        Refusal.Says("value: expected 1×40×3 = 120 floats, got 15", () => HardAttention.ChooseSampled(new float[5, 40], value, 1));
    }

    private static void AssertTaken(HardAttentionShape shape, float[] scores, float[] value, int query, int key, float[] output, bool sampled)
    {
        float[] row = scores[(query * shape.Keys)..((query + 1) * shape.Keys)], taken = output[(query * shape.ValueWidth)..((query + 1) * shape.ValueWidth)];
        if (row.All(float.IsNegativeInfinity))
        {
            Assert.Equal(-1, key);
            Assert.All(taken, number => Assert.Equal(0, number));
            return;
        }

        Assert.True(sampled ? row[key] > float.NegativeInfinity : row[key] == row.Max());
        Assert.Equal(value.Skip(((query / shape.Queries * shape.Keys) + key) * shape.ValueWidth).Take(shape.ValueWidth), taken);
    }

    private static (float[] Scores, float[] Value) Problem(HardAttentionShape shape, ScoreKind kind)
    {
        Draw draw = new(751);
        return (draw.Scores(kind, shape.Batch * shape.Queries, shape.Keys), draw.Normal(shape.Batch * shape.Keys * shape.ValueWidth));
    }
}
