namespace Attention.Kernels.Tests;

/// <summary>Sums along an axis, and one slice added to or multiplied into every place along it.</summary>
[Trait(Tier.Trait, Tier.Every)]
public sealed class AxisTests
{
    private const float Factor = -0.6f;

    private static readonly AxisShape[] Shapes =
    [
        new(1, 0, 5), new(0, 3, 2), new(2, 3, 0), new(3, 0, 1), new(1, 1, 1), new(1, 7, 1), new(5, 33, 1), new(1, 300, 5), new(1, 9, 64), new(2, 4, 17), new(3, 5, 33), new(1, 600, 48),
        new(2, 2, 129), new(4, 257, 1), new(1, 5000, 1), new(0, int.MaxValue, int.MaxValue),
    ];

    public static TheoryData<Form> Every => Forms.Theory;

    public static TheoryData<Form, Fence> EveryFenced => Forms.FencedTheory;

    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void EveryOperation_AnyShape_StaysInBudgetAndInBounds(Form form, Fence fence)
    {
        foreach (AxisShape shape in Shapes)
        {
            Draw draw = new(shape.GetHashCode());
            float[] x = draw.Normal(Count(shape)), slice = draw.Normal(shape.Outer * shape.Inner), slopes = draw.Normal(x.Length), sumSlopes = draw.Normal(slice.Length);
            FencedJudge judge = new($"{shape}, seed {draw.Seed}", fence, form);
            double[] Sums(Func<int, double> term)
            {
                double[] sums = new double[slice.Length];
                for (int i = 0; i < x.Length; i++)
                {
                    sums[SliceOf(shape, i)] += term(i);
                }

                return sums;
            }

            Expected Summed(Func<int, double> term) => new(Sums(term), Sums(i => Math.Abs(term(i))));

            Expected Each(Func<int, double> value, Func<int, double> size) => new([.. Enumerable.Range(0, x.Length).Select(value)], [.. Enumerable.Range(0, x.Length).Select(size)]);

            judge.Hold("sum", shape.Length + 1.0, [x], slice.Length, Summed(i => x[i]), (a, y, options) => AxisSum.Forward(shape, a[0], y, options), (a, y) => AxisSum.ForwardNaive(shape, a[0], y));
            judge.Hold(
                "sum's gradient", 0, [sumSlopes], x.Length, Each(i => sumSlopes[SliceOf(shape, i)], i => Math.Abs(sumSlopes[SliceOf(shape, i)])),
                (a, y, options) => AxisSum.Backward(shape, a[0], y, options), (a, y) => AxisSum.BackwardNaive(shape, a[0], y));
            judge.Hold(
                "addition", 2, [x, slice], x.Length, Each(i => x[i] + (Factor * slice[SliceOf(shape, i)]), i => Math.Abs(x[i]) + Math.Abs(Factor * slice[SliceOf(shape, i)])),
                (a, y, options) => BroadcastAddition.Forward(shape, a[0], a[1], Factor, y, options), (a, y) => BroadcastAddition.ForwardNaive(shape, a[0], a[1], Factor, y));
            judge.Hold(
                "addition's gradient", 0, [slopes], x.Length, Each(i => slopes[i], i => Math.Abs(slopes[i])),
                (a, y, options) => BroadcastAddition.Backward(shape, Factor, a[0], y, [], options), (a, y) => BroadcastAddition.BackwardNaive(shape, Factor, a[0], y, []));
            judge.Hold(
                "addend's gradient", shape.Length + 2.0, [slopes], slice.Length, Summed(i => Factor * slopes[i]),
                (a, y, options) => BroadcastAddition.Backward(shape, Factor, a[0], [], y, options), (a, y) => BroadcastAddition.BackwardNaive(shape, Factor, a[0], [], y));
            judge.Hold(
                "multiplication", 1, [x, slice], x.Length, Each(i => (double)x[i] * slice[SliceOf(shape, i)], i => Math.Abs((double)x[i] * slice[SliceOf(shape, i)])),
                (a, y, options) => BroadcastMultiplication.Forward(shape, a[0], a[1], y, options), (a, y) => BroadcastMultiplication.ForwardNaive(shape, a[0], a[1], y));
            judge.Hold(
                "multiplication's gradient", 1, [x, slice, slopes], x.Length,
                Each(i => (double)slopes[i] * slice[SliceOf(shape, i)], i => Math.Abs((double)slopes[i] * slice[SliceOf(shape, i)])),
                (a, y, options) => BroadcastMultiplication.Backward(shape, a[0], a[1], a[2], y, [], options), (a, y) => BroadcastMultiplication.BackwardNaive(shape, a[0], a[1], a[2], y, []));
            judge.Hold(
                "factor's gradient", shape.Length + 2.0, [x, slice, slopes], slice.Length, Summed(i => (double)slopes[i] * x[i]),
                (a, y, options) => BroadcastMultiplication.Backward(shape, a[0], a[1], a[2], [], y, options), (a, y) => BroadcastMultiplication.BackwardNaive(shape, a[0], a[1], a[2], [], y));
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void EveryOperation_ThreadsPlaceAndInPlace_GiveTheSameBits(Form form)
    {
        foreach (AxisShape shape in (AxisShape[])[new(1, 4000, 130), new(3, 700, 257), new(2000, 300, 1)])
        {
            Draw draw = new(61);
            float[] x = draw.Normal(Count(shape) + 1), slice = draw.Normal(shape.Outer * shape.Inner);
            float[][] Results(int threads, int offset)
            {
                KernelOptions options = form.Options() with { MaxThreads = threads };
                float[] at = new float[x.Length], sums = new float[slice.Length], y = new float[x.Length - 1], product = [.. x[..^1]], dFactor = new float[slice.Length];
                x.AsSpan(0, x.Length - 1).CopyTo(at.AsSpan(offset));
                ReadOnlySpan<float> moved = at.AsSpan(offset, y.Length);
                AxisSum.Forward(shape, moved, sums, options);
                BroadcastAddition.Forward(shape, moved, slice, 2, y, options);
                BroadcastMultiplication.Forward(shape, product, slice, product, options);
                BroadcastMultiplication.Backward(shape, moved, slice, y, [], dFactor, options);
                return [sums, y, product, dFactor];
            }

            float[][] one = Results(1, 0), three = Results(3, 1);
            Assert.All(one.Zip(three), pair => Bits.Same($"{shape}", pair.First, pair.Second));
        }
    }

    /// <summary>A long sum does not lose a unit per term, as adding one after the other does.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Sum_AMillionTerms_KeepsItsDigits(Form form)
    {
        float[] x = new Draw(62).Uniform(1 << 20, 0, 1), rows = new float[4], line = new float[1];
        AxisSum.Forward(new(1, 1 << 18, 4), x, rows, form.Options());
        AxisSum.Forward(new(1, 1 << 20, 1), x, line, form.Options());
        double[] columns = [.. Enumerable.Range(0, 4).Select(c => x.Where((_, i) => i % 4 == c).Sum(value => (double)value))];
        ErrorBudget.Rounding(60).Assert("over rows, seed 62", new(columns), rows);
        ErrorBudget.Rounding(20).Assert("along the line, seed 62", new([columns.Sum()]), line);
    }

    [Fact]
    public void Cells_Matrices_GiveTheSame()
    {
        float[,] x = { { 1, 2, 3 }, { 10, 20, 30 } };
        Assert.Equal([11, 22, 33], AxisSum.OverRows(x));
        Assert.Equal([6, 60], AxisSum.OverColumns(x));
        Assert.Equal(new float[,] { { 0, 0, 0 }, { 9, 18, 27 } }, BroadcastAddition.Rows(x, [1, 2, 3], -1));
        Assert.Equal(new float[,] { { 2, 0, -3 }, { 20, 0, -30 } }, BroadcastMultiplication.Rows(x, [2, 0, -1]));
        Assert.Throws<ArgumentNullException>(() => AxisSum.OverRows(null!));
        Assert.Throws<ArgumentNullException>(() => AxisSum.OverColumns(null!));
        Assert.Throws<ArgumentNullException>(() => BroadcastAddition.Rows(x, null!));
        Assert.Throws<ArgumentNullException>(() => BroadcastMultiplication.Rows(null!, [1]));
    }

    [Fact]
    public void Doors_WrongLengthsAndOverlaps_AreRefused()
    {
        AxisShape shape = new(2, 3, 2);
        float[] x = new float[12], slice = new float[4], memory = new float[20];
        Refusal.Says("x: expected 2×3×2 = 12 floats, got 4", () => AxisSum.Forward(shape, slice, slice));
        Refusal.Says("sums: expected 2×2 = 4 floats, got 12", () => AxisSum.ForwardNaive(shape, x, new float[12]));
        Refusal.Says("sums: must not overlap x", () => AxisSum.Forward(shape, x, x.AsSpan(0, 4)));
        Refusal.Says("xGradient: must not overlap sumsGradient", () => AxisSum.Backward(shape, x.AsSpan(0, 4), x));
        Refusal.Says("Length: expected zero or more, got -1", () => AxisSum.Forward(new(1, -1, 1), x, slice));
        Refusal.Says("addend: expected 2×2 = 4 floats, got 3", () => BroadcastAddition.Forward(shape, x, new float[3], 1, new float[12]));
        Refusal.Says("y: must not overlap addend", () => BroadcastAddition.ForwardNaive(shape, x, memory.AsSpan(0, 4), 1, memory.AsSpan(2, 12)));
        Refusal.Says(
            "y: overlaps x, shifted by 1 floats; pass the same span to work in place, or one that lies apart",
            () => BroadcastMultiplication.Forward(shape, memory.AsSpan(0, 12), slice, memory.AsSpan(1, 12)));
        Refusal.Says("yGradient: expected 2×3×2 = 12 floats, got 4", () => BroadcastAddition.Backward(shape, 1, slice, [], []));
        Refusal.Says("addendGradient: must not overlap yGradient", () => BroadcastAddition.BackwardNaive(shape, 1, x, [], x.AsSpan(0, 4)));
        Refusal.Says("factorGradient: expected 2×2 = 4 floats, got 12", () => BroadcastMultiplication.Backward(shape, x, slice, x, [], x));
        Refusal.Says("xGradient: must not overlap x", () => BroadcastMultiplication.BackwardNaive(shape, x, slice, new float[12], x, []));
    }

    private static int Count(AxisShape shape) => shape.Outer == 0 ? 0 : shape.Outer * shape.Length * shape.Inner;

    private static int SliceOf(AxisShape shape, int element) => (element / (shape.Length * shape.Inner) * shape.Inner) + (element % shape.Inner);

    private delegate void Fast(Given inputs, Span<float> y, KernelOptions options);

    private delegate void Slow(float[][] inputs, Span<float> y);

    /// <summary>Inputs between fences.</summary>
    private sealed class Given(Memory<float>[] inputs)
    {
        public ReadOnlySpan<float> this[int index] => inputs[index].Span;
    }

    private sealed record FencedJudge(string Where, Fence Fence, Form Form)
    {
        public void Hold(string what, double roundings, float[][] inputs, int length, Expected expected, Fast fast, Slow naive)
        {
            using Fences fences = new(Fence);
            Memory<float> y = fences.Output(length, what);
            fast(new([.. inputs.Select((values, i) => fences.Input(values, $"input {i}"))]), y.Span, Form.Options());
            fences.AssertIntact();
            float[] slow = new float[length];
            naive(inputs, slow);
            ErrorBudget.Rounding(roundings).Assert($"naive {what}, {Where}", expected, slow);
            ErrorBudget.Gradient.Assert($"{what}, {Where}", expected, slow, y.Span);
        }
    }
}
