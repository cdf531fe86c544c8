namespace Attention.Kernels.Tests;

[Trait(Tier.Trait, Tier.Every)]
public sealed class ExponentialBackwardTests
{
    public static TheoryData<Form, Fence> EveryFenced => Forms.FencedTheory;

    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void Backward_AnyLength_IsTheProduct(Form form, Fence fence)
    {
        foreach (int length in Lengths.Hard)
        {
            using Fences fences = new(fence);
            Draw draw = new(length);
            float[] y = draw.Uniform(length, 0, 10);
            float[] slope = draw.Normal(length);
            Memory<float> gradient = fences.Output(length, "xGradient");
            ExponentialCalls.Backward(form)(fences.Input(y, "y").Span, fences.Input(slope, "yGradient").Span, gradient.Span);
            fences.AssertIntact();

            // One product, correctly rounded: no form has any other choice.
            Bits.Same($"length {length}, seed {length}", [.. y.Zip(slope, (value, gradient) => value * gradient)], gradient.Span);
        }
    }

    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void Backward_OverEitherInput_GivesTheSameBits(Form form, Fence fence)
    {
        foreach (int length in Lengths.Hard)
        {
            Draw draw = new(length);
            float[] y = draw.Uniform(length, 0, 10);
            float[] slope = draw.Normal(length);
            float[] apart = new float[length];
            ExponentialCalls.Backward(form)(y, slope, apart);

            using Fences fences = new(fence);
            Memory<float> overSlope = fences.InPlace(slope, "yGradient");
            ExponentialCalls.Backward(form)(fences.Input(y, "y").Span, overSlope.Span, overSlope.Span);
            Bits.Same($"over yGradient, length {length}", apart, overSlope.Span);

            Memory<float> overY = fences.InPlace(y, "y");
            ExponentialCalls.Backward(form)(overY.Span, fences.Input(slope, "yGradient").Span, overY.Span);
            Bits.Same($"over y, length {length}", apart, overY.Span);
            fences.AssertIntact();
        }
    }

    [Fact]
    public void Backward_AfterForward_MatchesFiniteDifferences()
    {
        Draw draw = new(3);
        float[] x = draw.Uniform(33, -3, 3);
        float[] slope = draw.Normal(33);
        float[] gradient = new float[33];
        Exponential.Backward(Exponential.Of(x), slope, gradient);
        const double Step = 1e-5;
        double[] differences = [.. x.Zip(slope, (value, rise) => rise * (Math.Exp(value + Step) - Math.Exp(value - Step)) / (2 * Step))];
        ErrorBudget.Rounding(operations: 2).Assert("dL/dx, seed 3", new(differences), gradient);
    }

    [Fact]
    public void Backward_LengthsDiffer_NamesTheBuffer()
    {
        Refusal.Says("yGradient: expected 3 floats, got 2", () => Exponential.Backward(new float[3], new float[2], new float[3]));
        Refusal.Says("xGradient: expected 3 floats, got 4", () => Exponential.Backward(new float[3], new float[3], new float[4]));
    }

    [Fact]
    public void Backward_OverlapShifted_IsRefused()
    {
        float[] memory = new float[20];
        Refusal.Says(
            "xGradient: overlaps y, shifted by 1 floats; pass the same span to work in place, or one that lies apart",
            () => Exponential.Backward(memory.AsSpan(0, 9), new float[9], memory.AsSpan(1, 9)));
        Refusal.Says(
            "xGradient: overlaps yGradient, shifted by 2 floats; pass the same span to work in place, or one that lies apart",
            () => Exponential.Backward(new float[9], memory.AsSpan(2, 9), memory.AsSpan(0, 9)));
    }
}
