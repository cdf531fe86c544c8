namespace Attention.Kernels.Tests;

[Trait(Tier.Trait, Tier.Every)]
public sealed class ExponentialForwardTests
{
    public static TheoryData<Form> Every => Forms.Theory;

    public static TheoryData<Form, Fence> EveryFenced => Forms.FencedTheory;

    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void Forward_AnyLength_StaysInBudgetAndInBounds(Form form, Fence fence)
    {
        foreach (int length in Lengths.Hard)
        {
            using Fences fences = new(fence);
            float[] values = new Draw(length).Uniform(length, -104, 89);
            Memory<float> x = fences.Input(values, "x");
            Memory<float> y = fences.Output(length, "y");
            ExponentialCalls.Forward(form)(x.Span, y.Span);
            fences.AssertIntact();
            float[] naive = new float[length];
            Exponential.ForwardNaive(values, naive);
            ErrorBudget.Forward.Assert($"e^x, length {length}, seed {length}", new(Array.ConvertAll(values, value => Math.Exp(value))), naive, y.Span);
        }
    }

    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void Forward_InPlace_GivesTheSameBits(Form form, Fence fence)
    {
        foreach (int length in Lengths.Hard)
        {
            using Fences fences = new(fence);
            float[] values = new Draw(length).Uniform(length, -104, 89);
            float[] apart = new float[length];
            ExponentialCalls.Forward(form)(values, apart);
            Memory<float> both = fences.InPlace(values, "x");
            ExponentialCalls.Forward(form)(both.Span, both.Span);
            fences.AssertIntact();
            Bits.Same($"in place, length {length}", apart, both.Span);
        }
    }

    /// <summary>A reader who moves an element to another place of the buffer gets the same answer: the vector loop and its remainder are one function.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_ElementAtAnyPlace_GivesTheSameBits(Form form)
    {
        float[] values = new Draw(5).Uniform(100, -104, 89);
        float[] whole = new float[values.Length];
        ExponentialCalls.Forward(form)(values, whole);
        for (int start = 0; start < 40; start++)
        {
            float[] part = new float[values.Length - (2 * start)];
            ExponentialCalls.Forward(form)(values.AsSpan(start, part.Length), part);
            Bits.Same($"from {start}", whole.AsSpan(start, part.Length), part);
        }
    }

    public static readonly (float X, float Y)[] Special =
    [
        (0, 1),
        (-0f, 1),
        (float.Epsilon, 1),
        (-float.Epsilon, 1),
        (1e-39f, 1),
        (1e-9f, 1),
        (float.NaN, float.NaN),
        (-float.NaN, float.NaN),
        (float.PositiveInfinity, float.PositiveInfinity),
        (float.NegativeInfinity, 0),
        (float.MaxValue, float.PositiveInfinity),
        (float.MinValue, 0),
        (1000, float.PositiveInfinity),
        (-1000, 0),
        (88.73f, float.PositiveInfinity),
        (-104, 0),
    ];

    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_SpecialValueAtAnyPlace_GivesItsExactAnswer(Form form)
    {
        foreach ((float x, float expected) in Special)
        {
            for (int place = 0; place < 35; place++)
            {
                float[] values = new Draw(place).Normal(35);
                values[place] = x;
                float[] y = new float[values.Length];
                ExponentialCalls.Forward(form)(values, y);
                Assert.True(expected.Equals(y[place]), $"e^{x:R} at {place}: expected {expected:R}, got {y[place]:R}");
                Assert.All(y.Where((_, index) => index != place), (value, index) => Assert.True(float.IsFinite(value), $"the neighbour {index} of {x:R} at {place} became {value}"));
            }
        }
    }

    [Fact]
    public void Forward_LengthsDiffer_SaysBoth() => Refusal.Says("y: expected 3 floats, got 2", () => Exponential.Forward(new float[3], new float[2]));

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void Forward_OverlapShifted_IsRefused(int shift)
    {
        float[] memory = new float[20];
        string message = $"y: overlaps x, shifted by {shift} floats; pass the same span to work in place, or one that lies apart";
        Refusal.Says(message, () => Exponential.Forward(memory.AsSpan(0, 10), memory.AsSpan(shift, 10)));
        Refusal.Says(message, () => Exponential.Forward(memory.AsSpan(shift, 10), memory.AsSpan(0, 10)));
    }

    [Fact]
    public void Of_Array_ReturnsANewOne()
    {
        float[] x = new Draw(1).Normal(19);
        float[] before = [.. x];
        float[] y = Exponential.Of(x);
        float[] expected = new float[19];
        Exponential.Forward(x, expected);
        Assert.Equal(expected, y);
        Assert.Equal(before, x);
        Assert.Throws<ArgumentNullException>(() => Exponential.Of(null!));
    }
}
