namespace Attention.Kernels.Tests;

[Trait(Tier.Trait, Tier.Every)]
public sealed class DropoutTests
{
    private const ulong Seed = 0x1234_5678_9ABC_DEF0;

    public static TheoryData<Form, Fence> EveryFenced => Forms.FencedTheory;

    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void ForwardAndBackward_AnyLength_HaveTheBitsOfTheNaiveForm(Form form, Fence fence)
    {
        foreach (int length in (int[])[.. Lengths.Hard, 40_001])
        {
            float[] x = new Draw(length).Normal(length), naive = new float[length], inPlace = [.. x];
            using Fences fences = new(fence);
            Memory<float> input = fences.Input(x, "x"), y = fences.Output(length, "y"), gradient = fences.Output(length, "xGradient");
            Dropout.Forward(0.3f, Seed, input.Span, y.Span, form.Options());
            Dropout.Backward(0.3f, Seed, input.Span, gradient.Span, form.Options() with { MaxThreads = 3 });
            Dropout.Forward(0.3f, Seed, inPlace, inPlace, form.Options());
            fences.AssertIntact();
            Dropout.ForwardNaive(0.3f, Seed, x, naive);
            Bits.Same($"y, length {length}", naive, y.Span);
            Bits.Same($"in place, length {length}", naive, inPlace);
            Dropout.BackwardNaive(0.3f, Seed, x, naive);
            Bits.Same($"xGradient, length {length}", naive, gradient.Span);
        }
    }

    /// <summary>The share that is dropped is the rate, up to five deviations; what is kept grows by 1 / (1 − rate); another seed drops others.</summary>
    [Fact]
    public void Forward_Ones_KeepTheirMean()
    {
        const int Length = 100_000;
        float[] ones = new float[Length], others = new float[Length];
        Array.Fill(ones, 1);
        foreach (float rate in (float[])[0, 0.1f, 0.5f, 0.9f])
        {
            float[] y = Dropout.Of(rate, Seed, ones);
            int dropped = y.Count(value => value == 0);
            Assert.InRange(dropped, (rate * Length) - (5 * Math.Sqrt(rate * Length)), (rate * Length) + (5 * Math.Sqrt(rate * Length)));
            Assert.All(y, value => Assert.True(value == 0 || value == 1 / (1 - rate)));
            Dropout.Forward(rate, Seed + 1, ones, others);
            Assert.Equal(rate == 0, y.SequenceEqual(others));
        }

        Assert.Throws<ArgumentNullException>(() => Dropout.Of(0.5f, Seed, null!));
    }

    [Fact]
    public void Backward_AfterForward_MatchesFiniteDifferences()
    {
        float[] x = new Draw(6).Normal(21), slopes = new Draw(7).Normal(21), gradient = new float[21], factors = new float[21], ones = [.. x.Select(_ => 1f)];
        Dropout.Backward(0.4f, Seed, slopes, gradient);
        Dropout.Forward(0.4f, Seed, ones, factors);
        FiniteDifferences.Assert("dx", x, moved => Enumerable.Range(0, 21).Sum(i => slopes[i] * (double)factors[i] * moved[i]), gradient);
    }

    [Fact]
    public void Doors_Refusals_SayWhatIsWrong()
    {
        float[] memory = new float[20];
        Refusal.Says("rate: expected at least 0 and less than 1, got 1", () => Dropout.Forward(1, Seed, new float[3], new float[3]));
        Refusal.Says("rate: expected at least 0 and less than 1, got -0.5", () => Dropout.Backward(-0.5f, Seed, new float[3], new float[3]));
        Refusal.Says("rate: expected at least 0 and less than 1, got NaN", () => Dropout.ForwardNaive(float.NaN, Seed, new float[3], new float[3]));
        Refusal.Says("y: expected 3 floats, got 2", () => Dropout.Forward(0.5f, Seed, new float[3], new float[2]));
        Refusal.Says("xGradient: expected 3 floats, got 4", () => Dropout.Backward(0.5f, Seed, new float[3], new float[4]));
        Refusal.Says(
            "y: overlaps x, shifted by 1 floats; pass the same span to work in place, or one that lies apart",
            () => Dropout.Forward(0.5f, Seed, memory.AsSpan(0, 9), memory.AsSpan(1, 9)));
    }
}
