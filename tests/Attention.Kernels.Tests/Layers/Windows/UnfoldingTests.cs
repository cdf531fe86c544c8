namespace Attention.Kernels.Tests;

[Trait(Tier.Trait, Tier.Every)]
public sealed class UnfoldingTests
{
    public static TheoryData<Form, Fence> EveryFenced => Forms.FencedTheory;

    /// <summary>Also windows that see padding alone, to the left and to the right of the plane.</summary>
    private static IEnumerable<WindowShape> Shapes => WindowCases.All.Append(new(1, 3, 3, 1, 2) { Padding = (0, 2), Stride = (1, 2), Dilation = (1, 5) });

    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void ForwardAndBackward_AnyWindow_AreWhatTheWindowSees(Form form, Fence fence)
    {
        foreach (WindowShape shape in Shapes)
        {
            Draw draw = new(shape.Columns);
            float[] planes = draw.Normal(shape.Numbers()), slopes = draw.Normal(shape.Windows(shape.Places));
            using Fences fences = new(fence);
            Memory<float> windows = fences.Output(slopes.Length, "windows"), gradient = fences.Output(planes.Length, "planesGradient");
            Unfolding.Forward(shape, fences.Input(planes, "planes").Span, windows.Span, form.Options());
            Unfolding.Backward(shape, fences.Input(slopes, "windowsGradient").Span, gradient.Span, form.Options());
            fences.AssertIntact();

            float[] naive = new float[slopes.Length], naiveGradient = new float[planes.Length];
            Unfolding.ForwardNaive(shape, planes, naive);
            Unfolding.BackwardNaive(shape, slopes, naiveGradient);
            Bits.Same($"windows of {shape}", naive, windows.Span);
            Bits.Same($"planesGradient of {shape}", naiveGradient, gradient.Span);
        }
    }

    [Fact]
    public void Forward_OfASmallPlane_IsWhatIsReadOffIt()
    {
        float[,] plane = { { 1, 2, 3 }, { 4, 5, 6 } };
        Assert.Equal(new float[,] { { 1, 2 }, { 2, 3 }, { 4, 5 }, { 5, 6 } }, Unfolding.Columns(plane, 2, 2));

        WindowShape shape = new(1, 2, 3, 1, 2) { Stride = (2, 2), Padding = (1, 1), Dilation = (1, 3) };
        float[] windows = new float[4];
        Unfolding.Forward(shape, [1, 2, 3, 4, 5, 6], windows); // rows −1 and 1, columns −1 and 2
        Assert.Equal([0, 0, 0, 6], windows);
        float[] gradient = new float[6];
        Unfolding.Backward(shape, [7, 8, 9, 10], gradient);
        Assert.Equal([0, 0, 0, 0, 0, 10], gradient);
    }

    /// <summary>⟨unfold x, g⟩ = ⟨x, fold g⟩: backward is the transpose of forward.</summary>
    [Fact]
    public void Backward_IsTheTransposeOfForward()
    {
        foreach (WindowShape shape in Shapes)
        {
            Draw draw = new(7);
            float[] planes = draw.Normal(shape.Numbers()), slopes = draw.Normal(shape.Windows(shape.Places)), windows = new float[slopes.Length], gradient = new float[planes.Length];
            Unfolding.Forward(shape, planes, windows);
            Unfolding.Backward(shape, slopes, gradient);
            double left = windows.Zip(slopes, (a, b) => (double)a * b).Sum(), right = planes.Zip(gradient, (a, b) => (double)a * b).Sum();
            Assert.Equal(left, right, 1e-5 * (1 + slopes.Sum(Math.Abs)));
        }
    }

    [Fact]
    public void Backward_AfterForward_MatchesFiniteDifferences()
    {
        WindowShape shape = new(2, 3, 4, 2, 3) { Padding = (1, 1), Stride = (1, 2) };
        float[] planes = new Draw(3).Normal(24), slopes = new Draw(4).Normal(shape.Windows(6)), gradient = new float[24];
        Unfolding.Backward(shape, slopes, gradient);
        int[] seen = WindowCases.Seen(shape);
        FiniteDifferences.Assert("dplanes", planes, moved => seen.Zip(slopes, (at, slope) => at < 0 ? 0 : moved[at] * slope).Sum(), gradient);
    }

    [Fact]
    public void ForwardAndBackward_AnyNumberOfThreads_GiveTheSameBits()
    {
        WindowShape shape = new(40, 50, 50, 3, 3) { Padding = (1, 1) };
        float[] planes = new Draw(3).Normal(shape.Numbers()), slopes = new Draw(4).Normal(shape.Windows(9));
        float[] windows = new float[slopes.Length], gradient = new float[planes.Length], otherWindows = new float[slopes.Length], otherGradient = new float[planes.Length];
        Unfolding.Forward(shape, planes, windows, new KernelOptions { MaxThreads = 1 });
        Unfolding.Backward(shape, slopes, gradient, new KernelOptions { MaxThreads = 1 });
        foreach (int threads in (int[])[2, 5])
        {
            Unfolding.Forward(shape, planes, otherWindows, new KernelOptions { MaxThreads = threads });
            Unfolding.Backward(shape, slopes, otherGradient, new KernelOptions { MaxThreads = threads });
            Bits.Same($"windows, {threads} threads", windows, otherWindows);
            Bits.Same($"planesGradient, {threads} threads", gradient, otherGradient);
        }
    }

    [Fact]
    public void Doors_Refusals_SayWhatIsWrong()
    {
        WindowShape shape = new(2, 3, 4, 2, 2);
        float[] memory = new float[80];
        Refusal.Says("planes: expected 2×3×4 = 24 floats, got 23", () => Unfolding.Forward(shape, new float[23], new float[48]));
        Refusal.Says("windows: expected 2×4×6 = 48 floats, got 47", () => Unfolding.ForwardNaive(shape, new float[24], new float[47]));
        Refusal.Says("windowsGradient: expected 2×4×6 = 48 floats, got 0", () => Unfolding.Backward(shape, [], new float[24]));
        Refusal.Says("planesGradient: expected 2×3×4 = 24 floats, got 25", () => Unfolding.BackwardNaive(shape, new float[48], new float[25]));
        Refusal.Says("windows: must not overlap planes", () => Unfolding.Forward(shape, memory.AsSpan(0, 24), memory.AsSpan(20, 48)));
        Refusal.Says("planesGradient: must not overlap windowsGradient", () => Unfolding.Backward(shape, memory.AsSpan(0, 48), memory.AsSpan(40, 24)));
        Refusal.Says("Planes: expected zero or more, got -1", () => Unfolding.Forward(shape with { Planes = -1 }, [], []));
        Refusal.Says("Rows: expected at least 1, got 0", () => Unfolding.Forward(shape with { Rows = 0 }, [], []));
        Refusal.Says("WindowColumns: expected at least 1, got 0", () => Unfolding.Forward(shape with { WindowColumns = 0 }, [], []));
        Refusal.Says("down: expected a stride and a dilation of at least 1 and a padding of zero or more, got 0, 1 and 0", () => Unfolding.Forward(shape with { Stride = (0, 1) }, [], []));
        Refusal.Says("across: expected a stride and a dilation of at least 1 and a padding of zero or more, got 1, 0 and -1", () => Unfolding.Forward(shape with { Dilation = (1, 0), Padding = (0, -1) }, [], []));
        Refusal.Says("across: a plane of 4+2×1 = 6 places, and a window that reaches over 3×(4-1)+1 = 10", () => Unfolding.Forward(shape with { WindowColumns = 4, Dilation = (1, 3), Padding = (0, 1) }, [], []));
        Refusal.Says("down: a plane of 3+2×2147483647 = 4294967297 places, and a window that reaches over 1×(2-1)+1 = 2", () => Unfolding.Forward(shape with { Padding = (int.MaxValue, 0) }, [], []));
        Refusal.Says("windows: 2×20000×2×20001×3 = 4800240000 elements, more than the 2147483591 that one buffer can hold", () => Unfolding.Forward(new(2, 40000, 4, 20000, 2), [], []));
        Assert.Throws<ArgumentNullException>(() => Unfolding.Columns(null!, 1, 1));
    }
}
