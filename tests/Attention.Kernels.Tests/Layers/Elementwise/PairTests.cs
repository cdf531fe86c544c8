namespace Attention.Kernels.Tests;

/// <summary>Addition, multiplication, division and SwiGLU.</summary>
[Trait(Tier.Trait, Tier.Every)]
public sealed class PairTests
{
    /// <summary>What the naive forms may lose: three roundings, and for SwiGLU the slope's few.</summary>
    private static readonly ErrorBudget NaiveCap = ErrorBudget.Rounding(4);

    public static TheoryData<int, Form> Every => [.. from index in Enumerable.Range(0, PairKernel.All.Length) from form in Forms.Supported select (index, form)];

    public static TheoryData<int, Form, Fence> EveryFenced =>
        [.. from index in Enumerable.Range(0, PairKernel.All.Length) from form in Forms.Supported from fence in Enum.GetValues<Fence>() select (index, form, fence)];

    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void ForwardAndBackward_AnyLength_StayInBudgetAndInBounds(int index, Form form, Fence fence)
    {
        PairKernel kernel = PairKernel.All[index];
        foreach (int length in Lengths.Hard)
        {
            (float[] left, float[] right, float[] slopes) = Problem(length);
            using Fences fences = new(fence);
            Memory<float> a = fences.Input(left, "left"), b = fences.Input(right, "right"), dy = fences.Input(slopes, "yGradient");
            Memory<float> y = fences.Output(length, "y"), da = fences.Output(length, "leftGradient"), db = fences.Output(length, "rightGradient");
            kernel.Forward(a.Span, b.Span, y.Span, form.Options());
            kernel.Backward(a.Span, b.Span, dy.Span, da.Span, db.Span, form.Options());
            fences.AssertIntact();

            float[] naive = new float[length], naiveLeft = new float[length], naiveRight = new float[length];
            kernel.ForwardNaive(left, right, naive);
            kernel.BackwardNaive(left, right, slopes, naiveLeft, naiveRight);
            Hold("y", new(Map(kernel.Of), Map(kernel.Terms)), ErrorBudget.Forward, naive, y.Span);
            Hold("left gradient", Gradient(kernel.LeftSlope), ErrorBudget.Gradient, naiveLeft, da.Span);
            Hold("right gradient", Gradient(kernel.RightSlope), ErrorBudget.Gradient, naiveRight, db.Span);

            double[] Map(Func<double, double, double> function) => [.. left.Select((value, i) => function(value, right[i]))];

            Expected Gradient(Func<double, double, double> slope) => new(
                [.. Map(slope).Zip(slopes, (s, g) => s * g)], [.. Map((u, v) => Math.Abs(slope(u, v)) + kernel.SlopeTerms(u, v)).Zip(slopes, (s, g) => s * Math.Abs(g))]);

            void Hold(string what, Expected expected, ErrorBudget budget, float[] slow, ReadOnlySpan<float> fast)
            {
                NaiveCap.Assert($"naive {kernel}, {what}, length and seed {length}", expected, slow);
                budget.Assert($"{kernel}, {what}, length and seed {length}", expected, slow, fast);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void ForwardAndBackward_InPlaceAtAnyPlaceOrInPart_GiveTheSameBits(int index, Form form)
    {
        PairKernel kernel = PairKernel.All[index];
        (float[] left, float[] right, float[] slopes) = Problem(101);
        float[] y = new float[101], overLeft = [.. left], overRight = [.. right], da = new float[101], db = new float[101], alone = new float[101];
        kernel.Forward(left, right, y, form.Options());
        kernel.Forward(overLeft, right, overLeft, form.Options());
        kernel.Forward(left, overRight, overRight, form.Options());
        Bits.Same("over the first input", y, overLeft);
        Bits.Same("over the second input", y, overRight);
        kernel.Backward(left, right, slopes, da, db, form.Options());
        kernel.Backward(left, right, slopes, alone, [], form.Options());
        Bits.Same("the first gradient alone", da, alone);
        kernel.Backward(left, right, slopes, [], alone, form.Options());
        Bits.Same("the second gradient alone", db, alone);
        kernel.Backward(left, right, slopes, [], [], form.Options());
        for (int start = 0; start < 20; start++)
        {
            int length = 101 - (3 * start);
            float[] part = new float[length], partLeft = new float[length], partRight = new float[length];
            kernel.Forward(left.AsSpan(start, length), right.AsSpan(start, length), part, form.Options());
            kernel.Backward(left.AsSpan(start, length), right.AsSpan(start, length), slopes.AsSpan(start, length), partLeft, partRight, form.Options());
            Bits.Same($"from {start}", y.AsSpan(start, length), part);
            Bits.Same($"first gradient from {start}", da.AsSpan(start, length), partLeft);
            Bits.Same($"second gradient from {start}", db.AsSpan(start, length), partRight);
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void ForwardAndBackward_ManyTilesAndThreads_GiveTheSameBits(int index, Form form)
    {
        PairKernel kernel = PairKernel.All[index];
        (float[] left, float[] right, float[] slopes) = Problem(300_001);
        float[][] one = [.. Enumerable.Range(0, 3).Select(_ => new float[left.Length])], three = [.. one.Select(array => new float[array.Length])];
        foreach ((float[][] results, int threads) in new[] { (one, 1), (three, 3) })
        {
            kernel.Forward(left, right, results[0], form.Options() with { MaxThreads = threads });
            kernel.Backward(left, right, slopes, results[1], results[2], form.Options() with { MaxThreads = threads });
        }

        Assert.All(one.Zip(three), pair => Bits.Same("three threads", pair.First, pair.Second));
    }

    [Fact]
    public void Forward_SpecialValues_FollowTheArithmetic()
    {
        const float Infinity = float.PositiveInfinity;
        Assert.Equal([float.NaN, Infinity, 5], Addition.Of([Infinity, Infinity, 3], [Infinity, 1, -2], -1));
        Assert.Equal([float.NaN, -Infinity, 0], Multiplication.Of([Infinity, Infinity, 0], [0, -1, 5]));
        Assert.Equal([Infinity, float.NaN, 0], Division.Of([1, 0, 7], [0, 0, Infinity]));
        Assert.Equal([0, 3000, float.NaN, 0], SwiGlu.Of([-Infinity, 1000, float.NaN, 0], [4, 3, 1, 9]));
    }

    [Fact]
    public void Backward_AfterForward_MatchesFiniteDifferences()
    {
        foreach (PairKernel kernel in PairKernel.All)
        {
            Draw draw = new(77);
            float[] left = draw.Normal(23), right = draw.Uniform(23, 0.5f, 3), slopes = draw.Normal(23), da = new float[23], db = new float[23];
            kernel.Backward(left, right, slopes, da, db);
            FiniteDifferences.Assert($"{kernel}, first, seed 77", left, moved => moved.Select((value, i) => slopes[i] * kernel.Of(value, right[i])).Sum(), da);
            FiniteDifferences.Assert($"{kernel}, second, seed 77", right, moved => moved.Select((value, i) => slopes[i] * kernel.Of(left[i], value)).Sum(), db);
        }
    }

    /// <summary>Adding a gradient to another in place is what a tensor does that is used twice.</summary>
    [Fact]
    public void AdditionBackward_OverItsGradient_LeavesOrScalesIt()
    {
        float[] slopes = new Draw(5).Normal(40), first = [.. slopes], second = [.. slopes], right = new float[40];
        Addition.Backward(-2, first, first, right);
        Bits.Same("the first gradient", slopes, first);
        Bits.Same("the second gradient", Array.ConvertAll(slopes, value => -2 * value), right);
        Addition.Backward(-2, second, [], second);
        Bits.Same("over the gradient", right, second);
    }

    [Theory]
    [MemberData(nameof(EveryForm))]
    public void Scaling_AnyLength_IsTheProduct(Form form)
    {
        foreach (int length in Lengths.Hard)
        {
            float[] x = new Draw(length).Normal(length), y = new float[length], dx = [.. x], naive = new float[length], naiveGradient = new float[length];
            Scaling.Forward(x, 0.3f, y, form.Options());
            Scaling.Backward(0.3f, dx, dx, form.Options());
            Scaling.ForwardNaive(x, 0.3f, naive);
            Scaling.BackwardNaive(0.3f, x, naiveGradient);
            float[] expected = Array.ConvertAll(x, value => 0.3f * value);
            Assert.All([y, dx, naive, naiveGradient, Scaling.Of(x, 0.3f)], result => Bits.Same($"length {length}", expected, result));
        }
    }

    public static TheoryData<Form> EveryForm => Forms.Theory;

    [Fact]
    public void Doors_WrongLengthsAndOverlaps_AreRefused()
    {
        float[] memory = new float[20], three = new float[3];
        foreach (PairKernel kernel in PairKernel.All)
        {
            foreach (PairForward forward in (PairForward[])[kernel.Forward, kernel.ForwardNaive])
            {
                Refusal.Says($"{kernel.Right}: expected 3 floats, got 2", () => forward(three, new float[2], three));
                Refusal.Says("y: expected 3 floats, got 2", () => forward(three, three, new float[2]));
                Refusal.Says(
                    $"y: overlaps {kernel.Right}, shifted by 2 floats; pass the same span to work in place, or one that lies apart",
                    () => forward(new float[9], memory.AsSpan(0, 9), memory.AsSpan(2, 9)));
            }

            foreach (PairBackward backward in (PairBackward[])[kernel.Backward, kernel.BackwardNaive])
            {
                Refusal.Says($"{kernel.Left}Gradient: expected 3 floats, got 4", () => backward(three, three, three, new float[4], []));
                Refusal.Says($"{kernel.Right}Gradient: must not overlap {kernel.Left}Gradient", () => backward(new float[9], new float[9], new float[9], memory.AsSpan(0, 9), memory.AsSpan(4, 9)));
                if (kernel.Name != "addition")
                {
                    Refusal.Says("yGradient: expected 3 floats, got 4", () => backward(three, three, new float[4], [], []));
                    Refusal.Says($"{kernel.Right}Gradient: must not overlap {kernel.Left}", () => backward(three, new float[3], new float[3], [], three));
                    Refusal.Says($"{kernel.Left}Gradient: must not overlap yGradient", () => backward(new float[3], new float[3], three, three, []));
                }
            }

            Assert.Throws<ArgumentNullException>(() => kernel.Array(null!, three));
            Assert.Throws<ArgumentNullException>(() => kernel.Array(three, null!));
        }

        Refusal.Says("xGradient: expected 3 floats, got 4", () => Scaling.Backward(1, three, new float[4]));
        Refusal.Says("y: expected 3 floats, got 4", () => Scaling.ForwardNaive(three, 1, new float[4]));
        Assert.Throws<ArgumentNullException>(() => Scaling.Of(null!, 1));
    }

    private static (float[] Left, float[] Right, float[] Slopes) Problem(int length)
    {
        Draw draw = new(length);
        return (draw.Normal(length, 3), Array.ConvertAll(draw.Uniform(length, 0.2f, 4), value => draw.Coin() ? -value : value), draw.Normal(length));
    }
}
