namespace Attention.Kernels.Tests;

[Trait(Tier.Trait, Tier.Every)]
public sealed class SoftCapTests
{
    public static TheoryData<Form, Fence> EveryFenced => Forms.FencedTheory;

    public static TheoryData<Form> Every => Forms.Theory;

    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void ForwardAndBackward_AnyLength_StayInBudgetAndInBounds(Form form, Fence fence)
    {
        foreach (float cap in (float[])[0.5f, 50])
        {
            foreach (ScoreKind kind in ScoreKinds.All)
            {
                foreach (int length in Lengths.Hard)
                {
                    Draw draw = new(length);
                    float[] x = draw.Scores(kind, 1, length), slopes = draw.Normal(length), naive = new float[length];
                    using Fences fences = new(fence);
                    Memory<float> y = fences.Output(length, "y"), both = fences.InPlace(x, "x");
                    SoftCap.Forward(fences.Input(x, "x").Span, cap, y.Span, form.Options());
                    SoftCap.Forward(both.Span, cap, both.Span, form.Options());
                    fences.AssertIntact();
                    Bits.Same("in place", y.Span, both.Span);
                    SoftCap.ForwardNaive(x, cap, naive);
                    Expected capped = new(Array.ConvertAll(x, value => cap * Math.Tanh(value / (double)cap)));
                    ErrorBudget.Forward.Assert($"{length} {kind} under {cap}", capped, naive, y.Span);

                    // Two roundings, and the runtime's tanh within two ulps; where x / cap falls among the denormals, the cap multiplies what that rounds.
                    ErrorBudget.Rounding(6 + (kind == ScoreKind.Denormal ? cap : 0)).Assert($"naive, {length} {kind} under {cap}", capped, naive);

                    Memory<float> gradient = fences.Output(length, "xGradient"), overY = fences.InPlace(y.Span, "y"), overSlopes = fences.InPlace(slopes, "yGradient");
                    SoftCap.Backward(fences.Input(y.ToArray(), "y").Span, cap, fences.Input(slopes, "yGradient").Span, gradient.Span, form.Options());
                    SoftCap.Backward(overY.Span, cap, slopes, overY.Span, form.Options());
                    SoftCap.Backward(y.Span, cap, overSlopes.Span, overSlopes.Span, form.Options());
                    fences.AssertIntact();
                    Bits.Same("over y", gradient.Span, overY.Span);
                    Bits.Same("over the gradient", gradient.Span, overSlopes.Span);
                    SoftCap.BackwardNaive(y.Span, cap, slopes, naive);
                    double[] tanh = [.. y.ToArray().Select(value => value / (double)cap)];
                    Expected expected = new([.. tanh.Zip(slopes, (t, dy) => dy * (1 - (t * t)))], [.. tanh.Zip(slopes, (t, dy) => Math.Abs(dy) * (1 + (t * t)))]);
                    ErrorBudget.Gradient.Assert($"gradient of {length} {kind} under {cap}", expected, naive, gradient.Span);
                    ErrorBudget.Rounding(5).Assert($"naive gradient of {length} {kind} under {cap}", expected, naive);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_SpecialValues_GiveTheCapAndKeepNaN(Form form)
    {
        float[] x = [float.PositiveInfinity, float.NegativeInfinity, float.NaN, 0, 1e30f, -1e30f, 1e-3f, -0f, 3], y = new float[x.Length];
        SoftCap.Forward(x, 30, y, form.Options());
        Assert.Equal([30, -30, float.NaN, 0, 30, -30, 1e-3f, -0f], y[..8]);
        Assert.True(y.Where(float.IsFinite).All(value => Math.Abs(value) <= 30));
    }

    [Fact]
    public void Backward_AfterForward_MatchesFiniteDifferences()
    {
        Draw draw = new(731);
        float[] x = draw.Normal(21, 3), slopes = draw.Normal(21), gradient = new float[21];
        SoftCap.Backward(SoftCap.Of(x, 2), 2, slopes, gradient);
        FiniteDifferences.Assert("soft cap, seed 731", x, moved => moved.Zip(slopes, (value, slope) => 2 * Math.Tanh(value / 2) * slope).Sum(), gradient);
    }

    [Fact]
    public void Call_ManyThreads_GivesTheSameBits()
    {
        float[] x = new Draw(732).Normal(400_000, 3), one = new float[x.Length], three = new float[x.Length];
        SoftCap.Forward(x, 2, one, new() { MaxThreads = 1 });
        SoftCap.Forward(x, 2, three, new() { MaxThreads = 3 });
        Bits.Same("forward", one, three);
        SoftCap.Backward(x, 2, one, one, new() { MaxThreads = 1 });
        SoftCap.Backward(x, 2, three, three, new() { MaxThreads = 3 });
        Bits.Same("backward", one, three);
    }

    [Fact]
    public void Call_WrongArguments_AreRefused()
    {
        float[] three = new float[3], memory = new float[9];
        Refusal.Says("cap: expected a number from 1e-37 to 1e37, got 0", () => SoftCap.Forward(three, 0, three));
        Refusal.Says("cap: expected a number from 1e-37 to 1e37, got -2", () => SoftCap.BackwardNaive(three, -2, three, three));
        Refusal.Says("y: expected 3 floats, got 2", () => SoftCap.Forward(three, 1, new float[2]));
        Refusal.Says("yGradient: expected 3 floats, got 4", () => SoftCap.Backward(three, 1, new float[4], three));
        Refusal.Says("xGradient: expected 3 floats, got 4", () => SoftCap.Backward(three, 1, three, new float[4]));
        Refusal.Says("y: overlaps x, shifted by 1 floats; pass the same span to work in place, or one that lies apart", () => SoftCap.Forward(memory.AsSpan(0, 5), 1, memory.AsSpan(1, 5)));
        Assert.Throws<ArgumentNullException>(() => SoftCap.Of(null!, 1));
        Assert.Equal([2 * MathF.Tanh(0.5f)], SoftCap.Of([1], 2), (a, b) => Math.Abs(a - b) < 1e-6);
    }
}
