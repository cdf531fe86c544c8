namespace Attention.Kernels.Tests;

[Trait(Tier.Trait, Tier.Every)]
public sealed class SoftmaxBackwardTests
{
    private const int Rows = 5;

    public static TheoryData<Form> Every => Forms.Theory;

    public static TheoryData<Form, Fence> EveryFenced => Forms.FencedTheory;

    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void Backward_AnyLength_StaysInBudgetAndInBounds(Form form, Fence fence)
    {
        foreach (int columns in Lengths.Hard)
        {
            (float[] weights, float[] slopes) = Problem(columns);
            using Fences fences = new(fence);
            Memory<float> gradient = fences.Output(weights.Length, "scoresGradient");
            SoftmaxCalls.Backward(form)(new(Rows, columns), fences.Input(weights, "weights").Span, fences.Input(slopes, "weightsGradient").Span, gradient.Span);
            fences.AssertIntact();

            float[] naive = new float[weights.Length];
            Softmax.BackwardNaive(new(Rows, columns), weights, slopes, naive);
            Expected expected = Oracle(columns, weights, slopes);
            ErrorBudget.Gradient.Assert($"{Rows}×{columns}, seed {columns}", expected, naive, gradient.Span);
            ErrorBudget.Rounding(columns + 3).Assert($"naive form, {Rows}×{columns}, seed {columns}", expected, naive);
        }
    }

    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void Backward_OverEitherInput_GivesTheSameBits(Form form, Fence fence)
    {
        foreach (int columns in Lengths.Hard)
        {
            (float[] weights, float[] slopes) = Problem(columns);
            float[] apart = new float[weights.Length];
            SoftmaxCalls.Backward(form)(new(Rows, columns), weights, slopes, apart);

            using Fences fences = new(fence);
            Memory<float> overWeights = fences.InPlace(weights, "weights");
            SoftmaxCalls.Backward(form)(new(Rows, columns), overWeights.Span, fences.Input(slopes, "weightsGradient").Span, overWeights.Span);
            Bits.Same($"over weights, {Rows}×{columns}", apart, overWeights.Span);

            Memory<float> overSlopes = fences.InPlace(slopes, "weightsGradient");
            SoftmaxCalls.Backward(form)(new(Rows, columns), fences.Input(weights, "weights").Span, overSlopes.Span, overSlopes.Span);
            Bits.Same($"over weightsGradient, {Rows}×{columns}", apart, overSlopes.Span);
            fences.AssertIntact();
        }
    }

    /// <summary>Moving all scores of a row together changes no weight, so the gradient has no share in that direction.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Backward_EveryRow_SumsToZero(Form form)
    {
        foreach (int columns in Lengths.HardNotEmpty)
        {
            (float[] weights, float[] slopes) = Problem(columns);
            float[] gradient = new float[weights.Length];
            SoftmaxCalls.Backward(form)(new(Rows, columns), weights, slopes, gradient);
            double[] magnitudes = Oracle(columns, weights, slopes).Magnitudes;
            for (int row = 0; row < Rows; row++)
            {
                double sum = gradient.Skip(row * columns).Take(columns).Sum(value => (double)value);
                double magnitude = magnitudes.Skip(row * columns).Take(columns).Sum();
                ErrorBudget.Rounding(columns + 3).Assert($"the sum of row {row} of {columns}, seed {columns}", new([0], [magnitude]), [(float)sum]);
            }
        }
    }

    [Fact]
    public void Backward_AfterForward_MatchesFiniteDifferences()
    {
        const int Columns = 19;
        const double Step = 1e-5;
        Draw draw = new(4);
        float[] scores = draw.Normal(Columns);
        float[] slopes = draw.Normal(Columns);
        float[] gradient = new float[Columns];
        Softmax.Backward(new(1, Columns), Softmax.Row(scores), slopes, gradient);

        double[] differences = new double[Columns];
        for (int j = 0; j < Columns; j++)
        {
            differences[j] = (Loss(scores, slopes, j, Step) - Loss(scores, slopes, j, -Step)) / (2 * Step);
        }

        double[] magnitudes = Oracle(1, Columns, Softmax.Row(scores), slopes).Magnitudes;
        ErrorBudget.Rounding((2 * Columns) + 6).Assert("dL/dscores, seed 4", new(differences, magnitudes), gradient);
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Backward_RowWithoutWeights_HasNoGradient(Form form)
    {
        foreach (int columns in Lengths.HardNotEmpty)
        {
            (float[] weights, float[] slopes) = Problem(columns);
            weights.AsSpan(columns, columns).Clear();
            float[] gradient = new float[weights.Length];
            SoftmaxCalls.Backward(form)(new(Rows, columns), weights, slopes, gradient);
            Assert.All(gradient[columns..(2 * columns)], value => Assert.Equal(0, value));
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Backward_NotANumberAtAnyPlace_SpoilsItsRowAndNoOther(Form form)
    {
        const int Columns = 21;
        for (int place = 0; place < Columns; place++)
        {
            (float[] weights, float[] slopes) = Problem(Columns);
            float[] before = new float[weights.Length];
            float[] after = new float[weights.Length];
            SoftmaxCalls.Backward(form)(new(Rows, Columns), weights, slopes, before);
            (place % 2 == 0 ? weights : slopes)[(2 * Columns) + place] = float.NaN;
            SoftmaxCalls.Backward(form)(new(Rows, Columns), weights, slopes, after);
            before.AsSpan(2 * Columns, Columns).Fill(float.NaN);
            Bits.Same($"NaN at {place} of row 2", before, after);
        }
    }

    private static (float[] Weights, float[] Slopes) Problem(int columns)
    {
        Draw draw = new(columns);
        float[] weights = [.. Enumerable.Range(0, Rows).SelectMany(_ => draw.Simplex(columns))];
        return (weights, draw.Normal(weights.Length));
    }

    private static Expected Oracle(int columns, float[] weights, float[] slopes) => Oracle(Rows, columns, weights, slopes);

    private static Expected Oracle(int rows, int columns, float[] weights, float[] slopes) =>
        SoftmaxOracle.Backward(rows, columns, Array.ConvertAll(weights, weight => (double)weight), Array.ConvertAll(slopes, slope => (double)slope));

    private static double Loss(float[] scores, float[] slopes, int moved, double step)
    {
        double[] shifted = Array.ConvertAll(scores, score => (double)score);
        shifted[moved] += step;
        return SoftmaxOracle.Forward(1, scores.Length, shifted).Zip(slopes, (weight, slope) => weight * slope).Sum();
    }
}
