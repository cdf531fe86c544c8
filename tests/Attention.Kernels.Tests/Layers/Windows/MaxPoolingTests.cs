namespace Attention.Kernels.Tests;

[Trait(Tier.Trait, Tier.Every)]
public sealed class MaxPoolingTests
{
    public static TheoryData<Form, Fence> EveryFenced => Forms.FencedTheory;

    private static IEnumerable<WindowShape> Shapes => WindowCases.All.Append(new(2, 7, 9, 3, 4) { Padding = (1, 2), Stride = (2, 1), Dilation = (2, 1) });

    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void ForwardAndBackward_AnyWindow_FindTheLargest(Form form, Fence fence)
    {
        foreach (WindowShape shape in Shapes)
        {
            Draw draw = new(shape.Columns);
            float[] planes = [.. draw.Normal(shape.Numbers()).Select(value => MathF.Round(value * 4))], slopes = draw.Normal(shape.Windows()); // many are equal
            using Fences fences = new(fence);
            Memory<float> y = fences.Output(slopes.Length, "y"), gradient = fences.Output(planes.Length, "planesGradient");
            MaxPooling.Forward(shape, fences.Input(planes, "planes").Span, y.Span, form.Options());
            MaxPooling.Backward(shape, fences.Input(planes, "planes").Span, fences.Input(slopes, "yGradient").Span, gradient.Span, form.Options());
            fences.AssertIntact();

            float[] naive = new float[slopes.Length], naiveGradient = new float[planes.Length];
            MaxPooling.ForwardNaive(shape, planes, naive);
            MaxPooling.BackwardNaive(shape, planes, slopes, naiveGradient);
            Bits.Same($"y of {shape}", naive, y.Span);
            Bits.Same($"planesGradient of {shape}", naiveGradient, gradient.Span);
        }
    }

    [Fact]
    public void ForwardAndBackward_OfASmallPlane_AreWhatIsReadOffIt()
    {
        float[,] plane = { { 1, 5, 2, -3 }, { 5, 0, -9, -2 }, { 7, 7, 7, 7 } };
        Assert.Equal(new float[,] { { 5, 2 } }, MaxPooling.Largest(plane, 2, 2));

        WindowShape shape = new(1, 2, 3, 2, 2);
        float[] y = new float[2], gradient = new float[6];
        MaxPooling.Forward(shape, [4, float.NaN, float.PositiveInfinity, 4, 3, float.NaN], y);
        Assert.Equal([float.NaN, float.NaN], y);
        MaxPooling.Backward(shape, [4, 4, 9, 4, 9, 1], [10, 20], gradient);
        Assert.Equal([0, 0, 20, 0, 10, 0], gradient);
        MaxPooling.Backward(shape, [1, float.NaN, 2, 5, float.NaN, 6], [10, 20], gradient); // also of several NaNs
        Assert.Equal([0, 30, 0, 0, 0, 0], gradient);
        MaxPooling.Backward(shape, [4, 4, 4, 4, 4, 4], [10, 20], gradient); // of equal ones the first
        Assert.Equal([10, 20, 0, 0, 0, 0], gradient);
    }

    [Fact]
    public void Forward_OfNegativeNumbers_LeavesThePaddingOut()
    {
        float[] y = new float[4];
        MaxPooling.Forward(new(1, 2, 2, 2, 2) { Stride = (2, 2), Padding = (1, 1) }, [-1, -2, -3, float.NegativeInfinity], y);
        Assert.Equal([-1, -2, -3, float.NegativeInfinity], y);
    }

    [Fact]
    public void Backward_AfterForward_MatchesFiniteDifferences()
    {
        WindowShape shape = new(1, 4, 4, 2, 3) { Padding = (1, 1) };
        float[] planes = [.. Enumerable.Range(0, 16).Select(i => i * 7 % 16 / 4f)], slopes = new Draw(4).Normal(shape.Windows()), gradient = new float[16];
        MaxPooling.Backward(shape, planes, slopes, gradient);
        int[] seen = WindowCases.Seen(shape);
        FiniteDifferences.Assert(
            "dplanes",
            planes,
            moved => Enumerable.Range(0, slopes.Length).Sum(
                window => slopes[window] * seen.Where((at, i) => at >= 0 && i % slopes.Length == window).Max(at => moved[at])),
            gradient);
    }

    [Fact]
    public void ForwardAndBackward_AnyNumberOfThreads_GiveTheSameBits()
    {
        WindowShape shape = new(40, 60, 60, 3, 3) { Padding = (1, 1), Stride = (2, 2) };
        float[] planes = new Draw(3).Normal(shape.Numbers()), slopes = new Draw(4).Normal(shape.Windows());
        float[] y = new float[slopes.Length], gradient = new float[planes.Length], otherY = new float[slopes.Length], otherGradient = new float[planes.Length];
        MaxPooling.Forward(shape, planes, y, new KernelOptions { MaxThreads = 1 });
        MaxPooling.Backward(shape, planes, slopes, gradient, new KernelOptions { MaxThreads = 1 });
        foreach (int threads in (int[])[2, 5])
        {
            MaxPooling.Forward(shape, planes, otherY, new KernelOptions { MaxThreads = threads });
            MaxPooling.Backward(shape, planes, slopes, otherGradient, new KernelOptions { MaxThreads = threads });
            Bits.Same($"y, {threads} threads", y, otherY);
            Bits.Same($"planesGradient, {threads} threads", gradient, otherGradient);
        }
    }

    [Fact]
    public void Doors_Refusals_SayWhatIsWrong()
    {
        WindowShape shape = new(1, 3, 4, 2, 2);
        float[] memory = new float[40];
        Refusal.Says("planes: expected 1×3×4 = 12 floats, got 11", () => MaxPooling.Forward(shape, new float[11], new float[6]));
        Refusal.Says("y: expected 1×6 = 6 floats, got 5", () => MaxPooling.ForwardNaive(shape, new float[12], new float[5]));
        Refusal.Says("yGradient: expected 1×6 = 6 floats, got 7", () => MaxPooling.Backward(shape, new float[12], new float[7], new float[12]));
        Refusal.Says("planesGradient: expected 1×3×4 = 12 floats, got 6", () => MaxPooling.BackwardNaive(shape, new float[12], new float[6], new float[6]));
        Refusal.Says("y: must not overlap planes", () => MaxPooling.Forward(shape, memory.AsSpan(0, 12), memory.AsSpan(11, 6)));
        Refusal.Says("planesGradient: must not overlap planes", () => MaxPooling.Backward(shape, memory.AsSpan(0, 12), new float[6], memory.AsSpan(0, 12)));
        Refusal.Says("planesGradient: must not overlap yGradient", () => MaxPooling.Backward(shape, new float[12], memory.AsSpan(0, 6), memory.AsSpan(5, 12)));
        Refusal.Says("down: window 0 of 6 sees padding alone: 3 places, padding 2, a window of 2 with dilation 1", () => MaxPooling.Forward(shape with { Padding = (2, 0) }, [], []));
        Refusal.Says("across: window 0 of 1 sees padding alone: 2 places, padding 1, a window of 2 with dilation 3", () => MaxPooling.Forward(new(1, 2, 2, 2, 2) { Padding = (0, 1), Dilation = (1, 3) }, [], []));
        Refusal.Says("WindowRows: expected at least 1, got 0", () => MaxPooling.Largest(new float[2, 2], 0, 1));
        Assert.Throws<ArgumentNullException>(() => MaxPooling.Largest(null!, 1, 1));
    }
}
