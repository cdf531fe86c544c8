namespace Attention.Kernels.Tests;

[Trait(Tier.Trait, Tier.Every)]
public sealed class PermutationTests
{
    /// <summary>Sizes and orders: matrices of ragged and even sizes, heads before positions, axes of one element, nothing at all.</summary>
    private static readonly (int[] Sizes, int[] Order)[] Cases =
    [
        ([5, 7], [1, 0]),
        ([16, 32], [1, 0]),
        ([33, 130], [1, 0]),
        ([3, 17, 18], [0, 2, 1]),
        ([3, 4, 5], [2, 1, 0]),
        ([19, 3, 21], [2, 0, 1]),
        ([2, 9, 3, 8], [0, 2, 1, 3]),
        ([2, 3, 4, 5, 6], [4, 2, 0, 3, 1]),
        ([2, 3, 4, 2, 3, 5], [0, 2, 4, 1, 3, 5]),
        ([4, 1, 6], [1, 2, 0]),
        ([4, 5, 6], [0, 1, 2]),
        ([1, 1], [1, 0]),
        ([7], [0]),
        ([], []),
        ([3, 0, 2], [2, 0, 1]),
    ];

    public static TheoryData<Form, Fence> EveryFenced => Forms.FencedTheory;

    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void ForwardAndBackward_AnyOrder_MoveEveryElement(Form form, Fence fence)
    {
        foreach ((int[] sizes, int[] order) in Cases)
        {
            float[] x = new Draw(sizes.Length).Normal(sizes.Aggregate(1, (product, size) => product * size));
            using Fences fences = new(fence);
            Memory<float> y = fences.Output(x.Length, "y"), gradient = fences.Output(x.Length, "xGradient");
            Permutation.Forward(sizes, order, fences.Input(x, "x").Span, y.Span, form.Options());
            Permutation.Backward(sizes, order, fences.Input(y.Span, "yGradient").Span, gradient.Span, form.Options());
            fences.AssertIntact();

            string what = $"[{string.Join(", ", sizes)}] as [{string.Join(", ", order)}]";
            float[] naive = new float[x.Length], naiveGradient = new float[x.Length];
            Permutation.ForwardNaive(sizes, order, x, naive);
            Permutation.BackwardNaive(sizes, order, naive, naiveGradient);
            Bits.Same($"y, {what}", naive, y.Span);
            Bits.Same($"xGradient, {what}", x, gradient.Span); // the way back undoes the way there
            Bits.Same($"naive xGradient, {what}", x, naiveGradient);
        }
    }

    [Fact]
    public void Forward_OfSmallArrays_IsWhatIsReadOffThem()
    {
        Assert.Equal(new float[,] { { 1, 4 }, { 2, 5 }, { 3, 6 } }, Permutation.Transposed(new float[,] { { 1, 2, 3 }, { 4, 5, 6 } }));
        float[] y = new float[12];
        Permutation.Forward([2, 3, 2], [1, 2, 0], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], y);
        Assert.Equal([0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11], y); // y[j, k, i] = x[i, j, k]
    }

    [Fact]
    public void Forward_OfNumbersThatAreNone_CopiesThem()
    {
        float[] x = [float.NaN, -0f, float.PositiveInfinity, 1e-45f, float.NegativeInfinity, 0], y = new float[6];
        Permutation.Forward([2, 3], [1, 0], x, y);
        Bits.Same("y", [x[0], x[3], x[1], x[4], x[2], x[5]], y);
    }

    [Fact]
    public void Backward_AfterForward_MatchesFiniteDifferences()
    {
        float[] x = new Draw(3).Normal(24), slopes = new Draw(4).Normal(24), gradient = new float[24];
        Permutation.Backward([2, 3, 4], [2, 0, 1], slopes, gradient);
        FiniteDifferences.Assert("dx", x, moved => Enumerable.Range(0, 24).Sum(i => moved[i] * slopes[(i % 4 * 6) + (i / 4)]), gradient);
    }

    [Theory]
    [InlineData(700, 900, 1)]
    [InlineData(7, 300, 300)]
    public void Forward_AnyNumberOfThreads_GivesTheSameBits(int first, int second, int third)
    {
        float[] x = new Draw(3).Normal(first * second * third), y = new float[x.Length], other = new float[x.Length];
        Permutation.ForwardNaive([first, second, third], [1, 2, 0], x, y);
        foreach (int threads in (int[])[1, 2, 5])
        {
            Permutation.Forward([first, second, third], [1, 2, 0], x, other, new KernelOptions { MaxThreads = threads });
            Bits.Same($"{threads} threads", y, other);
        }
    }

    /// <summary>Blocks of short rows begin and end in the middle of what follows with one step.</summary>
    [Fact]
    public void Forward_OfManyShortRows_MovesEach()
    {
        float[] x = new Draw(5).Normal(3 * 500 * 7 * 9), y = new float[x.Length], naive = new float[x.Length];
        Permutation.Forward([3, 500, 7, 9], [0, 2, 1, 3], x, y);
        Permutation.ForwardNaive([3, 500, 7, 9], [0, 2, 1, 3], x, naive);
        Bits.Same("y", naive, y);
    }

    [Fact]
    public void Doors_Refusals_SayWhatIsWrong()
    {
        float[] memory = new float[20];
        Refusal.Says("x: expected 2×3 = 6 floats, got 5", () => Permutation.Forward([2, 3], [1, 0], new float[5], new float[6]));
        Refusal.Says("y: expected 2×3 = 6 floats, got 7", () => Permutation.ForwardNaive([2, 3], [1, 0], new float[6], new float[7]));
        Refusal.Says("yGradient: expected 2×3 = 6 floats, got 0", () => Permutation.Backward([2, 3], [1, 0], [], new float[6]));
        Refusal.Says("xGradient: expected 2×3 = 6 floats, got 4", () => Permutation.BackwardNaive([2, 3], [1, 0], new float[6], new float[4]));
        Refusal.Says("order: expected 2 axes, got 1", () => Permutation.Forward([2, 3], [0], new float[6], new float[6]));
        Refusal.Says("order: axis 1 of 2 is not there", () => Permutation.Forward([2, 3], [0, 0], new float[6], new float[6]));
        Refusal.Says("order: axis 0 of 2 is not there", () => Permutation.Backward([2, 3], [1, 2], new float[6], new float[6]));
        Refusal.Says("sizes: expected zero or more, got -2", () => Permutation.Forward([-2, -3], [1, 0], new float[6], new float[6]));
        Refusal.Says("y: must not overlap x", () => Permutation.Forward([2, 3], [1, 0], memory.AsSpan(0, 6), memory.AsSpan(0, 6)));
        Refusal.Says("xGradient: must not overlap yGradient", () => Permutation.Backward([2, 3], [1, 0], memory.AsSpan(0, 6), memory.AsSpan(5, 6)));
        Assert.Throws<ArgumentNullException>(() => Permutation.Transposed(null!));
    }
}
