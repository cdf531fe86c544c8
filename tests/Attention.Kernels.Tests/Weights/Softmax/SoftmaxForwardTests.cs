namespace Attention.Kernels.Tests;

[Trait(Tier.Trait, Tier.Every)]
public sealed class SoftmaxForwardTests
{
    private const int Rows = 5;

    public static TheoryData<Form> Every => Forms.Theory;

    public static TheoryData<Form, Fence, ScoreKind> EveryFencedKind =>
        [.. from form in Forms.Supported from fence in Enum.GetValues<Fence>() from kind in ScoreKinds.All select (form, fence, kind)];

    public static TheoryData<ScoreKind> EveryKind => new(ScoreKinds.All);

    [Theory]
    [MemberData(nameof(EveryFencedKind))]
    public void Forward_AnyLength_StaysInBudgetAndInBounds(Form form, Fence fence, ScoreKind kind)
    {
        foreach (int columns in Lengths.Hard)
        {
            using Fences fences = new(fence);
            float[] scores = new Draw(columns).Scores(kind, Rows, columns);
            Memory<float> weights = fences.Output(scores.Length, "weights");
            SoftmaxCalls.Forward(form)(new(Rows, columns), fences.Input(scores, "scores").Span, weights.Span);
            fences.AssertIntact();
            float[] naive = SoftmaxCalls.Naive.Weights(Rows, columns, scores);
            ErrorBudget.Forward.Assert($"{Rows}×{columns} {kind}, seed {columns}", Oracle(columns, scores), naive, weights.Span);
        }
    }

    [Theory]
    [MemberData(nameof(EveryKind))]
    public void ForwardNaive_AnyLength_LosesNoMoreThanRoundingCan(ScoreKind kind)
    {
        foreach (int columns in Lengths.HardNotEmpty)
        {
            float[] scores = new Draw(columns).Scores(kind, Rows, columns);
            float[] naive = SoftmaxCalls.Naive.Weights(Rows, columns, scores);

            // The subtraction rounds the exponent by 2⁻²⁴ of itself, and exp turns that into as many ulps; then exp, sum and division.
            float[] finite = [.. scores.Where(float.IsFinite)];
            double exponent = finite.Length == 0 ? 0 : finite.Max() - finite.Min();
            ErrorBudget.Rounding(exponent + columns + 3).Assert($"{Rows}×{columns} {kind}, seed {columns}", Oracle(columns, scores), naive);
        }
    }

    [Theory]
    [MemberData(nameof(EveryFencedKind))]
    public void Forward_InPlace_GivesTheSameBits(Form form, Fence fence, ScoreKind kind)
    {
        foreach (int columns in Lengths.Hard)
        {
            using Fences fences = new(fence);
            float[] scores = new Draw(columns).Scores(kind, Rows, columns);
            Memory<float> both = fences.InPlace(scores, "scores");
            SoftmaxCalls.Forward(form)(new(Rows, columns), both.Span, both.Span);
            fences.AssertIntact();
            Bits.Same($"in place, {Rows}×{columns} {kind}", SoftmaxCalls.Forward(form).Weights(Rows, columns, scores), both.Span);
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_NotANumberAtAnyPlace_SpoilsItsRowAndNoOther(Form form)
    {
        foreach (float poison in (float[])[float.NaN, -float.NaN, float.PositiveInfinity])
        {
            for (int place = 0; place < 37; place++)
            {
                float[] scores = new Draw(place).Normal(3 * 37);
                float[] before = SoftmaxCalls.Forward(form).Weights(3, 37, scores);
                scores[37 + place] = poison;
                float[] weights = SoftmaxCalls.Forward(form).Weights(3, 37, scores);
                Assert.All(weights[37..74], weight => Assert.True(float.IsNaN(weight), $"{poison} at {place} of row 1 left a weight of {weight}"));
                Bits.Same($"row 0 beside {poison}", before.AsSpan(0, 37), weights.AsSpan(0, 37));
                Bits.Same($"row 2 beside {poison}", before.AsSpan(74), weights.AsSpan(74));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_OneVisibleScoreAtAnyPlace_GetsAllTheWeight(Form form)
    {
        foreach (int columns in (int[])[1, 5, 16, 17, 33, 70])
        {
            for (int place = 0; place < columns; place++)
            {
                float[] scores = new float[columns];
                Array.Fill(scores, float.NegativeInfinity);
                scores[place] = new Draw(place).Uniform(-1e3f, 1e3f);
                float[] expected = new float[columns];
                expected[place] = 1;
                Bits.Same($"only {place} of {columns} visible", expected, SoftmaxCalls.Forward(form).Weights(1, columns, scores));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_OnlyHiddenScores_GivesZerosBesideOrdinaryRows(Form form)
    {
        foreach (int columns in Lengths.HardNotEmpty)
        {
            float[] scores = new Draw(columns).Normal(3 * columns);
            scores.AsSpan(columns, columns).Fill(float.NegativeInfinity);
            float[] weights = SoftmaxCalls.Forward(form).Weights(3, columns, scores);
            Bits.Same($"hidden row of {columns}", new float[columns], weights.AsSpan(columns, columns));
            Assert.True(weights[0] > 0 && weights[^1] > 0, $"an ordinary row of {columns} lost its weights");
        }
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(5, 0)]
    [InlineData(0, 0)]
    public void Forward_NothingToDo_Returns(int rows, int columns)
    {
        foreach (Form form in Forms.Supported)
        {
            Assert.Empty(SoftmaxCalls.Forward(form).Weights(rows, columns, []));
        }
    }

    private static Expected Oracle(int columns, float[] scores) => new(SoftmaxOracle.Forward(Rows, columns, Array.ConvertAll(scores, score => (double)score)));
}
