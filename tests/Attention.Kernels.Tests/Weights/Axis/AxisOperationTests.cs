namespace Attention.Kernels.Tests;

[Trait(Tier.Trait, Tier.Every)]
public sealed class AxisOperationTests
{
    /// <summary>The last has more lines than a block may have.</summary>
    private static readonly AxisShape[] Shapes =
    [
        new(1, 1, 1), new(2, 5, 1), new(3, 4, 2), new(2, 7, 3), new(1, 33, 17), new(2, 3, 31), new(3, 9, 32), new(1, 20, 33), new(2, 65, 70), new(40, 3, 8),
        new(0, 3, 4), new(2, 0, 3), new(2, 3, 0), new(1, 300, 37), new(1, 2, 1030),
    ];

    private static readonly string[] Names = [.. AxisOperation.All.Select(operation => operation.Name)];

    public static TheoryData<string, Form, Fence> Fenced => [.. from name in Names from form in Forms.Supported from fence in Enum.GetValues<Fence>() select (name, form, fence)];

    public static TheoryData<string> Each => new(Names);

    [Theory]
    [MemberData(nameof(Fenced))]
    public void Forward_AnyShape_StaysInBudgetAndInBounds(string name, Form form, Fence fence)
    {
        AxisOperation operation = AxisOperation.Of(name);
        foreach (AxisShape shape in Shapes)
        {
            foreach (ScoreKind kind in ScoreKinds.All)
            {
                string what = $"{name}, {shape} {kind}, seed {shape.Inner}";
                float[] scores = new Draw(shape.Inner).Scores(kind, shape.Outer * shape.Length, shape.Inner), naive = new float[scores.Length];
                SoftmaxOptions options = operation.At(form.Options());
                using Fences fences = new(fence);
                Memory<float> result = fences.Output(scores.Length, "result"), both = fences.InPlace(scores, "scores");
                operation.Forward(shape, fences.Input(scores, "scores").Span, result.Span, options);
                operation.Forward(shape, both.Span, both.Span, options);
                fences.AssertIntact();
                Bits.Same($"in place, {what}", result.Span, both.Span);

                operation.ForwardNaive(shape, scores, naive, options);
                Expected expected = AxisOperation.Expect(shape, line => operation.Rows.Oracle([.. line.Select(at => (double)scores[at])], 0));
                ErrorBudget.Forward.Assert(what, expected, naive, result.Span);
                ErrorBudget.Rounding(operation.Rows.Roundings(RowOperation.RangeOf(scores), shape.Length)).Assert($"naive form, {what}", expected, naive);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Fenced))]
    public void Backward_AnyShape_StaysInBudgetAndInBounds(string name, Form form, Fence fence)
    {
        AxisOperation operation = AxisOperation.Of(name);
        foreach (AxisShape shape in Shapes)
        {
            foreach (ScoreKind kind in (ScoreKind[])[ScoreKind.Ordinary, ScoreKind.Hidden])
            {
                string what = $"{name}, {shape} {kind}, seed {shape.Inner}";
                Draw draw = new(shape.Inner);
                float[] results = draw.Scores(kind, shape.Outer * shape.Length, shape.Inner), slopes = draw.Normal(results.Length), naive = new float[results.Length];
                SoftmaxOptions options = operation.At(form.Options());
                operation.ForwardNaive(shape, results, results, options);
                using Fences fences = new(fence);
                Memory<float> gradient = fences.Output(results.Length, "scoresGradient"), overResults = fences.InPlace(results, "result"), overSlopes = fences.InPlace(slopes, "resultGradient");
                operation.Backward(shape, fences.Input(results, "result").Span, fences.Input(slopes, "resultGradient").Span, gradient.Span, options);
                operation.Backward(shape, overResults.Span, slopes, overResults.Span, options);
                operation.Backward(shape, results, overSlopes.Span, overSlopes.Span, options);
                fences.AssertIntact();
                Bits.Same($"over the results, {what}", gradient.Span, overResults.Span);
                Bits.Same($"over the gradient, {what}", gradient.Span, overSlopes.Span);

                operation.BackwardNaive(shape, results, slopes, naive, options);
                Expected expected = AxisOperation.Expect(
                    shape, line => operation.Rows.BackwardOracle([.. line.Select(at => (double)results[at])], [.. line.Select(at => (double)slopes[at])], 0));
                ErrorBudget.Gradient.Assert(what, expected, naive, gradient.Span);
                ErrorBudget.Rounding(operation.Rows.BackwardRoundings(shape.Length)).Assert($"naive form, {what}", expected, naive);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Each))]
    public void Backward_AfterForward_MatchesFiniteDifferences(string name)
    {
        AxisOperation operation = AxisOperation.Of(name);
        AxisShape shape = new(2, 7, 5);
        Draw draw = new(723);
        float[] scores = draw.Normal(70), slopes = draw.Normal(70), results = new float[70], gradient = new float[70];
        operation.Forward(shape, scores, results, operation.At(default));
        operation.Backward(shape, results, slopes, gradient, operation.At(default));
        FiniteDifferences.Assert(
            $"{name}, seed 723",
            scores,
            moved => AxisOperation.Expect(shape, line => operation.Rows.Oracle([.. line.Select(at => moved[at])], 0)).Values.Zip(slopes, (value, slope) => value * slope).Sum(),
            gradient);
    }

    [Theory]
    [MemberData(nameof(Each))]
    public void Forward_NotANumberAtAnyPlace_SpoilsItsLineAndNoOther(string name)
    {
        AxisOperation operation = AxisOperation.Of(name);
        AxisShape shape = new(2, 5, 37);
        foreach (float poison in (float[])[float.NaN, float.PositiveInfinity])
        {
            for (int place = 0; place < 2 * 5 * 37; place += 13)
            {
                float[] scores = new Draw(place).Normal(2 * 5 * 37), expected = new float[scores.Length], actual = new float[scores.Length];
                operation.Forward(shape, scores, expected, operation.At(default));
                scores[place] = poison;
                int first = (place / (5 * 37) * 5 * 37) + (place % 37);
                for (int j = 0; j < 5; j++)
                {
                    expected[first + (j * 37)] = float.NaN;
                }

                operation.Forward(shape, scores, actual, operation.At(default));
                Bits.Same($"{name}: {poison} at {place}", expected, actual);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Each))]
    public void Call_LastAxisAndThreads_GiveTheBitsOfRowsAndOfOneThread(string name)
    {
        AxisOperation operation = AxisOperation.Of(name);
        Draw draw = new(721);
        float[] scores = draw.Normal(300 * 500), slopes = draw.Normal(scores.Length), one = new float[scores.Length], three = new float[scores.Length];
        operation.Forward(new(300, 500, 1), scores, one, operation.At(default));
        Bits.Same("rows", operation.Rows.Results(new(300, 500), scores, default), one);
        operation.Rows.Backward(new(300, 500), one, slopes, three, default);
        operation.Backward(new(300, 500, 1), one, slopes, one, operation.At(default));
        Bits.Same("rows backward", three, one);

        AxisShape shape = new(3, 500, 100);
        operation.Forward(shape, scores, one, operation.At(new() { MaxThreads = 1 }));
        operation.Forward(shape, scores, three, operation.At(new() { MaxThreads = 3 }));
        Bits.Same("3 threads", one, three);
        operation.Backward(shape, one, slopes, one, operation.At(new() { MaxThreads = 1 }));
        operation.Backward(shape, three, slopes, three, operation.At(new() { MaxThreads = 3 }));
        Bits.Same("3 threads, backward", one, three);
    }

    [Fact]
    public void Call_WrongSizes_AreRefused()
    {
        float[] memory = new float[30];
        Refusal.Says("scores: expected 2×3×4 = 24 floats, got 23", () => Softmax.ForwardAlongAxis(new(2, 3, 4), new float[23], new float[24]));
        Refusal.Says("weights: expected 2×3×4 = 24 floats, got 25", () => Softmax.ForwardAlongAxisNaive(new(2, 3, 4), new float[24], new float[25]));
        Refusal.Says("weightsGradient: expected 2×3×4 = 24 floats, got 0", () => Softmax.BackwardAlongAxis(new(2, 3, 4), new float[24], [], new float[24]));
        Refusal.Says("Inner: expected zero or more, got -1", () => Softmax.ForwardAlongAxis(new(2, 3, -1), [], []));
        Refusal.Says(
            "scores: 46341×2×46341 = 4294976562 elements, more than the 2147483591 that one buffer can hold", () => Softmax.ForwardAlongAxis(new(46341, 2, 46341), [], []));
        Refusal.Says("scores: expected 2×3×4 = 24 floats, got 25", () => LogSoftmax.ForwardAlongAxisNaive(new(2, 3, 4), new float[25], new float[24]));
        Refusal.Says("logWeights: expected 2×3×4 = 24 floats, got 23", () => LogSoftmax.ForwardAlongAxis(new(2, 3, 4), new float[24], new float[23]));
        Refusal.Says("logWeightsGradient: expected 2×3×4 = 24 floats, got 1", () => LogSoftmax.BackwardAlongAxis(new(2, 3, 4), new float[24], new float[1], new float[24]));
        Refusal.Says("scoresGradient: expected 2×3×4 = 24 floats, got 1", () => LogSoftmax.BackwardAlongAxisNaive(new(2, 3, 4), new float[24], new float[24], new float[1]));
        Refusal.Says(
            "logWeights: overlaps scores, shifted by 1 floats; pass the same span to work in place, or one that lies apart",
            () => LogSoftmax.ForwardAlongAxis(new(2, 3, 4), memory.AsSpan(0, 24), memory.AsSpan(1, 24)));
        Refusal.Says(
            "scoresGradient: overlaps logWeightsGradient, shifted by 2 floats; pass the same span to work in place, or one that lies apart",
            () => LogSoftmax.BackwardAlongAxis(new(2, 3, 4), new float[24], memory.AsSpan(0, 24), memory.AsSpan(2, 24)));
    }
}
