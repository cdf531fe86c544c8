namespace Attention.Kernels.Tests;

[Trait(Tier.Trait, Tier.Every)]
public sealed class GradientClipTests
{
    public static TheoryData<Form, Fence> EveryFenced => Forms.FencedTheory;

    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void EveryKernel_AnyLength_IsExact(Form form, Fence fence)
    {
        foreach (int length in (int[])[.. Lengths.Hard, 50_001])
        {
            float[] gradient = new Draw(length).Normal(length);
            using Fences fences = new(fence);
            double squares = GradientClip.SquaredNorm(fences.Input(gradient, "gradient").Span, form.Options());
            Assert.Equal(GradientClip.SquaredNormNaive(gradient), squares, squares * 1e-13);
            Memory<float> scaled = fences.InPlace(gradient, "scaled"), clipped = fences.InPlace(gradient, "clipped");
            GradientClip.Apply(scaled.Span, 0.3f, form.Options());
            GradientClip.ByValue(clipped.Span, 0.7f, form.Options());
            fences.AssertIntact();
            Bits.Same($"scaled, length {length}", Array.ConvertAll(gradient, value => value * 0.3f), scaled.Span);
            Bits.Same($"clipped, length {length}", Array.ConvertAll(gradient, value => Math.Clamp(value, -0.7f, 0.7f)), clipped.Span);

            float[] naive = [.. gradient];
            GradientClip.ApplyNaive(naive, 0.3f);
            Bits.Same($"scaled by the naive form, length {length}", naive, scaled.Span);
            naive = [.. gradient];
            GradientClip.ByValueNaive(naive, 0.7f);
            Bits.Same($"clipped by the naive form, length {length}", naive, clipped.Span);
        }
    }

    /// <summary>Squares of such floats are no floats.</summary>
    [Fact]
    public void SquaredNorm_HugeAndTiny_NeitherOverflowsNorVanishes()
    {
        float[] huge = new float[1000], tiny = new float[1000];
        Array.Fill(huge, 3e38f);
        Array.Fill(tiny, 1e-42f);
        Assert.Equal(3e38f * Math.Sqrt(1000), Math.Sqrt(GradientClip.SquaredNorm(huge)), 1e30);
        Assert.Equal(tiny[0] * Math.Sqrt(1000), Math.Sqrt(GradientClip.SquaredNorm(tiny)), 1e-50);
    }

    [Fact]
    public void ByNorm_SeveralBuffers_SharesOneFactor()
    {
        Draw draw = new(3);
        float[] first = draw.Normal(1000), second = draw.Normal(77), third = [], before = [.. first, .. second];
        double norm = Math.Sqrt(before.Sum(value => (double)value * value));
        Assert.Equal(norm, GradientClip.ByNorm([first, second, third], (float)(norm * 2)), norm * 1e-12);
        Bits.Same("below the limit", before, (float[])[.. first, .. second]);

        Assert.Equal(norm, GradientClip.ByNorm([first, second, third], 1.5f), norm * 1e-12);
        float[] after = [.. first, .. second];
        float[] naiveFirst = before[..1000], naiveSecond = before[1000..];
        Assert.Equal(norm, GradientClip.ByNormNaive([naiveFirst, naiveSecond], (float)(norm * 2)), norm * 1e-12);
        Bits.Same("naive, below the limit", before, (float[])[.. naiveFirst, .. naiveSecond]);
        Assert.Equal(norm, GradientClip.ByNormNaive([naiveFirst, naiveSecond], 1.5f), norm * 1e-12);
        Bits.Same("naive", after, (float[])[.. naiveFirst, .. naiveSecond]);
        Bits.Same("one factor", Array.ConvertAll(before, value => value * (float)(1.5 / norm)), after);
        Assert.Equal(1.5, Math.Sqrt(after.Sum(value => (double)value * value)), 1e-6);
        Assert.Equal(0, GradientClip.ByNorm([], 1));
    }

    [Fact]
    public void Scale_AnyNorm_IsAtMostOne()
    {
        Assert.Equal([1, 1, 0.25f, 0, 1, float.NaN], (float[])
            [GradientClip.Scale(0, 1), GradientClip.Scale(1, 1), GradientClip.Scale(8, 2), GradientClip.Scale(double.PositiveInfinity, 1), GradientClip.Scale(0, 0), GradientClip.Scale(double.NaN, 1)]);
    }

    [Fact]
    public void ByValue_SpecialValues_KeepWhatHasNoSize()
    {
        foreach (Form form in Forms.Supported)
        {
            float[] gradient = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, -0f, 2, -2, 0.5f];
            gradient = [.. gradient, .. gradient, .. gradient];
            float[] naive = [.. gradient[..7]];
            GradientClip.ByValue(gradient, 1, form.Options());
            GradientClip.ByValueNaive(naive, 1);
            Bits.Same("naive", naive, gradient.AsSpan(0, 7));
            float[] expected = [float.NaN, 1, -1, -0f, 1, -1, 0.5f];
            Bits.Same("clipped", (float[])[.. expected, .. expected, .. expected], gradient);
        }
    }

    [Fact]
    public void EveryKernel_AnyNumberOfThreads_GivesTheSameBits()
    {
        float[] gradient = new Draw(8).Normal(1_500_001);
        double one = GradientClip.SquaredNorm(gradient, new KernelOptions { MaxThreads = 1 });
        Assert.Equal(one, GradientClip.SquaredNorm(gradient, new KernelOptions { MaxThreads = 3 }));
        Assert.Equal(one, GradientClip.SquaredNorm(gradient, new KernelOptions { MaxThreads = 7 }));
    }

    [Fact]
    public void Doors_Refusals_SayWhatIsWrong()
    {
        Refusal.Says("limit: expected a finite number of zero or more, got -1", () => GradientClip.ByNorm([], -1));
        Refusal.Says("limit: expected a finite number of zero or more, got NaN", () => GradientClip.ByValue([], float.NaN));
        Refusal.Says("limit: expected a finite number of zero or more, got -1", () => GradientClip.ByNormNaive([], -1));
        Refusal.Says("limit: expected a finite number of zero or more, got NaN", () => GradientClip.ByValueNaive([], float.NaN));
        Refusal.Says("limit: expected a finite number of zero or more, got -0.5", () => GradientClip.Scale(1, -0.5f));
        Refusal.Says("MaxThreads: expected zero or more, got -1", () => GradientClip.SquaredNorm([], new KernelOptions { MaxThreads = -1 }));
    }
}
