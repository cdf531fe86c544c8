namespace Attention.Kernels.Tests;

[Trait(Tier.Trait, Tier.Every)]
public sealed class CrossEntropyTests
{
    private const int Rows = 5;

    public static TheoryData<Form> Every => Forms.Theory;

    public static TheoryData<Form, Fence> EveryFenced => Forms.FencedTheory;

    private static readonly CrossEntropyOptions[] Losses =
    [
        default,
        new() { LabelSmoothing = 0.1f },
        new() { Reduction = LossReduction.Sum, IgnoreIndex = -100 },
        new() { IgnoreIndex = 0, LabelSmoothing = 1 },
    ];

    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void ForwardAndBackward_AnyLength_StayInBudgetAndInBounds(Form form, Fence fence)
    {
        foreach (int columns in (int[])[.. Lengths.HardNotEmpty, 5000])
        {
            foreach (CrossEntropyOptions loss in Losses)
            {
                RowShape shape = new(Rows, columns);
                (float[] logits, int[] targets, float[] slopes) = Problem(shape, loss);
                using Fences fences = new(fence);
                Memory<float> z = fences.Input(logits, "logits"), losses = fences.Output(Rows, "losses"), gradient = fences.Output(logits.Length, "logitsGradient");
                Memory<int> classes = fences.Input(targets, "targets");
                float total = CrossEntropy.Forward(shape, z.Span, classes.Span, losses.Span, loss, form.Options());
                CrossEntropy.Backward(shape, z.Span, classes.Span, fences.Input(slopes, "lossesGradient").Span, gradient.Span, loss, form.Options());
                fences.AssertIntact();

                string what = $"{shape}, {loss}";
                float[] naive = new float[Rows], naiveGradient = new float[logits.Length];
                float naiveTotal = CrossEntropy.ForwardNaive(shape, logits, targets, naive, loss);
                CrossEntropy.BackwardNaive(shape, logits, targets, slopes, naiveGradient, loss);
                Expected expected = CrossEntropyOracle.Losses(shape, Doubles(logits), targets, loss);
                Expected reduced = Reduced(expected, targets, loss);
                Expected expectedGradient = CrossEntropyOracle.Backward(shape, logits, targets, Doubles(slopes), loss);
                ErrorBudget.Forward.Assert($"losses, {what}", expected, naive, losses.Span);
                ErrorBudget.Forward.Assert($"reduced, {what}", reduced, [naiveTotal], [total]);
                ErrorBudget.Gradient.Assert($"gradient, {what}", expectedGradient, naiveGradient, gradient.Span);
                ErrorBudget.Rounding((2 * columns) + 6).Assert($"naive losses, {what}", expected, naive);

                // Exp turns the rounding of an exponent into as many ulps, 104 at the most, for what is smaller is 0. Then exp to an ulp, its sum, the division, the share, the difference, the slope.
                ErrorBudget.Rounding(104 + columns + 10).Assert($"naive gradient, {what}", expectedGradient, naiveGradient);
                Assert.Equal(total, CrossEntropy.Forward(shape, logits, targets, default, loss, form.Options()));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Backward_InPlaceAndForTheReduction_GivesTheSameBits(Form form)
    {
        foreach (CrossEntropyOptions loss in Losses)
        {
            RowShape shape = new(Rows, 77);
            (float[] logits, int[] targets, _) = Problem(shape, loss);
            int count = targets.Count(target => target != loss.IgnoreIndex);
            float[] slopes = [.. targets.Select(_ => loss.Reduction == LossReduction.Sum ? 1 : (float)(1.0 / count))];
            float[] gradient = new float[logits.Length], reduced = new float[logits.Length];
            CrossEntropy.Backward(shape, logits, targets, slopes, gradient, loss, form.Options());
            CrossEntropy.Backward(shape, logits, targets, default, reduced, loss, form.Options());
            CrossEntropy.Backward(shape, logits, targets, slopes, logits, loss, form.Options());
            Bits.Same($"the gradient of what Forward returns, {loss}", gradient, reduced);
            Bits.Same($"in place, {loss}", gradient, logits);
        }
    }

    [Fact]
    public void Backward_AfterForward_MatchesFiniteDifferences()
    {
        foreach (CrossEntropyOptions loss in Losses)
        {
            RowShape shape = new(4, 9);
            Draw draw = new(21);
            float[] logits = draw.Normal(36), gradient = new float[36];
            int[] targets = [3, 0, 8, loss.IgnoreIndex ?? 1];
            CrossEntropy.Backward(shape, logits, targets, default, gradient, loss);
            FiniteDifferences.Assert($"{loss}", logits, moved => Reduced(CrossEntropyOracle.Losses(shape, moved, targets, loss), targets, loss).Values[0], gradient);
        }
    }

    /// <summary>Moving all logits of a row together changes no probability; and logits that are alike leave log Columns to be learned.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_EqualLogitsOfAnySize_LoseTheLogarithmOfTheirNumber(Form form)
    {
        foreach (int columns in Lengths.HardNotEmpty)
        {
            foreach (float level in (float[])[0, 1e3f, -1e3f, 3e38f, -3e38f])
            {
                float[] logits = new float[columns];
                Array.Fill(logits, level);
                float loss = CrossEntropy.Forward(new(1, columns), logits, [columns / 2], loss: new() { LabelSmoothing = 0.25f }, options: form.Options());
                ErrorBudget.Rounding(2).Assert($"{columns} logits of {level}", new([Math.Log(columns)]), [loss]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Backward_EveryRow_SumsToZero(Form form)
    {
        RowShape shape = new(Rows, 300);
        (float[] logits, int[] targets, float[] slopes) = Problem(shape, Losses[1]);
        float[] gradient = new float[logits.Length];
        CrossEntropy.Backward(shape, logits, targets, slopes, gradient, Losses[1], form.Options());
        Assert.All(gradient.Chunk(300), (row, index) => Assert.InRange(row.Sum(value => (double)value), -1e-5 * Math.Abs(slopes[index]), 1e-5 * Math.Abs(slopes[index])));
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void ForwardAndBackward_SpecialRows_DoAsDocumented(Form form)
    {
        const int Columns = 37;
        RowShape shape = new(5, Columns);
        float[] logits = new Draw(4).Normal(5 * Columns), losses = new float[5], gradient = new float[logits.Length];
        logits.AsSpan(0, Columns).Fill(float.NegativeInfinity); // no class is possible
        logits[Columns + 3] = float.NaN;
        logits[(2 * Columns) + 36] = float.PositiveInfinity;
        logits[(3 * Columns) + 5] = float.NegativeInfinity; // an impossible class is right
        logits[(4 * Columns) + 5] = float.NegativeInfinity; // an impossible class is wrong
        float total = CrossEntropy.Forward(shape, logits, [1, 2, 3, 5, 6], losses, default, form.Options());
        CrossEntropy.Backward(shape, logits, [1, 2, 3, 5, 6], new float[] { 1, 1, 1, 1, 1 }, gradient, default, form.Options());
        Assert.Equal([float.PositiveInfinity, float.NaN, float.NaN, float.PositiveInfinity], losses[..4]);
        Assert.True(float.IsFinite(losses[4]) && float.IsNaN(total));
        Assert.All(gradient[..Columns], value => Assert.Equal(0, value));
        Assert.All(gradient[Columns..(3 * Columns)], value => Assert.True(float.IsNaN(value)));
        Assert.All(gradient[(3 * Columns)..], value => Assert.True(float.IsFinite(value)));
        Assert.Equal((-1f, 0f), (gradient[(3 * Columns) + 5], gradient[(4 * Columns) + 5]));
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void ForwardAndBackward_NoRowCounts_AreZero(Form form)
    {
        float[] gradient = [7, 7, 7, 7, 7, 7], losses = [7, 7];
        CrossEntropyOptions loss = new() { IgnoreIndex = -1 };
        Assert.Equal(0, CrossEntropy.Forward(new(2, 3), new float[] { 1, 2, 3, 4, float.NaN, 6 }, [-1, -1], losses, loss, form.Options()));
        CrossEntropy.Backward(new(2, 3), new float[] { 1, 2, 3, 4, float.NaN, 6 }, [-1, -1], default, gradient, loss, form.Options());
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 0], gradient.Concat(losses));
        Assert.Equal(0, CrossEntropy.Forward(new(0, 3), [], [], options: form.Options()));
        Assert.Equal(0, CrossEntropy.Forward(new(2, 0), [], [-1, -1], losses, loss, form.Options()));
        CrossEntropy.Backward(new(2, 0), [], [-1, -1], default, [], loss, form.Options());
    }

    [Fact]
    public void ForwardAndBackward_AnyNumberOfThreads_GiveTheSameBits()
    {
        RowShape shape = new(300, 3001);
        (float[] logits, int[] targets, float[] slopes) = Problem(shape, default);
        float[] one = new float[logits.Length], many = new float[logits.Length];
        float total = CrossEntropy.Forward(shape, logits, targets, options: new() { MaxThreads = 1 });
        CrossEntropy.Backward(shape, logits, targets, slopes, one, options: new() { MaxThreads = 1 });
        foreach (int threads in (int[])[2, 5])
        {
            Assert.Equal(total, CrossEntropy.Forward(shape, logits, targets, options: new() { MaxThreads = threads }));
            CrossEntropy.Backward(shape, logits, targets, slopes, many, options: new() { MaxThreads = threads });
            Bits.Same($"{threads} threads", one, many);
        }
    }

    [Fact]
    public void Doors_Refusals_SayWhatIsWrongAndWhere()
    {
        RowShape shape = new(2, 3);
        float[] memory = new float[20];
        Refusal.Says("logits: expected 2×3 = 6 floats, got 5", () => CrossEntropy.Forward(shape, new float[5], [0, 1]));
        Refusal.Says("targets: expected 2 integers, got 3", () => CrossEntropy.Forward(shape, new float[6], [0, 1, 2]));
        Refusal.Says("targets[1]: expected at least 0 and less than 3, got 3", () => CrossEntropy.ForwardNaive(shape, new float[6], [0, 3]));
        Refusal.Says("targets[0]: expected at least 0 and less than 3, got -1", () => CrossEntropy.Forward(shape, new float[6], [-1, 3], loss: new() { IgnoreIndex = -2 }));
        Refusal.Says("losses: expected 2 floats, got 1", () => CrossEntropy.Forward(shape, new float[6], [0, 1], new float[1]));
        Refusal.Says("losses: must not overlap logits", () => CrossEntropy.Forward(shape, memory.AsSpan(0, 6), [0, 1], memory.AsSpan(5, 2)));
        Refusal.Says("Reduction: expected Mean or Sum, got 7", () => CrossEntropy.Forward(new(1, 2), new float[2], [0], loss: new() { Reduction = (LossReduction)7 }));
        Refusal.Says("LabelSmoothing: expected 0 to 1, got 1.5", () => CrossEntropy.Forward(shape, new float[6], [0, 1], loss: new() { LabelSmoothing = 1.5f }));
        Refusal.Says("LabelSmoothing: expected 0 to 1, got NaN", () => CrossEntropy.Forward(shape, new float[6], [0, 1], loss: new() { LabelSmoothing = float.NaN }));
        Refusal.Says("lossesGradient: expected 2 floats, got 3", () => CrossEntropy.Backward(shape, new float[6], [0, 1], new float[3], new float[6]));
        Refusal.Says("logitsGradient: expected 2×3 = 6 floats, got 0", () => CrossEntropy.BackwardNaive(shape, new float[6], [0, 1], default, []));
        Refusal.Says(
            "logitsGradient: overlaps logits, shifted by 3 floats; pass the same span to work in place, or one that lies apart",
            () => CrossEntropy.Backward(shape, memory.AsSpan(0, 6), [0, 1], default, memory.AsSpan(3, 6)));
        Refusal.Says("logitsGradient: must not overlap lossesGradient", () => CrossEntropy.Backward(shape, new float[6], [0, 1], memory.AsSpan(5, 2), memory.AsSpan(0, 6)));
        Refusal.Says("Rows: expected zero or more, got -2", () => CrossEntropy.Forward(new(-2, -3), new float[6], []));
        Refusal.Says("logits: 65536×65536 = 4294967296 elements, more than the 2147483591 that one buffer can hold", () => CrossEntropy.Forward(new(65536, 65536), [], []));
    }

    [Fact]
    public void Of_Matrix_ReturnsTheMean()
    {
        float[,] logits = new Draw(5).Matrix(3, 4);
        Assert.Equal(CrossEntropy.Forward(new(3, 4), [.. logits.Cast<float>()], [1, 0, 3]), CrossEntropy.Of(logits, [1, 0, 3]));
        Assert.Throws<ArgumentNullException>(() => CrossEntropy.Of(null!, []));
        Assert.Throws<ArgumentNullException>(() => CrossEntropy.Of(logits, null!));
    }

    private static double[] Doubles(float[] values) => Array.ConvertAll(values, value => (double)value);

    private static Expected Reduced(Expected losses, int[] targets, CrossEntropyOptions loss)
    {
        double share = loss.Reduction == LossReduction.Sum ? 1 : 1.0 / Math.Max(1, targets.Count(target => target != loss.IgnoreIndex));
        return new([losses.Values.Sum() * share], [losses.Magnitudes.Sum() * share]);
    }

    /// <summary>Rows of ordinary logits, of ±1000, and of 90 to 100; one row does not count where one may not.</summary>
    private static (float[] Logits, int[] Targets, float[] Slopes) Problem(RowShape shape, CrossEntropyOptions loss)
    {
        Draw draw = new((shape.Rows * 10_000) + shape.Columns);
        float[] logits = [.. Enumerable.Range(0, shape.Rows).SelectMany(row => (row % 3) switch
        {
            0 => draw.Normal(shape.Columns, 3),
            1 => draw.Uniform(shape.Columns, -1e3f, 1e3f),
            _ => draw.Uniform(shape.Columns, 90, 100),
        })];
        int[] targets = [.. Enumerable.Range(0, shape.Rows).Select(_ => draw.Integer(0, shape.Columns - 1))];
        targets[1] = loss.IgnoreIndex ?? targets[1];
        return (logits, targets, draw.Normal(shape.Rows));
    }
}
