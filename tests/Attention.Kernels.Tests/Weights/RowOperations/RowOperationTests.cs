namespace Attention.Kernels.Tests;

[Trait(Tier.Trait, Tier.Every)]
public sealed class RowOperationTests
{
    private const int Rows = 5;

    private static readonly int[] Some = [0, 1, 2, 5, 8, 17, 33, 65, 130];

    private static readonly string[] Names = [.. RowOperation.All.Select(operation => operation.Name)];

    public static TheoryData<string, Form, Fence> Fenced => [.. from name in Names from form in Forms.Supported from fence in Enum.GetValues<Fence>() select (name, form, fence)];

    public static TheoryData<string, Form> Every => [.. from name in Names from form in Forms.Supported select (name, form)];

    public static TheoryData<string> Each => new(Names);

    [Theory]
    [MemberData(nameof(Fenced))]
    public void Forward_AnyLengthAndScores_StaysInBudgetAndInBounds(string name, Form form, Fence fence)
    {
        RowOperation operation = RowOperation.Of(name);
        foreach (ScoreKind kind in ScoreKinds.All)
        {
            foreach (int columns in kind == ScoreKind.Ordinary ? Lengths.Hard : Some)
            {
                RowShape shape = new(Rows, columns);
                float[] scores = new Draw(columns).Scores(kind, Rows, columns);
                using Fences fences = new(fence);
                Memory<float> result = fences.Output(scores.Length, "result");
                operation.Forward(shape, fences.Input(scores, "scores").Span, result.Span, form.Options());
                fences.AssertIntact();

                float[] naive = new float[scores.Length];
                operation.ForwardNaive(shape, scores, naive, default);
                Expected expected = operation.Rows(shape, scores);
                ErrorBudget.Forward.Assert($"{name}, {Rows}×{columns} {kind}, seed {columns}", expected, naive, result.Span);
                ErrorBudget.Rounding(operation.Roundings(RowOperation.RangeOf(scores), columns)).Assert($"naive {name}, {Rows}×{columns} {kind}, seed {columns}", expected, naive);

                Memory<float> both = fences.InPlace(scores, "scores");
                operation.Forward(shape, both.Span, both.Span, form.Options());
                fences.AssertIntact();
                Bits.Same($"{name} in place, {Rows}×{columns} {kind}", result.Span, both.Span);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Fenced))]
    public void Backward_AnyLengthAndScores_StaysInBudgetAndInBounds(string name, Form form, Fence fence)
    {
        RowOperation operation = RowOperation.Of(name);
        foreach (ScoreKind kind in (ScoreKind[])[ScoreKind.Ordinary, ScoreKind.Hidden, ScoreKind.Extreme])
        {
            foreach (int columns in kind == ScoreKind.Ordinary ? Lengths.Hard : Some)
            {
                RowShape shape = new(Rows, columns);
                Draw draw = new(columns);
                float[] results = operation.Results(shape, draw.Scores(kind, Rows, columns), default);
                float[] slopes = draw.Normal(results.Length);
                using Fences fences = new(fence);
                Memory<float> gradient = fences.Output(results.Length, "scoresGradient");
                operation.Backward(shape, fences.Input(results, "result").Span, fences.Input(slopes, "resultGradient").Span, gradient.Span, form.Options());
                fences.AssertIntact();

                float[] naive = new float[results.Length];
                operation.BackwardNaive(shape, results, slopes, naive, default);
                Expected expected = operation.BackwardRows(shape, results, slopes);
                ErrorBudget.Gradient.Assert($"{name}, {Rows}×{columns} {kind}, seed {columns}", expected, naive, gradient.Span);
                ErrorBudget.Rounding(operation.BackwardRoundings(columns)).Assert($"naive {name} backward, {Rows}×{columns} {kind}, seed {columns}", expected, naive);

                Memory<float> overResults = fences.InPlace(results, "result"), overSlopes = fences.InPlace(slopes, "resultGradient");
                operation.Backward(shape, overResults.Span, slopes, overResults.Span, form.Options());
                operation.Backward(shape, results, overSlopes.Span, overSlopes.Span, form.Options());
                fences.AssertIntact();
                Bits.Same($"{name} over its result, {Rows}×{columns}", gradient.Span, overResults.Span);
                Bits.Same($"{name} over the gradient, {Rows}×{columns}", gradient.Span, overSlopes.Span);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Each))]
    public void Backward_AfterForward_MatchesFiniteDifferences(string name)
    {
        RowOperation operation = RowOperation.Of(name);
        RowShape shape = new(3, 19);
        Draw draw = new(701);
        float[] scores = draw.Normal(3 * 19), slopes = draw.Normal(scores.Length), gradient = new float[scores.Length];
        operation.Backward(shape, operation.Results(shape, scores, default), slopes, gradient, default);

        // What is hidden has the result −∞ whatever the step.
        double Loss(double[] moved) => Enumerable.Range(0, 3).Sum(row =>
            operation.Oracle(moved[(row * 19)..((row + 1) * 19)], row).Values.Select((value, column) => value * slopes[(row * 19) + column]).Where(double.IsFinite).Sum());
        FiniteDifferences.Assert($"{name}, seed 701", scores, Loss, gradient);
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_NotANumberAtAnyPlace_SpoilsItsRowAndNoOther(string name, Form form)
    {
        RowOperation operation = RowOperation.Of(name);
        foreach (float poison in (float[])[float.NaN, float.PositiveInfinity])
        {
            for (int place = 0; place < 37; place++)
            {
                RowShape shape = new(3, 37);
                float[] scores = new Draw(place).Normal(3 * 37);
                float[] expected = operation.Results(shape, scores, form.Options());
                scores[place] = poison;
                if (!IsHidden(operation, place))
                {
                    expected.AsSpan(0, 37).Fill(float.NaN);
                }

                Bits.Same($"{name}: {poison} at {place}", expected, operation.Results(shape, scores, form.Options()));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Each))]
    public void Call_ManyThreads_GivesTheSameBits(string name)
    {
        RowOperation operation = RowOperation.Of(name);
        RowShape shape = new(700, 1000);
        Draw draw = new(702);
        float[] scores = draw.Normal(700 * 1000), slopes = draw.Normal(scores.Length);
        float[] results = operation.Results(shape, scores, new() { MaxThreads = 1 }), gradient = new float[scores.Length], shared = new float[scores.Length];
        operation.Backward(shape, results, slopes, gradient, new() { MaxThreads = 1 });
        Bits.Same($"{name}, 3 threads", results, operation.Results(shape, scores, new() { MaxThreads = 3 }));
        operation.Backward(shape, results, slopes, shared, new() { MaxThreads = 3 });
        Bits.Same($"{name} backward, 3 threads", gradient, shared);
    }

    [Theory]
    [MemberData(nameof(Each))]
    public void Call_WrongSizes_IsRefused(string name)
    {
        RowOperation operation = RowOperation.Of(name);
        string message = Assert.Throws<ArgumentException>(() => operation.Forward(new(2, 3), new float[5], new float[6], default)).Message;
        Assert.Equal("scores: expected 2×3 = 6 floats, got 5", message);
        message = Assert.Throws<ArgumentException>(() => operation.ForwardNaive(new(2, 3), new float[6], new float[7], default)).Message;
        Assert.EndsWith("eights: expected 2×3 = 6 floats, got 7", message, StringComparison.Ordinal);
        float[] memory = new float[10];
        message = Assert.Throws<ArgumentException>(() => operation.Forward(new(2, 3), memory.AsSpan(0, 6), memory.AsSpan(1, 6), default)).Message;
        Assert.EndsWith("eights: overlaps scores, shifted by 1 floats; pass the same span to work in place, or one that lies apart", message, StringComparison.Ordinal);
        message = Assert.Throws<ArgumentException>(() => operation.Backward(new(2, 3), new float[6], new float[4], new float[6], default)).Message;
        Assert.EndsWith("eightsGradient: expected 2×3 = 6 floats, got 4", message, StringComparison.Ordinal);
        message = Assert.Throws<ArgumentException>(() => operation.BackwardNaive(new(2, 3), new float[6], new float[6], new float[8], default)).Message;
        Assert.Equal("scoresGradient: expected 2×3 = 6 floats, got 8", message);
        message = Assert.Throws<ArgumentException>(() => operation.Backward(new(2, 3), memory.AsSpan(0, 6), new float[6], memory.AsSpan(2, 6), default)).Message;
        Assert.StartsWith("scoresGradient: overlaps ", message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => operation.Forward(new(1, 0), [], [], new() { MaxThreads = -1 }));
    }

    /// <summary>Whether no weight can come to this place of the first row.</summary>
    private static bool IsHidden(RowOperation operation, int place)
    {
        double[] scores = new double[37];
        scores[place] = 1000;
        return operation.Oracle(scores, 0).Values[place] < 0.5 && !operation.Name.StartsWith("log", StringComparison.Ordinal);
    }
}
