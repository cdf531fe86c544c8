namespace Attention.Kernels.Tests;

[Trait(Tier.Trait, Tier.Every)]
public sealed class AttentionBackwardTests
{
    public static TheoryData<MaskKind> EveryMask => new(MaskKinds.All);

    /// <summary>D and Dv of 1, 3, 80 and 256; grouped heads; several panels of keys and blocks of queries; and nothing at all.</summary>
    public static readonly string[] Shapes =
    [
        "1×2×5×7×1/3", "1×1×17×65×80/64", "1×1×5×9×256/3", "1×1×4×60×3/256", "2×4/2×7×19×8/5", "3×2/1×33×17×12",
        "1×1×130×200×16", "1×2/1×150×110×8/12", "1×1×260×50×24", "0×2×5×7×8", "2×2×0×7×8", "2×2/1×5×0×8/3", "0×1×0×0×1",
    ];

    public static TheoryData<string, MaskKind> EveryShapeAndMask => [.. from shape in Shapes from mask in MaskKinds.All select (shape, mask)];

    [Theory]
    [MemberData(nameof(EveryShapeAndMask))]
    public void Backward_EveryShapeAndMask_StaysInBudgetAndInBounds(string shape, MaskKind mask)
    {
        AttentionBackwardJudge judge = new(AttentionBackwardCase.Draw(AttentionCase.Parse(shape), mask, seed: 500 + shape.Length + (int)mask));
        judge.AssertEveryForm(turn: 0);
        judge.AssertEveryForm(turn: 1);
    }

    [Theory]
    [MemberData(nameof(EveryMask))]
    public void Backward_EveryHardLength_StaysInBudgetAndInBounds(MaskKind mask)
    {
        int[] lengths = [0, 1, 2, 8, 17, 47, 48, 49, 96, 97, 129];
        for (int index = 0; index < lengths.Length; index++)
        {
            // Each length once as N and once as M, with a partner that changes from mask to mask.
            AttentionShape shape = AttentionShape.Single(lengths[index], lengths[(index + (5 * (int)mask)) % lengths.Length], 4, 5);
            new AttentionBackwardJudge(AttentionBackwardCase.Draw(shape, mask, seed: 520 + index)).AssertEveryForm(index + (int)mask);
        }
    }

    [Theory]
    [MemberData(nameof(EveryMask))]
    public void Backward_EveryHardWidth_StaysInBudgetAndInBounds(MaskKind mask)
    {
        int[] widths = [1, 2, 3, 7, 8, 9, 16, 17, 33, 48, 49, 64, 65];
        for (int index = 0; index < widths.Length; index++)
        {
            AttentionShape shape = AttentionShape.Single(5, 18, widths[index], widths[(index + (5 * (int)mask)) % widths.Length]);
            new AttentionBackwardJudge(AttentionBackwardCase.Draw(shape, mask, seed: 540 + index)).AssertEveryForm(index + (int)mask);
        }
    }

    /// <summary>Scores of about ±1000: nearly every weight is 0 or 1.</summary>
    [Theory]
    [MemberData(nameof(EveryMask))]
    public void Backward_ExtremeScores_StaysInBudget(MaskKind mask)
    {
        foreach (string shape in (string[])["2×2×9×33×1", "1×2/1×33×70×3/5", "1×1×40×130×64"])
        {
            new AttentionBackwardJudge(AttentionBackwardCase.Draw(AttentionCase.Parse(shape), mask, seed: 560, deviation: 30)).AssertEveryForm();
        }
    }

    /// <summary>Scores between 90 and 100, where e^x overflows, and between −100 and −90, where it vanishes.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void Backward_ScoresBeyondExp_StaysInBudget(int sign)
    {
        AttentionShape shape = AttentionCase.Parse("1×2×20×130×1/4");
        Draw draw = new(570);
        Sizes sizes = new(shape);
        float[] query = Array.ConvertAll(draw.Uniform(sizes.Query, 9.49f, 10), value => value * sign);
        AttentionCase problem = new($"scores 90..100 × {sign}, seed 570", shape, query, draw.Uniform(sizes.Key, 9.49f, 10), draw.Normal(sizes.Value), MaskCase.None);
        new AttentionBackwardJudge(AttentionBackwardCase.Of(problem, 571)).AssertEveryForm();
    }

    [Theory]
    [InlineData(1e-39, 1, 1, 1)]
    [InlineData(1, 1, 1e-39, 1)]
    [InlineData(1, 1, 1, 1e-39)]
    [InlineData(1e-30, 1e-30, 1e-30, 1)]
    public void Backward_Denormals_StaysInBudget(double query, double key, double value, double slope)
    {
        AttentionShape shape = AttentionCase.Parse("1×2×9×37×5");
        Sizes sizes = new(shape);
        Draw draw = new(580);
        AttentionCase problem = new(
            $"q×{query} k×{key} v×{value} slope×{slope}, seed 580", shape, draw.Normal(sizes.Query, query), draw.Normal(sizes.Key, key), draw.Normal(sizes.Value, value), MaskCase.None);
        new AttentionBackwardJudge(AttentionBackwardCase.Of(problem, 581) with { Slopes = draw.Normal(sizes.Output, slope) }).AssertEveryForm();
    }

    [Theory]
    [InlineData(0.125)]
    [InlineData(3)]
    [InlineData(-1)]
    [InlineData(0)]
    public void Backward_OwnScale_StaysInBudget(double scale)
    {
        foreach (MaskKind mask in (MaskKind[])[MaskKind.None, MaskKind.Causal, MaskKind.BiasPerHead])
        {
            AttentionCase problem = AttentionCase.Draw(AttentionCase.Parse("1×2×19×35×6/5"), mask, seed: 590);
            new AttentionBackwardJudge(AttentionBackwardCase.Of(problem with { Scale = (float)scale, Name = $"{problem}, scale {scale}" }, 591)).AssertEveryForm();
        }
    }

    /// <summary>What Forward dropped is dropped again: by the budget, and by moving inputs while the same weights stay dropped.</summary>
    [Theory]
    [InlineData(0.1f)]
    [InlineData(0.5f)]
    [InlineData(0.9f)]
    public void Backward_WithDropout_DropsWhatForwardDropped(float rate)
    {
        MaskKind[] masks = [MaskKind.None, MaskKind.Causal, MaskKind.Window, MaskKind.BiasPerHead, MaskKind.LeftPadding, MaskKind.AllRanges];
        foreach ((MaskKind mask, string text) in from mask in masks from text in (string[])["2×4/2×19×35×8/5", "1×2×130×110×16", "2×1×5×1×3"] select (mask, text))
        {
            AttentionCase problem = AttentionCase.Draw(AttentionCase.Parse(text), mask, seed: 593) with { Dropout = new(rate, 594) };
            new AttentionBackwardJudge(AttentionBackwardCase.Of(problem, 595)).AssertEveryForm();
            new AttentionBackwardJudge(AttentionBackwardCase.Of(problem with { Layout = AttentionLayout.LengthFirst }, 595)).AssertEveryForm();
        }

        AttentionCase small = AttentionCase.Draw(AttentionCase.Parse("2×2/1×5×7×3/2"), MaskKind.Causal, seed: 596) with { Dropout = new(rate, 597) };
        AssertFiniteDifferences(AttentionBackwardCase.Of(small, 598));
    }

    [Theory]
    [InlineData(MaskKind.None)]
    [InlineData(MaskKind.Causal)]
    [InlineData(MaskKind.BiasPerHead)]
    [InlineData(MaskKind.AllRanges)]
    public void Backward_ManyThreads_StaysInBudget(MaskKind mask)
    {
        foreach (string shape in (string[])["2×4/2×140×150×16", "1×1×200×200×32", "0×2×5×7×8"])
        {
            AttentionBackwardCase problem = AttentionBackwardCase.Draw(AttentionCase.Parse(shape), mask, seed: 600);
            AttentionBackwardJudge judge = new(problem);
            foreach (int threads in (int[])[0, 2, 5])
            {
                judge.Assert($"{threads} threads", AttentionBackwardCalls.Backward(Form.Door).Run(problem, maxThreads: threads));
            }
        }
    }

    /// <summary>Whichever registers computed the forward pass, its logSumExp serves.</summary>
    [Fact]
    public void Backward_AfterAForwardOfAnyWidth_StaysInBudget()
    {
        foreach (MaskKind mask in (MaskKind[])[MaskKind.None, MaskKind.Everything])
        {
            AttentionBackwardCase problem = AttentionBackwardCase.Draw(AttentionCase.Parse("1×2/1×40×130×20"), mask, seed: 610);
            AttentionResult[] forwards = [.. Forms.Supported.Select(form => AttentionCalls.Forward(form).Run(problem.Problem)), new AttentionForward(AttentionCalls.Naive).Run(problem.Problem)];
            foreach (AttentionResult forward in forwards)
            {
                new AttentionBackwardJudge(problem with { Forward = forward }).AssertEveryForm();
            }
        }
    }

    /// <summary>Without calculus: the loss Σ slope · output, moved one input at a time.</summary>
    [Theory]
    [MemberData(nameof(EveryMask))]
    public void Backward_AgainstFiniteDifferences_Agrees(MaskKind mask) =>
        AssertFiniteDifferences(AttentionBackwardCase.Draw(AttentionCase.Parse("2×2/1×5×7×3/2"), mask, seed: 620));

    /// <summary>The oracle itself, against the same differences.</summary>
    [Fact]
    public void Oracle_AgainstFiniteDifferences_Agrees()
    {
        AttentionBackwardCase problem = AttentionBackwardCase.Draw(AttentionCase.Parse("2×2/1×5×7×3/2"), MaskKind.Everything, seed: 630);
        AttentionCase forward = problem.Problem;
        AttentionBackwardOracle oracle = AttentionBackwardOracle.Of(forward, problem.Slopes);
        (double[] q, double[] k, double[] v) = (Doubles(forward.Query), Doubles(forward.Key), Doubles(forward.Value));
        double[] differences = FiniteDifferences.Of(q, moved => AttentionLoss.Of(forward, problem.Slopes, moved, k, v));
        Assert.All(oracle.Query.Values, (value, index) => Assert.Equal(differences[index], value, 1e-8));
        differences = FiniteDifferences.Of(k, moved => AttentionLoss.Of(forward, problem.Slopes, q, moved, v));
        Assert.All(oracle.Key.Values, (value, index) => Assert.Equal(differences[index], value, 1e-8));
    }

    private static void AssertFiniteDifferences(AttentionBackwardCase problem)
    {
        AttentionCase forward = problem.Problem;
        AttentionGradients gradients = AttentionBackwardCalls.Backward(Form.Door).Run(problem);
        double Loss(double[] query, double[] key, double[] value) => AttentionLoss.Of(forward, problem.Slopes, query, key, value);
        (double[] q, double[] k, double[] v) = (Doubles(forward.Query), Doubles(forward.Key), Doubles(forward.Value));
        FiniteDifferences.Assert($"query, {problem}", forward.Query, moved => Loss(moved, k, v), gradients.Query);
        FiniteDifferences.Assert($"key, {problem}", forward.Key, moved => Loss(q, moved, v), gradients.Key);
        FiniteDifferences.Assert($"value, {problem}", forward.Value, moved => Loss(q, k, moved), gradients.Value);
    }

    private static double[] Doubles(float[] values) => Array.ConvertAll(values, value => (double)value);
}
