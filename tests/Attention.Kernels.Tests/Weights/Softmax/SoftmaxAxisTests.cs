namespace Attention.Kernels.Tests;

[Trait(Tier.Trait, Tier.Every)]
public sealed class SoftmaxAxisTests
{
    private static readonly AxisShape[] Shapes =
        [new(1, 1, 1), new(2, 5, 1), new(3, 4, 2), new(2, 7, 3), new(1, 33, 17), new(2, 3, 31), new(3, 9, 32), new(1, 20, 33), new(2, 65, 70), new(40, 3, 8), new(0, 3, 4), new(2, 0, 3), new(2, 3, 0)];

    public static TheoryData<Form, Fence> EveryFenced => Forms.FencedTheory;

    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void ForwardAlongAxis_AnyShape_StaysInBudgetAndInBounds(Form form, Fence fence)
    {
        foreach (AxisShape shape in Shapes)
        {
            foreach (ScoreKind kind in ScoreKinds.All)
            {
                float[] scores = new Draw(shape.Inner).Scores(kind, shape.Outer * shape.Length, shape.Inner);
                SoftmaxOptions options = form.Options();
                options = options with { Temperature = 1.5f };
                using Fences fences = new(fence);
                Memory<float> weights = fences.Output(scores.Length, "weights"), both = fences.InPlace(scores, "scores");
                Softmax.ForwardAlongAxis(shape, fences.Input(scores, "scores").Span, weights.Span, options);
                Softmax.ForwardAlongAxis(shape, both.Span, both.Span, options);
                fences.AssertIntact();
                Bits.Same($"in place, {shape}", weights.Span, both.Span);

                float[] naive = new float[scores.Length];
                Softmax.ForwardAlongAxisNaive(shape, scores, naive, options);
                double[] expected = new double[scores.Length];
                foreach (int[] line in LinesOf(shape))
                {
                    double[] ofLine = SoftmaxOracle.Forward(1, line.Length, [.. line.Select(at => scores[at] / 1.5)]);
                    for (int j = 0; j < line.Length; j++)
                    {
                        expected[line[j]] = ofLine[j];
                    }
                }

                ErrorBudget.Forward.Assert($"{shape} {kind}", new(expected), naive, weights.Span);
            }
        }
    }

    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void BackwardAlongAxis_AnyShape_StaysInBudgetAndInBounds(Form form, Fence fence)
    {
        foreach (AxisShape shape in Shapes)
        {
            Draw draw = new(shape.Inner);
            float[] weights = draw.Normal(shape.Outer * shape.Length * shape.Inner), slopes = draw.Normal(weights.Length);
            Softmax.ForwardAlongAxisNaive(shape, weights, weights);
            using Fences fences = new(fence);
            Memory<float> gradient = fences.Output(weights.Length, "scoresGradient"), overWeights = fences.InPlace(weights, "weights"), overSlopes = fences.InPlace(slopes, "weightsGradient");
            Softmax.BackwardAlongAxis(shape, fences.Input(weights, "weights").Span, fences.Input(slopes, "weightsGradient").Span, gradient.Span, form.Options());
            Softmax.BackwardAlongAxis(shape, overWeights.Span, slopes, overWeights.Span, form.Options());
            Softmax.BackwardAlongAxis(shape, weights, overSlopes.Span, overSlopes.Span, form.Options());
            fences.AssertIntact();
            Bits.Same($"over weights, {shape}", gradient.Span, overWeights.Span);
            Bits.Same($"over the gradient, {shape}", gradient.Span, overSlopes.Span);

            float[] naive = new float[weights.Length];
            Softmax.BackwardAlongAxisNaive(shape, weights, slopes, naive);
            double[] expected = new double[weights.Length], magnitudes = new double[weights.Length];
            foreach (int[] line in LinesOf(shape))
            {
                Expected ofLine = SoftmaxOracle.Backward(1, line.Length, [.. line.Select(at => (double)weights[at])], [.. line.Select(at => (double)slopes[at])]);
                for (int j = 0; j < line.Length; j++)
                {
                    (expected[line[j]], magnitudes[line[j]]) = (ofLine.Values[j], ofLine.Magnitudes[j]);
                }
            }

            ErrorBudget.Gradient.Assert($"{shape}", new(expected, magnitudes), naive, gradient.Span);
        }
    }

    [Fact]
    public void AlongAxis_LastAxis_AgreesWithRowsAndThreadsChangeNothing()
    {
        float[] scores = new Draw(721).Normal(300 * 500), rows = new float[scores.Length], one = new float[scores.Length], three = new float[scores.Length];
        Softmax.Forward(new(300, 500), scores, rows);
        Softmax.ForwardAlongAxis(new(300, 500, 1), scores, one, new() { MaxThreads = 1 });
        ErrorBudget.Rounding(30).Assert("rows", new(Array.ConvertAll(rows, weight => (double)weight)), one);
        Softmax.ForwardAlongAxis(new(3, 500, 100), scores, one, new() { MaxThreads = 1 });
        Softmax.ForwardAlongAxis(new(3, 500, 100), scores, three, new() { MaxThreads = 3 });
        Bits.Same("3 threads", one, three);
    }

    [Fact]
    public void AlongAxis_WrongSizes_AreRefused()
    {
        Refusal.Says("scores: expected 2×3×4 = 24 floats, got 23", () => Softmax.ForwardAlongAxis(new(2, 3, 4), new float[23], new float[24]));
        Refusal.Says("weights: expected 2×3×4 = 24 floats, got 25", () => Softmax.ForwardAlongAxisNaive(new(2, 3, 4), new float[24], new float[25]));
        Refusal.Says("weightsGradient: expected 2×3×4 = 24 floats, got 0", () => Softmax.BackwardAlongAxis(new(2, 3, 4), new float[24], [], new float[24]));
        Refusal.Says("Inner: expected zero or more, got -1", () => Softmax.ForwardAlongAxis(new(2, 3, -1), [], []));
        Refusal.Says(
            "scores: 46341×2×46341 = 4294976562 elements, more than the 2147483591 that one buffer can hold", () => Softmax.ForwardAlongAxis(new(46341, 2, 46341), [], []));
    }

    [Theory]
    [InlineData(0f, "0")]
    [InlineData(-1f, "-1")]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.PositiveInfinity, "Infinity")]
    [InlineData(1e-39f, "1E-39")]
    public void Forward_TemperatureThatIsNone_IsRefused(float temperature, string text)
    {
        string message = $"Temperature: expected a number from 1e-37 to 1e37, got {text}";
        SoftmaxOptions options = new() { Temperature = temperature };
        Refusal.Says(message, () => Softmax.Forward(new(1, 2), new float[2], new float[2], options));
        Refusal.Says(message, () => Softmax.BackwardAlongAxis(new(1, 2, 1), new float[2], new float[2], new float[2], options));
        Refusal.Says(message, () => LogSoftmax.Forward(new(1, 2), new float[2], new float[2], options));
    }

    /// <summary>Results so large that they are written past the caches, at any alignment, are those of small pieces.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Forward_LargerThanTheCaches_GivesTheBitsOfSmallPieces(int misaligned)
    {
        const int Columns = 1001;
        int rows = ((1 << 23) / Columns) + 2, count = rows * Columns;
        float[] source = new Draw(722).Normal(1 << 15);
        float[] scores = new float[count + misaligned], whole = new float[count + misaligned], pieces = new float[count];
        for (int i = 0; i < count; i++)
        {
            scores[i + misaligned] = source[i & 0x7FFF];
        }

        Softmax.Forward(new(rows, Columns), scores.AsSpan(misaligned), whole.AsSpan(misaligned));
        for (int row = 0; row < rows; row += 1000)
        {
            (int first, int length) = (row * Columns, Math.Min(1000, rows - row) * Columns);
            Softmax.Forward(new(length / Columns, Columns), scores.AsSpan(misaligned + first, length), pieces.AsSpan(first, length));
        }

        Bits.Same("softmax", pieces, whole.AsSpan(misaligned));
        Exponential.Forward(scores.AsSpan(misaligned), whole.AsSpan(misaligned));
        for (int first = 0; first < count; first += 1_000_000)
        {
            int length = Math.Min(1_000_000, count - first);
            Exponential.Forward(scores.AsSpan(misaligned + first, length), pieces.AsSpan(first, length));
        }

        Bits.Same("exp", pieces, whole.AsSpan(misaligned));
    }

    private static IEnumerable<int[]> LinesOf(AxisShape shape) =>
        from outer in Enumerable.Range(0, shape.Outer)
        from inner in Enumerable.Range(0, shape.Inner)
        select Enumerable.Range(0, shape.Length).Select(j => (((outer * shape.Length) + j) * shape.Inner) + inner).ToArray();
}
