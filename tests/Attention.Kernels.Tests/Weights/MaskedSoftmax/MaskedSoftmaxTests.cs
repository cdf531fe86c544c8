namespace Attention.Kernels.Tests;

/// <summary>What a mask adds to the suite that every row operation passes.</summary>
[Trait(Tier.Trait, Tier.Every)]
public sealed class MaskedSoftmaxTests
{
    public static TheoryData<Form> Every => Forms.Theory;

    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_AllVisible_IsTheSoftmaxToTheBit(Form form)
    {
        foreach (int columns in Lengths.HardNotEmpty)
        {
            float[] scores = new Draw(columns).Normal(3 * columns), plain = new float[scores.Length], masked = new float[scores.Length];
            Softmax.Forward(new(3, columns), scores, plain, form.Options());
            MaskedSoftmax.Forward(new(3, columns), scores, Enumerable.Repeat(true, scores.Length).ToArray(), masked, form.Options());
            Bits.Same($"3×{columns}", plain, masked);
            MaskedSoftmax.Forward(new(3, columns), scores, (int[])[columns, columns, columns], masked, form.Options());
            Bits.Same($"3×{columns}, lengths", plain, masked);
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Call_AnythingAtHiddenPlaces_ChangesNothing(Form form)
    {
        foreach (int columns in Lengths.HardNotEmpty)
        {
            Draw draw = new(columns);
            bool[] visible = draw.Coins(4 * columns);
            float[] scores = draw.Normal(4 * columns), slopes = draw.Normal(scores.Length);
            (float[] weights, float[] gradient) = Both(scores, slopes);
            for (int i = 0; i < visible.Length; i++)
            {
                if (!visible[i])
                {
                    (scores[i], slopes[i]) = (draw.Pick(float.NaN, float.PositiveInfinity, 1e30f), draw.Pick(float.NaN, float.NegativeInfinity));
                    Assert.Equal((0, 0), (weights[i], gradient[i]));
                }
            }

            (float[] weightsAfter, float[] gradientAfter) = Both(scores, slopes);
            Bits.Same($"weights, 4×{columns}", weights, weightsAfter);
            Bits.Same($"gradient, 4×{columns}", gradient, gradientAfter);

            (float[] Weights, float[] Gradient) Both(float[] s, float[] dw)
            {
                float[] w = new float[s.Length], ds = new float[s.Length];
                MaskedSoftmax.Forward(new(4, columns), s, visible, w, form.Options());
                MaskedSoftmax.Backward(new(4, columns), w, visible, dw, ds, form.Options());
                return (w, ds);
            }
        }
    }

    [Fact]
    public void Call_WrongMask_IsRefused()
    {
        float[] six = new float[6];
        Refusal.Says("visible: expected 2×3 = 6 flags, got 5", () => MaskedSoftmax.Forward(new(2, 3), six, new bool[5], six));
        Refusal.Says("visible: expected 2×3 = 6 flags, got 7", () => MaskedSoftmax.Backward(new(2, 3), six, new bool[7], six, six));
        Refusal.Says("lengths: expected 2 of them, one per row, got 3", () => MaskedSoftmax.Forward(new(2, 3), six, new int[3], six));
        Refusal.Says("lengths: expected 0 to 3, got 4 for row 1", () => MaskedSoftmax.Forward(new(2, 3), six, (int[])[0, 4], six));
        Refusal.Says("lengths: expected 0 to 3, got -1 for row 0", () => MaskedSoftmax.BackwardNaive(new(2, 3), six, (int[])[-1, 4], six, six));
        Refusal.Says("visible: expected 2×3, as the scores are, got 3×2", () => MaskedSoftmax.Rows(new float[2, 3], new bool[3, 2]));
    }

    [Fact]
    public void Rows_Matrices_ReturnANewOne()
    {
        float[,] weights = MaskedSoftmax.Rows(new float[,] { { 1, 2, 3 }, { 4, 5, 6 } }, new[,] { { true, false, false }, { false, true, true } });
        ErrorBudget.Rounding(4).Assert("masked", new([1, 0, 0, 0, 1 / (1 + Math.E), Math.E / (1 + Math.E)]), [.. weights.Cast<float>()]);
        Assert.Throws<ArgumentNullException>(() => MaskedSoftmax.Rows(null!, new bool[1, 1]));
        Assert.Throws<ArgumentNullException>(() => MaskedSoftmax.Rows(new float[1, 1], null!));
        float[,] scores = { { 1, 2 }, { 3, 3 } };
        double log = Math.Log(1 + (1 / Math.E));
        ErrorBudget.Rounding(4).Assert("log", new([-1 - log, -log, -Math.Log(2), -Math.Log(2)]), [.. LogSoftmax.Rows(scores).Cast<float>()]);
        Assert.Equal([0, 1, 0.5f, 0.5f], Sparsemax.Rows(scores).Cast<float>());
        Assert.Equal(0.5, Entmax15.Rows(scores)[1, 0], 1e-6);
        Assert.Throws<ArgumentNullException>(() => LogSoftmax.Rows(null!));
        Assert.Throws<ArgumentNullException>(() => Sparsemax.Rows(null!));
        Assert.Throws<ArgumentNullException>(() => Entmax15.Rows(null!));
    }
}
