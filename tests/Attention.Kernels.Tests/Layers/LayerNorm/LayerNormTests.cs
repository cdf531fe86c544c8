namespace Attention.Kernels.Tests;

[Trait(Tier.Trait, Tier.Every)]
public sealed class LayerNormTests
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
            (float[] x, float[] gain, float[] bias, _) = Problem(shape);
            using Fences fences = new(fence);
            Memory<float> y = fences.Output(x.Length, "y"), mean = fences.Output(Rows, "mean"), reciprocal = fences.Output(Rows, "reciprocalDeviation");
            LayerNorm.Forward(
                shape, fences.Input(x, "x").Span, fences.Input(gain, "gain").Span, fences.Input(bias, "bias").Span, y.Span, mean.Span, reciprocal.Span, Epsilon, form.Options());
            fences.AssertIntact();

            float[] naive = new float[x.Length], naiveMean = new float[Rows], naiveReciprocal = new float[Rows];
            LayerNorm.ForwardNaive(shape, x, gain, bias, naive, naiveMean, naiveReciprocal, Epsilon);
            NormOracle oracle = new(shape, x, gain, bias, Epsilon, centered: true);
            ErrorBudget.Forward.Assert($"y, {shape}", oracle.Forward(), naive, y.Span);
            double[] sizes = [.. x.Chunk(columns).Select(row => row.Average(value => Math.Abs((double)value)))];
            ErrorBudget.Forward.Assert($"mean, {shape}", new(oracle.Mean, sizes), naiveMean, mean.Span);
            ErrorBudget.Forward.Assert($"reciprocal deviation, {shape}", new(oracle.Reciprocal), naiveReciprocal, reciprocal.Span);
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
            (float[] x, float[] gain, float[] bias, _) = Problem(shape);
            float[] y = new float[x.Length];
            LayerNorm.Forward(shape, x, gain, bias, y, new float[Rows], new float[Rows], Epsilon, form.Options());
            LayerNorm.Forward(shape, x, gain, bias, x, epsilon: Epsilon, options: form.Options());
            Bits.Same($"in place, {shape}", y, x);
        }
    }

    /// <summary>A result that goes past the caches begins and ends where its address says; the bits must not.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_PastTheCachesAtAnyAddress_GivesTheBitsOfSmallResults(Form form)
    {
        const int Columns = 1003;
        RowShape shape = new(((1 << 23) / Columns) + 1, Columns), small = new(3, Columns);
        Draw draw = new(19);
        float[] x = new float[shape.Rows * Columns], gain = draw.Normal(Columns), bias = draw.Normal(Columns), y = new float[x.Length + 3], expected = new float[3 * Columns];
        draw.Normal(small.Rows * Columns).CopyTo(x, 0);
        LayerNorm.Forward(small, x.AsSpan(0, expected.Length), gain, bias, expected, options: form.Options());
        for (int offset = 0; offset < 3; offset++)
        {
            LayerNorm.Forward(shape, x, gain, bias, y.AsSpan(offset, x.Length), options: form.Options());
            Bits.Same($"offset {offset}, seed 19", expected, y.AsSpan(offset, expected.Length));
        }
    }

    /// <summary>The mean is a million times what rounding may take from the result: one pass of squares would have nothing left.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_MeanFarAboveDeviation_LosesNothing(Form form)
    {
        foreach (int columns in (int[])[2, 17, 300, 4096])
        {
            foreach (float offset in (float[])[1e4f, -3e6f])
            {
                RowShape shape = new(2, columns);
                float[] x = Array.ConvertAll(new Draw(columns).Normal(2 * columns), value => offset + (value * (MathF.Abs(offset) / 1e4f)));
                float[] y = new float[x.Length];
                LayerNorm.Forward(shape, x, default, default, y, epsilon: Epsilon, options: form.Options());
                double[] exact = new NormOracle(shape, x, [], [], Epsilon, centered: true).Forward().Values;
                ErrorBudget.Rounding(8 + Math.Sqrt(columns)).Assert($"{shape} around {offset}", new(exact, Array.ConvertAll(exact, value => 0.1 + Math.Abs(value))), y);
            }
        }
    }

    /// <summary>What normalisation means: without gain and bias a row has mean 0 and variance σ² / (σ² + ε), and neither an offset nor a positive factor changes it.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_PlainRow_HasMeanZeroAndVarianceOne(Form form)
    {
        foreach (int columns in (int[])[2, 16, 37, 300])
        {
            float[] x = new Draw(columns).Normal(columns), y = new float[columns], moved = new float[columns];
            LayerNorm.Forward(new(1, columns), x, default, default, y, epsilon: 0, options: form.Options());
            Assert.InRange(y.Average(), -1e-6, 1e-6);
            Assert.InRange(y.Average(value => value * value), 1 - 1e-5, 1 + 1e-5);

            float[] scaled = Array.ConvertAll(x, value => value * 8);
            LayerNorm.Forward(new(1, columns), scaled, default, default, moved, epsilon: 0, options: form.Options());
            Bits.Same("eight times as large", y, moved);
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_EqualValues_GiveTheBias(Form form)
    {
        foreach (int columns in Lengths.HardNotEmpty)
        {
            float[] x = new float[columns], bias = new Draw(columns).Normal(columns), y = new float[columns];
            Array.Fill(x, 0.75f);
            LayerNorm.Forward(new(1, columns), x, default, bias, y, epsilon: Epsilon, options: form.Options());
            Bits.Same($"{columns} equal values", bias, y);
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
                float[] x = new Draw(place).Normal(3 * 37), before = new float[x.Length], after = new float[x.Length];
                LayerNorm.Forward(new(3, 37), x, default, default, before, options: form.Options());
                x[37 + place] = poison;
                LayerNorm.Forward(new(3, 37), x, default, default, after, options: form.Options());
                before.AsSpan(37, 37).Fill(float.NaN);
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
            (float[] x, float[] gain, float[] bias, float[] slopes) = Problem(shape);
            (float[] mean, float[] reciprocal) = Statistics(shape, x);
            using Fences fences = new(fence);
            Memory<float> dx = fences.Output(x.Length, "xGradient"), dg = fences.Output(shape.Columns, "gainGradient"), db = fences.Output(shape.Columns, "biasGradient");
            LayerNorm.Backward(
                shape, fences.Input(x, "x").Span, fences.Input(gain, "gain").Span, fences.Input(mean, "mean").Span, fences.Input(reciprocal, "reciprocalDeviation").Span,
                fences.Input(slopes, "yGradient").Span, dx.Span, dg.Span, db.Span, form.Options());
            fences.AssertIntact();

            float[] naiveX = new float[x.Length], naiveGain = new float[shape.Columns], naiveBias = new float[shape.Columns];
            LayerNorm.BackwardNaive(shape, x, gain, mean, reciprocal, slopes, naiveX, naiveGain, naiveBias);
            (Expected X, Expected Gain, Expected Bias) expected = new NormOracle(shape, x, gain, bias, Epsilon, centered: true).Backward(slopes, mean, reciprocal);
            ErrorBudget.Gradient.Assert($"dx, {shape}", expected.X, naiveX, dx.Span);
            ErrorBudget.Gradient.Assert($"dgain, {shape}", expected.Gain, naiveGain, dg.Span);
            ErrorBudget.Gradient.Assert($"dbias, {shape}", expected.Bias, naiveBias, db.Span);
            ErrorBudget.Rounding(shape.Columns + 9).Assert($"naive dx, {shape}", expected.X, naiveX);
            ErrorBudget.Rounding(shape.Rows + 4).Assert($"naive dgain, {shape}", expected.Gain, naiveGain);
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Backward_OverEitherInput_GivesTheSameBits(Form form)
    {
        RowShape shape = new(70, 45);
        (float[] x, float[] gain, _, float[] slopes) = Problem(shape);
        (float[] mean, float[] reciprocal) = Statistics(shape, x);
        float[] apart = new float[x.Length], overX = [.. x], overSlopes = [.. slopes];
        LayerNorm.Backward(shape, x, gain, mean, reciprocal, slopes, apart, options: form.Options());
        LayerNorm.Backward(shape, overX, gain, mean, reciprocal, slopes, overX, options: form.Options());
        LayerNorm.Backward(shape, x, gain, mean, reciprocal, overSlopes, overSlopes, options: form.Options());
        Bits.Same("over x", apart, overX);
        Bits.Same("over yGradient", apart, overSlopes);
    }

    [Fact]
    public void Backward_AfterForward_MatchesFiniteDifferences()
    {
        RowShape shape = new(3, 19);
        Draw draw = new(8);
        float[] x = draw.Normal(57), gain = draw.Normal(19), bias = draw.Normal(19), slopes = draw.Normal(57);
        (float[] mean, float[] reciprocal) = Statistics(shape, x);
        float[] dx = new float[57], dg = new float[19], db = new float[19];
        LayerNorm.Backward(shape, x, gain, mean, reciprocal, slopes, dx, dg, db);

        NormOracle oracle = new(shape, x, gain, bias, Epsilon, centered: true);
        double Loss(double[] x, double[] gain, double[] bias) => oracle.Forward(x, gain, bias).Values.Zip(slopes, (y, slope) => y * slope).Sum();
        (double[] xs, double[] gains, double[] biases) = (NormOracle.Doubles(x), NormOracle.Doubles(gain), NormOracle.Doubles(bias));
        FiniteDifferences.Assert("dx", x, moved => Loss(moved, gains, biases), dx);
        FiniteDifferences.Assert("dgain", gain, moved => Loss(xs, moved, biases), dg);
        FiniteDifferences.Assert("dbias", bias, moved => Loss(xs, gains, moved), db);
    }

    /// <summary>The sums over the rows are added in an order that the shape alone decides.</summary>
    [Fact]
    public void ForwardAndBackward_AnyNumberOfThreads_GiveTheSameBits()
    {
        RowShape shape = new(1201, 401);
        (float[] x, float[] gain, float[] bias, float[] slopes) = Problem(shape);
        (float[] mean, float[] reciprocal) = Statistics(shape, x);
        (float[] Y, float[] X, float[] Gain, float[] Bias) Run(int threads)
        {
            float[] y = new float[x.Length], dx = new float[x.Length], dg = new float[shape.Columns], db = new float[shape.Columns];
            KernelOptions options = new() { MaxThreads = threads };
            LayerNorm.Forward(shape, x, gain, bias, y, options: options);
            LayerNorm.Backward(shape, x, gain, mean, reciprocal, slopes, dx, dg, db, options);
            return (y, dx, dg, db);
        }

        (float[] Y, float[] X, float[] Gain, float[] Bias) one = Run(1);
        foreach (int threads in (int[])[2, 3, 7])
        {
            (float[] Y, float[] X, float[] Gain, float[] Bias) many = Run(threads);
            Bits.Same($"y, {threads} threads", one.Y, many.Y);
            Bits.Same($"dx, {threads} threads", one.X, many.X);
            Bits.Same($"dgain, {threads} threads", one.Gain, many.Gain);
            Bits.Same($"dbias, {threads} threads", one.Bias, many.Bias);
        }
    }

    /// <summary>A result that is larger than the caches is written past them; wherever it starts, it is what the rows give one by one.</summary>
    [Fact]
    public void Forward_LargerThanTheCaches_GivesWhatSmallCallsGive()
    {
        RowShape shape = new(2100, 4001);
        float[] x = new float[(shape.Rows * shape.Columns) + 3], y = new float[x.Length], gain = new Draw(1).Normal(4001), row = new float[4001];
        for (int i = 0; i < x.Length; i++)
        {
            x[i] = (((i * 2654435761L) >> 7) % 1000) / 100f;
        }

        LayerNorm.Forward(shape, x.AsSpan(2, x.Length - 3), gain, gain, y.AsSpan(3));
        for (int i = 0; i < shape.Rows; i += 7)
        {
            LayerNorm.Forward(new(1, 4001), x.AsSpan(2 + (i * 4001), 4001), gain, gain, row);
            ErrorBudget.Rounding(2).Assert($"row {i}", new(Array.ConvertAll(row, value => (double)value), [.. row.Select(_ => 10.0)]), y.AsSpan(3 + (i * 4001), 4001));
        }
    }

    [Fact]
    public void ForwardAndBackward_NothingToDo_WriteWhatThereIs()
    {
        foreach (Form form in Forms.Supported)
        {
            float[] mean = [7, 7], reciprocal = [7, 7], dg = [7, 7, 7], db = [7, 7, 7];
            LayerNorm.Forward(new(2, 0), [], [], [], [], mean, reciprocal, 0.25f, form.Options());
            Assert.Equal([0, 0], mean);
            Assert.Equal([2, 2], reciprocal);
            LayerNorm.Forward(new(0, 3), [], [], [], [], [], [], Epsilon, form.Options());
            LayerNorm.Backward(new(0, 3), [], [], [], [], [], [], dg, db, form.Options());
            Assert.Equal([0, 0, 0, 0, 0, 0], dg.Concat(db));
            LayerNorm.Backward(new(2, 0), [], [], mean, reciprocal, [], [], [], [], form.Options());
        }
    }

    [Fact]
    public void Forward_Refusals_SayWhatIsWrong()
    {
        RowShape shape = new(2, 3);
        float[] six = new float[6], memory = new float[20];
        Refusal.Says("x: expected 2×3 = 6 floats, got 5", () => LayerNorm.Forward(shape, new float[5], [], [], six));
        Refusal.Says("gain: expected 3 floats, got 2", () => LayerNorm.Forward(shape, six, new float[2], [], new float[6]));
        Refusal.Says("bias: expected 3 floats, got 6", () => LayerNorm.Forward(shape, six, [], six, new float[6]));
        Refusal.Says("y: expected 2×3 = 6 floats, got 7", () => LayerNorm.Forward(shape, six, [], [], new float[7]));
        Refusal.Says("mean: expected 2 floats, got 1", () => LayerNorm.Forward(shape, six, [], [], new float[6], new float[1]));
        Refusal.Says("reciprocalDeviation: expected 2 floats, got 3", () => LayerNorm.Forward(shape, six, [], [], new float[6], [], new float[3]));
        Refusal.Says("epsilon: expected a finite number of zero or more, got -0.5", () => LayerNorm.Forward(shape, six, [], [], new float[6], epsilon: -0.5f));
        Refusal.Says("epsilon: expected a finite number of zero or more, got NaN", () => LayerNorm.ForwardNaive(shape, six, [], [], new float[6], epsilon: float.NaN));
        Refusal.Says("Rows: expected zero or more, got -2", () => LayerNorm.Forward(new(-2, -3), six, [], [], new float[6]));
        Refusal.Says("x: 65536×65536 = 4294967296 elements, more than the 2147483591 that one buffer can hold", () => LayerNorm.Forward(new(65536, 65536), [], [], [], []));
        Refusal.Says(
            "y: overlaps x, shifted by 1 floats; pass the same span to work in place, or one that lies apart",
            () => LayerNorm.Forward(shape, memory.AsSpan(0, 6), [], [], memory.AsSpan(1, 6)));
        Refusal.Says("y: must not overlap bias", () => LayerNorm.Forward(shape, six, [], memory.AsSpan(2, 3), memory.AsSpan(0, 6)));
        Refusal.Says("mean: must not overlap y", () => LayerNorm.Forward(shape, six, [], [], memory.AsSpan(0, 6), memory.AsSpan(5, 2)));
        Refusal.Says("reciprocalDeviation: must not overlap mean", () => LayerNorm.Forward(shape, six, [], [], new float[6], memory.AsSpan(0, 2), memory.AsSpan(1, 2)));
    }

    [Fact]
    public void Backward_Refusals_SayWhatIsWrong()
    {
        RowShape shape = new(2, 3);
        float[] six = new float[6], two = new float[2], memory = new float[20];
        Refusal.Says("yGradient: expected 2×3 = 6 floats, got 2", () => LayerNorm.Backward(shape, six, [], two, two, two, new float[6]));
        Refusal.Says("x: expected 2×3 = 6 floats, got 2", () => LayerNorm.Backward(shape, two, [], two, two, six, new float[6]));
        Refusal.Says("gain: expected 3 floats, got 6", () => LayerNorm.Backward(shape, six, six, two, two, six, new float[6]));
        Refusal.Says("mean: expected 2 floats, got 0", () => LayerNorm.Backward(shape, six, [], [], two, six, new float[6]));
        Refusal.Says("reciprocalDeviation: expected 2 floats, got 6", () => LayerNorm.Backward(shape, six, [], two, six, six, new float[6]));
        Refusal.Says("xGradient: expected 2×3 = 6 floats, got 2", () => LayerNorm.Backward(shape, six, [], two, two, six, new float[2]));
        Refusal.Says("gainGradient: expected 3 floats, got 2", () => LayerNorm.Backward(shape, six, [], two, two, six, new float[6], new float[2]));
        Refusal.Says("biasGradient: expected 3 floats, got 2", () => LayerNorm.Backward(shape, six, [], two, two, six, new float[6], [], new float[2]));
        Refusal.Says("biasGradient: must not overlap gainGradient", () => LayerNorm.Backward(shape, six, [], two, two, six, [], memory.AsSpan(0, 3), memory.AsSpan(2, 3)));
        Refusal.Says(
            "xGradient: overlaps x, shifted by 4 floats; pass the same span to work in place, or one that lies apart",
            () => LayerNorm.Backward(shape, memory.AsSpan(0, 6), [], two, two, six, memory.AsSpan(4, 6)));
    }

    [Fact]
    public void Rows_Matrix_ReturnsANewOne()
    {
        Draw draw = new(9);
        float[,] x = draw.Matrix(3, 7);
        float[] flat = [.. x.Cast<float>()], gain = draw.Normal(7), bias = draw.Normal(7), expected = new float[21];
        LayerNorm.Forward(new(3, 7), flat, gain, bias, expected);
        Bits.Same("rows", expected, LayerNorm.Rows(x, gain, bias).Cast<float>().ToArray());
        Assert.Equal(flat, x.Cast<float>());
        Assert.Throws<ArgumentNullException>(() => LayerNorm.Rows(null!));
    }

    /// <summary>Rows of very different sizes; now and then without gain or bias.</summary>
    private static (float[] X, float[] Gain, float[] Bias, float[] Slopes) Problem(RowShape shape)
    {
        Draw draw = new((shape.Rows * 1000) + shape.Columns);
        float[] x = [.. Enumerable.Range(0, shape.Rows).SelectMany(row => draw.Normal(shape.Columns, draw.Pick(1e-3, 1, 1e3)))];
        return (x, draw.Coin(0.7) ? draw.Normal(shape.Columns) : [], draw.Coin(0.7) ? draw.Normal(shape.Columns) : [], draw.Normal(x.Length));
    }

    private static (float[] Mean, float[] Reciprocal) Statistics(RowShape shape, float[] x)
    {
        float[] mean = new float[shape.Rows], reciprocal = new float[shape.Rows];
        LayerNorm.ForwardNaive(shape, x, [], [], new float[x.Length], mean, reciprocal, Epsilon);
        return (mean, reciprocal);
    }
}
