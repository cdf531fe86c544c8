using FsCheck;
using FsCheck.Fluent;

namespace Attention.Kernels.Tests;

/// <summary>Laws of softmax, tried on drawn rows; a row that breaks one is shrunk, and the message holds the seed that draws it again.</summary>
[Trait(Tier.Trait, Tier.Every)]
public sealed class SoftmaxLawTests
{
    public static TheoryData<Form> Every => Forms.Theory;

    /// <summary>Rows of steps of 1/64 between −64 and 64: sums and differences of such numbers are exact in single precision.</summary>
    private static readonly Arbitrary<float[]> Rows = Arb.From(
        Gen.Choose(-4096, 4096).Select(step => step / 64f).NonEmptyListOf().Resize(150).Select(row => row.ToArray()),
        row => ArbMap.Default.ArbFor<int[]>().Shrinker([.. row.Select(score => (int)(score * 64))]).Where(smaller => smaller.Length > 0).Select(smaller => Array.ConvertAll(smaller, step => step / 64f)));

    [Theory]
    [MemberData(nameof(Every))]
    public void Row_AnyScores_GivesPositiveWeightsThatSumToOne(Form form) => Holds(row =>
    {
        float[] weights = Weights(form, row);
        Assert.All(weights, weight => Assert.InRange(weight, 0, 1));
        ErrorBudget.Rounding(row.Length + 3).Assert("the sum", new([1]), [(float)weights.Sum(weight => (double)weight)]);
    });

    /// <summary>Only differences of scores matter. Here the shift is exact, and so the law holds to the bit.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Row_AllScoresShifted_KeepsEveryBit(Form form) => Holds(row =>
    {
        foreach (float shift in (float[])[1, -17, 1000, 100_000])
        {
            Bits.Same($"shifted by {shift}", Weights(form, row), Weights(form, Array.ConvertAll(row, score => score + shift)));
        }
    });

    [Theory]
    [MemberData(nameof(Every))]
    public void Row_Reversed_ReversesTheWeights(Form form) => Holds(row =>
    {
        float[] reversed = [.. row.Reverse()];
        double[] expected = [.. SoftmaxOracle.Forward(1, row.Length, Array.ConvertAll(row, score => (double)score)).Reverse()];
        ErrorBudget.Forward.Assert("reversed", new(expected), SoftmaxCalls.Naive.Weights(1, row.Length, reversed), Weights(form, reversed));
    });

    [Theory]
    [MemberData(nameof(Every))]
    public void Row_LargerScore_NeverHasTheSmallerWeight(Form form) => Holds(row =>
    {
        float[] weights = Weights(form, row);
        float[] byScore = [.. weights.Zip(row).OrderBy(pair => pair.Second).Select(pair => pair.First)];
        Assert.All(byScore.Zip(byScore.Skip(1)), pair => Assert.True(pair.First <= pair.Second, $"{pair.First:R} before {pair.Second:R}"));
    });

    /// <summary>A score of −∞ takes its column out, as if it had never been there.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Row_HiddenScoresAppended_KeepTheWeights(Form form) => Holds(row =>
    {
        float[] longer = [.. row, .. Enumerable.Repeat(float.NegativeInfinity, 1 + (row.Length % 40))];
        float[] weights = Weights(form, longer);
        double[] expected = SoftmaxOracle.Forward(1, row.Length, Array.ConvertAll(row, score => (double)score));
        ErrorBudget.Forward.Assert("the visible", new(expected), SoftmaxCalls.Naive.Weights(1, row.Length, row), weights.AsSpan(0, row.Length));
        Assert.All(weights[row.Length..], weight => Assert.Equal(0, weight));
    });

    /// <summary>Rows are independent: a row among others has the bits that it has alone.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Row_AmongOthers_HasTheBitsThatItHasAlone(Form form) => Holds(row =>
    {
        float[] others = new Draw(row.Length).Normal(2 * row.Length, 10);
        float[] all = SoftmaxCalls.Forward(form).Weights(3, row.Length, [.. others[..row.Length], .. row, .. others[row.Length..]]);
        Bits.Same("the row in the middle", Weights(form, row), all.AsSpan(row.Length, row.Length));
    });

    private static float[] Weights(Form form, float[] row) => SoftmaxCalls.Forward(form).Weights(1, row.Length, row);

    private static void Holds(Action<float[]> law) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(200).WithReplay(20170612, 3).WithQuietOnSuccess(true), Prop.ForAll(Rows, law));
}
