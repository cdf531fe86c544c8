using FsCheck;
using FsCheck.Fluent;

namespace Attention.Kernels.Tests;

/// <summary>What makes softmax, entmax and sparsemax one family: each is the point of the simplex that maximises <c>Σ pᵢ sᵢ + H(p)</c> for an entropy of its own.</summary>
[Trait(Tier.Trait, Tier.Every)]
public sealed class SimplexLawTests
{
    private static readonly Arbitrary<float[]> Rows = Arb.From(
        Gen.Choose(-256, 256).Select(step => step / 64f).NonEmptyListOf().Resize(100).Select(row => row.ToArray()),
        row => ArbMap.Default.ArbFor<int[]>().Shrinker([.. row.Select(score => (int)(score * 64))]).Where(smaller => smaller.Length > 0).Select(smaller => Array.ConvertAll(smaller, step => step / 64f)));

    public static TheoryData<string, Form> Every => [.. from name in (string[])["sparsemax", "entmax 1.5"] from form in Forms.Supported select (name, form)];

    [Theory]
    [MemberData(nameof(Every))]
    public void Row_AnyScores_GivesWeightsThatSumToOne(string name, Form form) => Holds(row =>
    {
        float[] weights = Weights(name, form, row);
        Assert.All(weights, weight => Assert.InRange(weight, 0, 1));
        ErrorBudget.Rounding((2 * row.Length) + 8).Assert("the sum", new([1]), [(float)weights.Sum(weight => (double)weight)]);
    });

    [Theory]
    [MemberData(nameof(Every))]
    public void Row_AllScoresShifted_KeepsEveryBit(string name, Form form) => Holds(row =>
    {
        foreach (float shift in (float[])[1, -17, 1000, 100_000])
        {
            Bits.Same($"shifted by {shift}", Weights(name, form, row), Weights(name, form, Array.ConvertAll(row, score => score + shift)));
        }
    });

    [Theory]
    [MemberData(nameof(Every))]
    public void Row_LargerScore_NeverHasTheSmallerWeight(string name, Form form) => Holds(row =>
    {
        float[] byScore = [.. Weights(name, form, row).Zip(row).OrderBy(pair => pair.Second).Select(pair => pair.First)];
        Assert.All(byScore.Zip(byScore.Skip(1)), pair => Assert.True(pair.First <= pair.Second, $"{pair.First:R} before {pair.Second:R}"));
    });

    /// <summary>Tsallis's entropy with α = 2 (Gini's) and with α = 1.5: no other point of the simplex does better.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Row_AnyScores_MaximisesItsObjective(string name, Form form)
    {
        double alpha = name == "sparsemax" ? 2 : 1.5;
        Draw draw = new(711);
        Holds(row =>
        {
            double best = Objective([.. Weights(name, form, row)]);
            float[] softmax = Softmax.Row(row);
            foreach (float[] other in (float[][])[draw.Simplex(row.Length), draw.Simplex(row.Length), softmax, [.. softmax.Zip(Weights(name, form, row), (p, q) => (p + q) / 2)]])
            {
                Assert.True(Objective(other) <= best + 1e-5, $"{string.Join(' ', other)} reaches {Objective(other):R}, the kernel {best:R}");
            }

            double Objective(float[] p) => p.Zip(row, (weight, score) => (double)weight * score).Sum() + ((1 - p.Sum(weight => Math.Pow(weight, alpha))) / (alpha * (alpha - 1)));
        });
    }

    /// <summary>The larger α, the fewer weights are left.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Row_AnyScores_KeepsFewerWeightsThanSoftmaxAndEntmaxMoreThanSparsemax(string name, Form form) => Holds(row =>
    {
        float[] sparse = Weights("sparsemax", form, row), middle = Weights("entmax 1.5", form, row);
        Assert.All(sparse.Zip(middle), pair => Assert.True(pair.First == 0 || pair.Second > 0, $"{name}: sparsemax keeps what entmax drops"));
        Assert.True(sparse.Max() >= middle.Max() && middle.Max() >= Softmax.Row(row).Max() - 1e-6f, "the largest weight grows with α");
    });

    /// <summary>Two scores: sparsemax is a straight line cut off at both ends.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Row_TwoScores_IsKnownInClosedForm(string name, Form form)
    {
        for (float gap = -3; gap <= 3; gap += 0.125f)
        {
            double first = name == "sparsemax" ? Math.Clamp((1 + gap) / 2, 0, 1) : Math.Abs(gap) >= 2 ? (gap > 0 ? 1 : 0) : Math.Pow((gap / 4) + Math.Sqrt(0.5 - (gap * gap / 16)), 2);
            float[] weights = Weights(name, form, [5 + gap, 5]);
            Assert.Equal(first, weights[0], 2e-6);
            Assert.Equal(1 - first, weights[1], 2e-6);
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Row_Limits_AreTheUniformAndTheSingleWeight(string name, Form form)
    {
        float[] row = new Draw(712).Normal(50);
        Assert.All(Weights(name, form, Array.ConvertAll(row, score => score * 1e-6f)), weight => Assert.Equal(0.02, weight, 1e-5));
        float[] hard = Weights(name, form, Array.ConvertAll(row, score => score * 1e4f));
        Assert.Equal(Array.IndexOf(row, row.Max()), Array.IndexOf(hard, 1));
        Assert.Equal(1, hard.Sum());
        Assert.All(Weights(name, form, new float[50]), weight => Assert.Equal(0.02, weight, 1e-7));
    }

    /// <summary>A row of which each pass drops one score is the slowest there is.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Row_ScoresThatFallOutOneByOne_AreStillRight(string name, Form form)
    {
        RowOperation operation = RowOperation.Of(name);
        float[] row = [.. Enumerable.Range(0, 300).Select(i => -1 + MathF.Pow(0.9f, i))];
        RowShape shape = new(1, row.Length);
        float[] naive = new float[row.Length];
        operation.ForwardNaive(shape, row, naive, default);
        ErrorBudget.Forward.Assert(name, operation.Rows(shape, row), naive, operation.Results(shape, row, form.Options()));
    }

    private static float[] Weights(string name, Form form, float[] row) => RowOperation.Of(name).Results(new(1, row.Length), row, form.Options());

    private static void Holds(Action<float[]> law) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(100).WithReplay(20160206, 3).WithQuietOnSuccess(true), Prop.ForAll(Rows, law));
}
