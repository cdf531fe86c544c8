namespace Attention.Kernels.Tests;

[Trait(Tier.Trait, Tier.Every)]
public sealed class RmsNormTests
{
    private const int Rows = 5;
    private const float Epsilon = 1e-5f;

    public static TheoryData<Form> Every => Forms.Theory;

    public static TheoryData<Form, Fence> EveryFenced => Forms.FencedTheory;

    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void Forward_AnyLength_StaysInBudgetAndInBounds(Form form, Fence fence)
    {
        foreach (int columns in Lengths.HardNotEmpty)
        {
            RowShape shape = new(Rows, columns);
            (float[] x, float[] gain, _) = Problem(shape);
            using Fences fences = new(fence);
            Memory<float> y = fences.Output(x.Length, "y"), reciprocal = fences.Output(Rows, "reciprocalRoot");
            RmsNorm.Forward(shape, fences.Input(x, "x").Span, fences.Input(gain, "gain").Span, y.Span, reciprocal.Span, Epsilon, form.Options());
            fences.AssertIntact();

            float[] naive = new float[x.Length], naiveReciprocal = new float[Rows];
            RmsNorm.ForwardNaive(shape, x, gain, naive, naiveReciprocal, Epsilon);
            NormOracle oracle = new(shape, x, gain, [], Epsilon, centered: false);
            ErrorBudget.Forward.Assert($"y, {shape}", oracle.Forward(), naive, y.Span);
            ErrorBudget.Forward.Assert($"reciprocal root, {shape}", new(oracle.Reciprocal), naiveReciprocal, reciprocal.Span);
            ErrorBudget.Rounding((2 * columns) + 6).Assert($"naive form, {shape}", oracle.Forward(), naive);
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_InPlaceAndWithoutStatistics_GivesTheSameBits(Form form)
    {
        foreach (int columns in Lengths.HardNotEmpty)
        {
            RowShape shape = new(Rows, columns);
            (float[] x, float[] gain, _) = Problem(shape);
            float[] y = new float[x.Length];
            RmsNorm.Forward(shape, x, gain, y, new float[Rows], Epsilon, form.Options());
            RmsNorm.Forward(shape, x, gain, x, epsilon: Epsilon, options: form.Options());
            Bits.Same($"in place, {shape}", y, x);
        }
    }

    /// <summary>What normalisation means: without a gain a row has mean square 1, and a positive factor changes nothing.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_PlainRow_HasMeanSquareOne(Form form)
    {
        foreach (int columns in (int[])[2, 16, 37, 300])
        {
            float[] x = new Draw(columns).Normal(columns), y = new float[columns], moved = new float[columns];
            RmsNorm.Forward(new(1, columns), x, default, y, epsilon: 0, options: form.Options());
            Assert.InRange(y.Average(value => value * value), 1 - 1e-5, 1 + 1e-5);

            float[] scaled = Array.ConvertAll(x, value => value * 8);
            RmsNorm.Forward(new(1, columns), scaled, default, moved, epsilon: 0, options: form.Options());
            Bits.Same("eight times as large", y, moved);
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_Zeros_StayZeros(Form form)
    {
        foreach (int columns in Lengths.HardNotEmpty)
        {
            float[] y = new float[columns];
            RmsNorm.Forward(new(1, columns), new float[columns], new Draw(columns).Uniform(columns, 1, 2), y, epsilon: Epsilon, options: form.Options());
            Bits.Same($"{columns} zeros", new float[columns], y);
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_NoNumberAtAnyPlace_SpoilsItsRowAndNoOther(Form form)
    {
        foreach (float poison in (float[])[float.NaN, float.PositiveInfinity, float.NegativeInfinity])
        {
            for (int place = 0; place < 37; place++)
            {
                float[] x = new Draw(place).Uniform(3 * 37, 1, 2), before = new float[x.Length], after = new float[x.Length];
                RmsNorm.Forward(new(3, 37), x, default, before, options: form.Options());
                x[37 + place] = poison;
                RmsNorm.Forward(new(3, 37), x, default, after, options: form.Options());
                before.AsSpan(37, 37).Fill(float.IsNaN(poison) ? float.NaN : 0);
                before[37 + place] = float.NaN;
                Bits.Same($"{poison} at {place} of row 1", before, after);
            }
        }
    }

    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void Backward_AnyLength_StaysInBudgetAndInBounds(Form form, Fence fence)
    {
        foreach (RowShape shape in (RowShape[])[.. Lengths.HardNotEmpty.Select(columns => new RowShape(Rows, columns)), new(70, 33), new(301, 5)])
        {
            (float[] x, float[] gain, float[] slopes) = Problem(shape);
            float[] reciprocal = Statistics(shape, x);
            using Fences fences = new(fence);
            Memory<float> dx = fences.Output(x.Length, "xGradient"), dg = fences.Output(shape.Columns, "gainGradient");
            RmsNorm.Backward(
                shape, fences.Input(x, "x").Span, fences.Input(gain, "gain").Span, fences.Input(reciprocal, "reciprocalRoot").Span,
                fences.Input(slopes, "yGradient").Span, dx.Span, dg.Span, form.Options());
            fences.AssertIntact();

            float[] naiveX = new float[x.Length], naiveGain = new float[shape.Columns];
            RmsNorm.BackwardNaive(shape, x, gain, reciprocal, slopes, naiveX, naiveGain);
            (Expected X, Expected Gain, Expected Bias) expected = new NormOracle(shape, x, gain, [], Epsilon, centered: false).Backward(slopes, new float[shape.Rows], reciprocal);
            ErrorBudget.Gradient.Assert($"dx, {shape}", expected.X, naiveX, dx.Span);
            ErrorBudget.Gradient.Assert($"dgain, {shape}", expected.Gain, naiveGain, dg.Span);
            ErrorBudget.Rounding(shape.Columns + 9).Assert($"naive dx, {shape}", expected.X, naiveX);
            ErrorBudget.Rounding(shape.Rows + 4).Assert($"naive dgain, {shape}", expected.Gain, naiveGain);
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Backward_OverEitherInput_GivesTheSameBits(Form form)
    {
        RowShape shape = new(70, 45);
        (float[] x, float[] gain, float[] slopes) = Problem(shape);
        float[] reciprocal = Statistics(shape, x);
        float[] apart = new float[x.Length], overX = [.. x], overSlopes = [.. slopes];
        RmsNorm.Backward(shape, x, gain, reciprocal, slopes, apart, options: form.Options());
        RmsNorm.Backward(shape, overX, gain, reciprocal, slopes, overX, options: form.Options());
        RmsNorm.Backward(shape, x, gain, reciprocal, overSlopes, overSlopes, options: form.Options());
        Bits.Same("over x", apart, overX);
        Bits.Same("over yGradient", apart, overSlopes);
    }

    [Fact]
    public void Backward_AfterForward_MatchesFiniteDifferences()
    {
        RowShape shape = new(3, 19);
        Draw draw = new(8);
        float[] x = draw.Normal(57), gain = draw.Normal(19), slopes = draw.Normal(57);
        float[] reciprocal = Statistics(shape, x);
        float[] dx = new float[57], dg = new float[19];
        RmsNorm.Backward(shape, x, gain, reciprocal, slopes, dx, dg);

        NormOracle oracle = new(shape, x, gain, [], Epsilon, centered: false);
        double Loss(double[] x, double[] gain) => oracle.Forward(x, gain, []).Values.Zip(slopes, (y, slope) => y * slope).Sum();
        (double[] xs, double[] gains) = (NormOracle.Doubles(x), NormOracle.Doubles(gain));
        FiniteDifferences.Assert("dx", x, moved => Loss(moved, gains), dx);
        FiniteDifferences.Assert("dgain", gain, moved => Loss(xs, moved), dg);
    }

    /// <summary>The sums over the rows are added in an order that the shape alone decides.</summary>
    [Fact]
    public void ForwardAndBackward_AnyNumberOfThreads_GiveTheSameBits()
    {
        RowShape shape = new(1201, 401);
        (float[] x, float[] gain, float[] slopes) = Problem(shape);
        float[] reciprocal = Statistics(shape, x);
        (float[] Y, float[] X, float[] Gain) Run(int threads)
        {
            float[] y = new float[x.Length], dx = new float[x.Length], dg = new float[shape.Columns];
            KernelOptions options = new() { MaxThreads = threads };
            RmsNorm.Forward(shape, x, gain, y, options: options);
            RmsNorm.Backward(shape, x, gain, reciprocal, slopes, dx, dg, options);
            return (y, dx, dg);
        }

        (float[] Y, float[] X, float[] Gain) one = Run(1);
        foreach (int threads in (int[])[2, 3, 7])
        {
            (float[] Y, float[] X, float[] Gain) many = Run(threads);
            Bits.Same($"y, {threads} threads", one.Y, many.Y);
            Bits.Same($"dx, {threads} threads", one.X, many.X);
            Bits.Same($"dgain, {threads} threads", one.Gain, many.Gain);
        }
    }

    [Fact]
    public void ForwardAndBackward_NothingToDo_WriteWhatThereIs()
    {
        foreach (Form form in Forms.Supported)
        {
            float[] reciprocal = [7, 7], dg = [7, 7, 7];
            RmsNorm.Forward(new(2, 0), [], [], [], reciprocal, 0.25f, form.Options());
            Assert.Equal([2, 2], reciprocal);
            RmsNorm.Forward(new(0, 3), [], [], [], [], Epsilon, form.Options());
            RmsNorm.Backward(new(0, 3), [], [], [], [], [], dg, form.Options());
            Assert.Equal([0, 0, 0], dg);
            RmsNorm.Backward(new(2, 0), [], [], reciprocal, [], [], [], form.Options());
        }
    }

    [Fact]
    public void Forward_Refusals_SayWhatIsWrong()
    {
        RowShape shape = new(2, 3);
        float[] six = new float[6], memory = new float[20];
        Refusal.Says("x: expected 2×3 = 6 floats, got 5", () => RmsNorm.Forward(shape, new float[5], [], six));
        Refusal.Says("gain: expected 3 floats, got 2", () => RmsNorm.Forward(shape, six, new float[2], new float[6]));
        Refusal.Says("y: expected 2×3 = 6 floats, got 7", () => RmsNorm.Forward(shape, six, [], new float[7]));
        Refusal.Says("reciprocalRoot: expected 2 floats, got 3", () => RmsNorm.Forward(shape, six, [], new float[6], new float[3]));
        Refusal.Says("epsilon: expected a finite number of zero or more, got -0.5", () => RmsNorm.Forward(shape, six, [], new float[6], epsilon: -0.5f));
        Refusal.Says("Columns: expected zero or more, got -3", () => RmsNorm.ForwardNaive(new(2, -3), six, [], new float[6]));
        Refusal.Says("x: 65536×65536 = 4294967296 elements, more than the 2147483591 that one buffer can hold", () => RmsNorm.Forward(new(65536, 65536), [], [], []));
        Refusal.Says(
            "y: overlaps x, shifted by 1 floats; pass the same span to work in place, or one that lies apart",
            () => RmsNorm.Forward(shape, memory.AsSpan(0, 6), [], memory.AsSpan(1, 6)));
        Refusal.Says("y: must not overlap gain", () => RmsNorm.Forward(shape, six, memory.AsSpan(2, 3), memory.AsSpan(0, 6)));
        Refusal.Says("reciprocalRoot: must not overlap y", () => RmsNorm.Forward(shape, six, [], memory.AsSpan(0, 6), memory.AsSpan(5, 2)));
    }

    [Fact]
    public void Backward_Refusals_SayWhatIsWrong()
    {
        RowShape shape = new(2, 3);
        float[] six = new float[6], two = new float[2], memory = new float[20];
        Refusal.Says("yGradient: expected 2×3 = 6 floats, got 2", () => RmsNorm.Backward(shape, six, [], two, two, new float[6]));
        Refusal.Says("x: expected 2×3 = 6 floats, got 2", () => RmsNorm.Backward(shape, two, [], two, six, new float[6]));
        Refusal.Says("gain: expected 3 floats, got 6", () => RmsNorm.Backward(shape, six, six, two, six, new float[6]));
        Refusal.Says("reciprocalRoot: expected 2 floats, got 6", () => RmsNorm.Backward(shape, six, [], six, six, new float[6]));
        Refusal.Says("xGradient: expected 2×3 = 6 floats, got 2", () => RmsNorm.Backward(shape, six, [], two, six, new float[2]));
        Refusal.Says("gainGradient: expected 3 floats, got 2", () => RmsNorm.Backward(shape, six, [], two, six, new float[6], new float[2]));
        Refusal.Says("gainGradient: must not overlap xGradient", () => RmsNorm.Backward(shape, six, [], two, six, memory.AsSpan(0, 6), memory.AsSpan(4, 3)));
        Refusal.Says(
            "xGradient: overlaps x, shifted by 4 floats; pass the same span to work in place, or one that lies apart",
            () => RmsNorm.Backward(shape, memory.AsSpan(0, 6), [], two, six, memory.AsSpan(4, 6)));
    }

    [Fact]
    public void Rows_Matrix_ReturnsANewOne()
    {
        Draw draw = new(9);
        float[,] x = draw.Matrix(3, 7);
        float[] flat = [.. x.Cast<float>()], gain = draw.Normal(7), expected = new float[21];
        RmsNorm.Forward(new(3, 7), flat, gain, expected);
        Bits.Same("rows", expected, RmsNorm.Rows(x, gain).Cast<float>().ToArray());
        Assert.Equal(flat, x.Cast<float>());
        Assert.Throws<ArgumentNullException>(() => RmsNorm.Rows(null!));
    }

    /// <summary>Rows of very different sizes; now and then without a gain.</summary>
    private static (float[] X, float[] Gain, float[] Slopes) Problem(RowShape shape)
    {
        Draw draw = new((shape.Rows * 1000) + shape.Columns);
        float[] x = [.. Enumerable.Range(0, shape.Rows).SelectMany(row => draw.Normal(shape.Columns, draw.Pick(1e-3, 1, 1e3)))];
        return (x, draw.Coin(0.7) ? draw.Normal(shape.Columns) : [], draw.Normal(x.Length));
    }

    private static float[] Statistics(RowShape shape, float[] x)
    {
        float[] reciprocal = new float[shape.Rows];
        RmsNorm.ForwardNaive(shape, x, [], new float[x.Length], reciprocal, Epsilon);
        return reciprocal;
    }
}
