namespace Attention.Kernels.Tests;

/// <summary>ReLU, both GELUs and SiLU.</summary>
[Trait(Tier.Trait, Tier.Every)]
public sealed class ActivationTests
{
    public static TheoryData<int, Form> Every => [.. from index in Enumerable.Range(0, Activation.All.Length) from form in Forms.Supported select (index, form)];

    public static TheoryData<int, Form, Fence> EveryFenced =>
        [.. from index in Enumerable.Range(0, Activation.All.Length) from form in Forms.Supported from fence in Enum.GetValues<Fence>() select (index, form, fence)];

    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void ForwardAndBackward_AnyLength_StayInBudgetAndInBounds(int index, Form form, Fence fence)
    {
        Activation activation = Activation.All[index];
        foreach (int length in Lengths.Hard)
        {
            (float[] x, float[] slopes) = Problem(length);
            using Fences fences = new(fence);
            Memory<float> input = fences.Input(x, "x"), y = fences.Output(length, "y"), dx = fences.Output(length, "xGradient");
            activation.Forward(input.Span, y.Span, form.Options());
            activation.Backward(input.Span, fences.Input(slopes, "yGradient").Span, dx.Span, form.Options());
            fences.AssertIntact();

            float[] naive = new float[length], naiveGradient = new float[length];
            activation.ForwardNaive(x, naive);
            activation.BackwardNaive(x, slopes, naiveGradient);
            double[] values = Array.ConvertAll(x, value => activation.Of(value));
            double[] gradient = [.. x.Zip(slopes, (value, slope) => slope * activation.Slope(value))];
            double[] magnitudes = [.. x.Zip(slopes, (value, slope) => Math.Abs(slope) * (1 + activation.SlopeTerms(value)))];
            ErrorBudget.Forward.Assert($"{activation}, length {length}", new(values, Array.ConvertAll(x, value => Math.Abs((double)value))), naive, y.Span);
            ErrorBudget.Gradient.Assert($"{activation} gradient, length {length}", new(gradient, magnitudes), naiveGradient, dx.Span);
        }
    }

    /// <summary>Small results at negative x have all their digits, which 1 + erf and 1 + tanh would have cancelled.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void ForwardAndBackward_AcrossTheRange_KeepTheirDigits(int index, Form form)
    {
        Activation activation = Activation.All[index];
        float[] x = [.. Enumerable.Range(0, 20_000).Select(i => (i - 16_000) / 640f), .. Enumerable.Range(0, 2000).Select(i => (i - 1900) / 18f)];
        x = [.. x.Where(value => value >= 0 || activation.Of(value) is 0 or < -1e-35)]; // where the share itself is subnormal, so are its digits
        float[] ones = [.. x.Select(_ => 1f)], y = new float[x.Length], dx = new float[x.Length];
        activation.Forward(x, y, form.Options());
        activation.Backward(x, ones, dx, form.Options());
        double[] values = Array.ConvertAll(x, value => activation.Of(value)), slopes = Array.ConvertAll(x, value => activation.Slope(value));
        double[] valueSizes = [.. x.Zip(values, (at, value) => Math.Abs(value) * activation.Condition(at))];
        double[] slopeSizes = [.. x.Select(at => (at < 0 ? activation.SlopeTerms(at) : 1 + activation.SlopeTerms(-at)) * activation.Condition(at))];
        ErrorBudget.Rounding(activation.Ulps).Assert($"{activation}", new(values, valueSizes), y);
        ErrorBudget.Rounding(activation.Ulps).Assert($"{activation} slope", new(slopes, slopeSizes), dx);
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void ForwardAndBackward_SpecialValueAtAnyPlace_GiveTheirExactAnswers(int index, Form form)
    {
        Activation activation = Activation.All[index];
        const float Infinity = float.PositiveInfinity;
        (float X, float Y, float Slope)[] pairs =
        [
            (0, 0, index == 0 ? 0 : 0.5f), (-0f, 0, index == 0 ? 0 : 0.5f), (Infinity, Infinity, 1), (-Infinity, 0, 0), (float.NaN, float.NaN, float.NaN), (1e30f, 1e30f, 1), (-1e30f, 0, 0),
            (1000, 1000, 1), (-1000, 0, 0),
        ];
        foreach ((float special, float expected, float slope) in pairs)
        {
            for (int place = 0; place < 19; place++)
            {
                float[] x = new Draw(place).Normal(19), ones = [.. x.Select(_ => 1f)], y = new float[19], dx = new float[19];
                x[place] = special;
                activation.Forward(x, y, form.Options());
                activation.Backward(x, ones, dx, form.Options());
                Assert.True(expected.Equals(y[place]), $"{activation} of {special} at {place}: expected {expected}, got {y[place]}");
                Assert.True(slope.Equals(dx[place]), $"slope of {activation} at {special}, place {place}: expected {slope}, got {dx[place]}");
                Assert.Equal(float.IsFinite(special) ? 19 : 18, y.Count(float.IsFinite) + (special == -Infinity ? -1 : 0));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void ForwardAndBackward_InPlaceAndAtAnyPlace_GiveTheSameBits(int index, Form form)
    {
        Activation activation = Activation.All[index];
        (float[] x, float[] slopes) = Problem(101);
        float[] y = new float[101], dx = new float[101], overX = [.. x], overSlopes = [.. slopes], inPlace = [.. x];
        activation.Forward(x, y, form.Options());
        activation.Backward(x, slopes, dx, form.Options());
        activation.Forward(inPlace, inPlace, form.Options());
        activation.Backward(overX, slopes, overX, form.Options());
        activation.Backward(x, overSlopes, overSlopes, form.Options());
        Bits.Same("in place", y, inPlace);
        Bits.Same("over x", dx, overX);
        Bits.Same("over yGradient", dx, overSlopes);
        for (int start = 0; start < 20; start++)
        {
            float[] part = new float[101 - (3 * start)], partGradient = new float[part.Length];
            activation.Forward(x.AsSpan(start, part.Length), part, form.Options());
            activation.Backward(x.AsSpan(start, part.Length), slopes.AsSpan(start, part.Length), partGradient, form.Options());
            Bits.Same($"from {start}", y.AsSpan(start, part.Length), part);
            Bits.Same($"gradient from {start}", dx.AsSpan(start, part.Length), partGradient);
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void ForwardAndBackward_ManyTilesAndThreads_GiveTheSameBits(int index, Form form)
    {
        Activation activation = Activation.All[index];
        const int Length = 150_001;
        (float[] x, float[] slopes) = Problem(Length);
        float[] y = new float[Length], dx = new float[Length], shared = new float[Length], sharedGradient = new float[Length];
        activation.Forward(x, y, form.Options() with { MaxThreads = 1 });
        activation.Backward(x, slopes, dx, form.Options() with { MaxThreads = 1 });
        activation.Forward(x, shared, form.Options() with { MaxThreads = 3 });
        activation.Backward(x, slopes, sharedGradient, form.Options() with { MaxThreads = 3 });
        Bits.Same("three threads", y, shared);
        Bits.Same("gradient on three threads", dx, sharedGradient);
        float[] last = new float[100];
        activation.Forward(x.AsSpan(Length - 100), last, form.Options());
        Bits.Same("the last hundred", y.AsSpan(Length - 100), last);
    }

    [Fact]
    public void Backward_AfterForward_MatchesFiniteDifferences()
    {
        foreach (Activation activation in Activation.All)
        {
            Draw draw = new(12);
            float[] x = draw.Uniform(33, -4, 4), slopes = draw.Normal(33), dx = new float[33];
            activation.Backward(x, slopes, dx);
            FiniteDifferences.Assert($"{activation}", x, moved => moved.Zip(slopes, (value, slope) => slope * activation.Of(value)).Sum(), dx);
        }
    }

    [Fact]
    public void Doors_WrongLengthsAndOverlaps_AreRefused()
    {
        float[] memory = new float[20];
        foreach (Activation activation in Activation.All)
        {
            foreach (ActivationForward forward in (ActivationForward[])[activation.Forward, activation.ForwardNaive])
            {
                Refusal.Says("y: expected 3 floats, got 2", () => forward(new float[3], new float[2]));
                Refusal.Says(
                    "y: overlaps x, shifted by 2 floats; pass the same span to work in place, or one that lies apart", () => forward(memory.AsSpan(0, 9), memory.AsSpan(2, 9)));
            }

            foreach (ActivationBackward backward in (ActivationBackward[])[activation.Backward, activation.BackwardNaive])
            {
                Refusal.Says("yGradient: expected 3 floats, got 4", () => backward(new float[3], new float[4], new float[3]));
                Refusal.Says("xGradient: expected 3 floats, got 0", () => backward(new float[3], new float[3], []));
                Refusal.Says(
                    "xGradient: overlaps yGradient, shifted by 1 floats; pass the same span to work in place, or one that lies apart",
                    () => backward(new float[9], memory.AsSpan(1, 9), memory.AsSpan(0, 9)));
            }
        }
    }

    [Fact]
    public void Of_Array_ReturnsANewOne()
    {
        foreach (Activation activation in Activation.All)
        {
            float[] x = new Draw(1).Normal(19), before = [.. x], expected = new float[19];
            activation.Forward(x, expected);
            Assert.Equal(expected, activation.Array(x));
            Assert.Equal(before, x);
            Assert.Throws<ArgumentNullException>(() => activation.Array(null!));
        }
    }

    private static (float[] X, float[] Slopes) Problem(int length)
    {
        Draw draw = new(length);
        float[] x = Array.ConvertAll(draw.Normal(length, 2), value => draw.Coin(0.2) ? draw.Pick(1e3f, -1e3f, 95, -95, 14, -14, float.Epsilon, -1e-39f, 1e-20f) : value);
        return (x, draw.Normal(length));
    }
}
