namespace Attention.Kernels.Tests;

/// <summary>tanh, sigmoid, softplus, logarithm and square root.</summary>
[Trait(Tier.Trait, Tier.Every)]
public sealed class CurveTests
{
    /// <summary>What the naive forms may lose: a few roundings of single precision, e^x among them, and the runtime's own functions' errors.</summary>
    private static readonly ErrorBudget NaiveCap = ErrorBudget.Rounding(8);

    public static TheoryData<int, Form> Every => [.. from index in Enumerable.Range(0, Curve.All.Length) from form in Forms.Supported select (index, form)];

    public static TheoryData<int, Form, Fence> EveryFenced =>
        [.. from index in Enumerable.Range(0, Curve.All.Length) from form in Forms.Supported from fence in Enum.GetValues<Fence>() select (index, form, fence)];

    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void ForwardAndBackward_AnyLength_StayInBudgetAndInBounds(int index, Form form, Fence fence)
    {
        Curve curve = Curve.All[index];
        foreach (int length in Lengths.Hard)
        {
            (float[] x, float[] slopes) = curve.Problem(length);
            using Fences fences = new(fence);
            Memory<float> y = fences.Output(length, "y"), dx = fences.Output(length, "xGradient");
            curve.Forward(fences.Input(x, "x").Span, y.Span, form.Options());
            float[] given = curve.FromResult ? y.ToArray() : x, naive = new float[length], naiveGradient = new float[length];
            curve.Backward(fences.Input(given, "given").Span, fences.Input(slopes, "yGradient").Span, dx.Span, form.Options());
            fences.AssertIntact();

            curve.ForwardNaive(x, naive);
            curve.BackwardNaive(given, slopes, naiveGradient);
            Expected values = new(Array.ConvertAll(x, value => curve.Of(value)));
            Expected gradient = new(
                [.. given.Zip(slopes, (value, slope) => slope * curve.Slope(value))], [.. given.Zip(slopes, (value, slope) => Math.Abs(slope) * curve.SlopeTerms(value))]);
            NaiveCap.Assert($"naive {curve}, length and seed {length}", values, naive);
            NaiveCap.Assert($"naive {curve} gradient, length and seed {length}", gradient, naiveGradient);
            ErrorBudget.Forward.Assert($"{curve}, length and seed {length}", values, naive, y.Span);
            ErrorBudget.Gradient.Assert($"{curve} gradient, length and seed {length}", gradient, naiveGradient, dx.Span);
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void ForwardAndBackward_SpecialValueAtAnyPlace_GiveTheirExactAnswers(int index, Form form)
    {
        Curve curve = Curve.All[index];
        foreach ((float special, float expected, float slope) in curve.Special)
        {
            for (int place = 0; place < 19; place++)
            {
                float[] x = new Draw(place).Uniform(19, 0.1f, 4), ones = [.. x.Select(_ => 1f)], y = new float[19], dx = new float[19];
                x[place] = special;
                curve.Forward(x, y, form.Options());
                curve.Backward(curve.FromResult ? y : x, ones, dx, form.Options());
                Bits.Same($"{curve} of {special} at {place}", [expected], y.AsSpan(place, 1));
                Bits.Same($"slope of {curve} at {special}, place {place}", [slope], dx.AsSpan(place, 1));
                Assert.True(y.Where((_, i) => i != place).All(float.IsFinite), $"{curve} of {special} at {place} reached its neighbours");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void ForwardAndBackward_InPlaceAndAtAnyPlace_GiveTheSameBits(int index, Form form)
    {
        Curve curve = Curve.All[index];
        (float[] x, float[] slopes) = curve.Problem(101);
        float[] y = new float[101], dx = new float[101], inPlace = [.. x], overSlopes = [.. slopes];
        curve.Forward(x, y, form.Options());
        curve.Forward(inPlace, inPlace, form.Options());
        float[] given = curve.FromResult ? y : x, overGiven = [.. given];
        curve.Backward(given, slopes, dx, form.Options());
        curve.Backward(overGiven, slopes, overGiven, form.Options());
        curve.Backward(given, overSlopes, overSlopes, form.Options());
        Bits.Same("in place", y, inPlace);
        Bits.Same("over what it is computed from", dx, overGiven);
        Bits.Same("over yGradient", dx, overSlopes);
        for (int start = 0; start < 20; start++)
        {
            float[] part = new float[101 - (3 * start)], partGradient = new float[part.Length];
            curve.Forward(x.AsSpan(start, part.Length), part, form.Options());
            curve.Backward(given.AsSpan(start, part.Length), slopes.AsSpan(start, part.Length), partGradient, form.Options());
            Bits.Same($"from {start}", y.AsSpan(start, part.Length), part);
            Bits.Same($"gradient from {start}", dx.AsSpan(start, part.Length), partGradient);
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void ForwardAndBackward_ManyTilesAndThreads_GiveTheSameBits(int index, Form form)
    {
        Curve curve = Curve.All[index];
        const int Length = 300_001;
        (float[] x, float[] slopes) = curve.Problem(Length);
        float[] y = new float[Length], dx = new float[Length], shared = new float[Length], sharedGradient = new float[Length];
        curve.Forward(x, y, form.Options() with { MaxThreads = 1 });
        curve.Backward(x, slopes, dx, form.Options() with { MaxThreads = 1 });
        curve.Forward(x, shared, form.Options() with { MaxThreads = 3 });
        curve.Backward(x, slopes, sharedGradient, form.Options() with { MaxThreads = 3 });
        Bits.Same("three threads", y, shared);
        Bits.Same("gradient on three threads", dx, sharedGradient);
    }

    /// <summary>From 2²³ floats on, results go past the caches: the same bits, wherever the buffers start.</summary>
    [Fact]
    public void Forward_PastTheCaches_GivesTheSameBits()
    {
        const int Length = (1 << 23) + 7;
        float[] x = new float[Length + 3], y = new float[Length + 3], same = new float[40];
        new Draw(8).Normal(4096).CopyTo(x, 0);
        for (int offset = 0; offset < 3; offset++)
        {
            Tanh.Forward(x.AsSpan(3, Length), y.AsSpan(offset, Length));
            Tanh.Forward(x.AsSpan(3, 40), same);
            Bits.Same($"first, offset {offset}", same, y.AsSpan(offset, 40));
            Assert.True(y.AsSpan(offset + 4100, Length - 4100).IndexOfAnyExcept(0f) < 0, "what follows");
        }
    }

    [Fact]
    public void Backward_AfterForward_MatchesFiniteDifferences()
    {
        foreach (Curve curve in Curve.All)
        {
            Draw draw = new(12);
            float[] x = draw.Uniform(33, curve.Positive ? 0.2f : -4, 4), slopes = draw.Normal(33), dx = new float[33];
            curve.Backward(curve.FromResult ? curve.Array(x) : x, slopes, dx);
            FiniteDifferences.Assert($"{curve}, seed 12", x, moved => moved.Zip(slopes, (value, slope) => slope * curve.Of(value)).Sum(), dx);
        }
    }

    [Fact]
    public void Doors_WrongLengthsAndOverlaps_AreRefused()
    {
        float[] memory = new float[20];
        foreach (Curve curve in Curve.All)
        {
            foreach (ActivationForward forward in (ActivationForward[])[curve.Forward, curve.ForwardNaive])
            {
                Refusal.Says("y: expected 3 floats, got 2", () => forward(new float[3], new float[2]));
                Refusal.Says(
                    "y: overlaps x, shifted by 2 floats; pass the same span to work in place, or one that lies apart", () => forward(memory.AsSpan(0, 9), memory.AsSpan(2, 9)));
            }

            foreach (ActivationBackward backward in (ActivationBackward[])[curve.Backward, curve.BackwardNaive])
            {
                Refusal.Says("yGradient: expected 3 floats, got 4", () => backward(new float[3], new float[4], new float[3]));
                Refusal.Says("xGradient: expected 3 floats, got 0", () => backward(new float[3], new float[3], []));
                Refusal.Says(
                    $"xGradient: overlaps {(curve.FromResult ? "y" : "x")}, shifted by 1 floats; pass the same span to work in place, or one that lies apart",
                    () => backward(memory.AsSpan(1, 9), new float[9], memory.AsSpan(0, 9)));
            }
        }
    }

    [Fact]
    public void Of_Array_ReturnsANewOne()
    {
        foreach (Curve curve in Curve.All)
        {
            float[] x = new Draw(1).Uniform(19, 0.1f, 4), before = [.. x], expected = new float[19];
            curve.Forward(x, expected);
            Assert.Equal(expected, curve.Array(x));
            Assert.Equal(before, x);
            Assert.Throws<ArgumentNullException>(() => curve.Array(null!));
        }
    }
}
