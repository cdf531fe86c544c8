namespace Attention.Kernels.Tests;

/// <summary>Scores that end at a cap, before masks.</summary>
[Trait(Tier.Trait, Tier.Every)]
public sealed class AttentionSoftCapTests
{
    private static readonly MaskKind[] Masks = [MaskKind.None, MaskKind.LeftPadding, MaskKind.BiasPerHead, MaskKind.CausalRelativeBias, MaskKind.AllRanges];

    public static TheoryData<Form> Every => Forms.Theory;

    [Theory]
    [InlineData(0.3f, null, 1)]
    [InlineData(5, null, 1)]
    [InlineData(50, null, 30)]
    [InlineData(2, -0.7f, 1)]
    [InlineData(2, 0f, 1)]
    public void ForwardAndBackward_WithCap_StayInBudgetAndInBounds(float cap, float? scale, double deviation)
    {
        foreach ((MaskKind mask, string text) in from mask in Masks from text in (string[])["2×2/1×9×35×8/5", "1×1×20×160×4", "1×1×5×1×3"] select (mask, text))
        {
            AttentionCase drawn = AttentionCase.Draw(AttentionCase.Parse(text), mask, seed: 531, deviation);
            AttentionCase problem = drawn with { SoftCap = cap, Scale = scale, Name = $"{drawn}, cap {cap}, scale {scale}" };
            new AttentionJudge(problem).AssertEveryForm();
            AttentionCase other = mask == MaskKind.BiasPerHead ? problem with { Layout = AttentionLayout.LengthFirst, Dropout = new(0.2f, 532) } : problem;
            new AttentionBackwardJudge(AttentionBackwardCase.Of(other, 533)).AssertEveryForm();
        }
    }

    [Fact]
    public void Backward_AgainstFiniteDifferences_Agrees()
    {
        AttentionCase problem = AttentionCase.Draw(AttentionCase.Parse("2×2/1×5×7×3/2"), MaskKind.CausalAndBias, seed: 535) with { SoftCap = 0.8f };
        AttentionBackwardCase attended = AttentionBackwardCase.Of(problem, 536);
        AttentionGradients gradients = AttentionBackwardCalls.Backward(Form.Door).Run(attended);
        double[] query = Array.ConvertAll(problem.Query, x => (double)x), key = Array.ConvertAll(problem.Key, x => (double)x), value = Array.ConvertAll(problem.Value, x => (double)x);
        FiniteDifferences.Assert("dquery", problem.Query, moved => AttentionLoss.Of(problem, attended.Slopes, moved, key, value), gradients.Query);
        FiniteDifferences.Assert("dkey", problem.Key, moved => AttentionLoss.Of(problem, attended.Slopes, query, moved, value), gradients.Key);
        FiniteDifferences.Assert("dvalue", problem.Value, moved => AttentionLoss.Of(problem, attended.Slopes, query, key, moved), gradients.Value);
    }

    /// <summary>A bias is added after the cap: moved by itself, each number of it has the gradient of the capped score.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void BiasGradient_IsThatOfTheCappedScore(Form form)
    {
        AttentionCase problem = AttentionCase.Draw(AttentionCase.Parse("1×2/1×20×110×3/2"), MaskKind.BiasPerHead, seed: 537) with { SoftCap = 0.8f };
        AttentionBackwardCase each = AttentionBackwardCase.Of(problem, 538);
        using Fences fences = new(Fence.End);
        Mask mask = problem.Mask.Build(fences);
        float[] fast = new float[problem.Sizes.Weights], naive = new float[problem.Sizes.Weights];
        AttentionOptions options = new() { SoftCap = 0.8f, RegisterBits = form.Options().RegisterBits };
        ScaledDotProduct.BackwardWithBias(
            problem.Shape, problem.Query, problem.Key, problem.Value, each.Forward.Output, each.Forward.LogSumExp, each.Slopes, default, default, default, fast, default, mask, options);
        ScaledDotProduct.BackwardWithBiasNaive(
            problem.Shape, problem.Query, problem.Key, problem.Value, each.Forward.Output, each.Forward.LogSumExp, each.Slopes, default, default, default, naive, default, mask, options);
        ErrorBudget.Gradient.Assert($"{form}, {problem}", AttentionBackwardOracle.Of(problem, each.Slopes).Scores, naive, fast);
    }

    /// <summary>Far below the cap a score is itself, and far above it is the cap: then all keys that are seen weigh the same.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Cap_HugeOrTiny_IsNoneOrTheMean(Form form)
    {
        foreach (MaskKind mask in Masks)
        {
            AttentionCase problem = AttentionCase.Draw(AttentionCase.Parse("1×2/1×13×60×8/5"), mask, seed: 539);
            AttentionJudge uncapped = new(problem);
            uncapped.Assert($"{form}, a cap beyond all scores", AttentionCalls.Forward(form).Run(problem with { SoftCap = 1e30f }));
            AttentionBackwardCase attended = AttentionBackwardCase.Of(problem, 540);
            new AttentionBackwardJudge(attended).Assert(
                $"{form}, a cap beyond all scores", AttentionBackwardCalls.Backward(form).Run(attended with { Problem = problem with { SoftCap = 1e30f } }));
            AttentionCase none = problem with { Query = new float[problem.Query.Length] };
            new AttentionJudge(none).Assert($"{form}, a cap of next to nothing", AttentionCalls.Forward(form).Run(problem with { SoftCap = 1e-30f }));
        }
    }

    /// <summary>Even an infinite score ends at the cap, while what a mask hides stays hidden; and NaN is no score.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void InfiniteScores_EndAtTheCap(Form form)
    {
        float[] logSumExp = new float[1], output = new float[1];
        AttentionOptions options = new() { SoftCap = 2, RegisterBits = form.Options().RegisterBits };
        AttentionShape shape = AttentionShape.Single(1, 3, 1, 1);
        int[] two = [2];
        Mask firstTwo = Mask.KeyLengths(two);
        ScaledDotProduct.Forward(shape, [1], [float.PositiveInfinity, float.NegativeInfinity, float.NaN], [1, 2, 3], output, logSumExp, firstTwo, options);
        double sum = Math.Exp(2) + Math.Exp(-2);
        ErrorBudget.Rounding(8).Assert("output", new([(Math.Exp(2) + (2 * Math.Exp(-2))) / sum]), output);
        ErrorBudget.Rounding(8).Assert("logSumExp", new([Math.Log(sum)]), logSumExp);
        float[] slope = [1], key = new float[3], value = new float[3];
        ScaledDotProduct.Backward(
            shape, [1], [float.PositiveInfinity, float.NegativeInfinity, float.NaN], [1, 2, 3], output, logSumExp, slope, default, key, value, firstTwo, options);
        Assert.Equal([0, 0, 0], key);
        Assert.Equal(0, value[2]);
        ScaledDotProduct.Forward(shape, [1], [float.PositiveInfinity, float.NegativeInfinity, float.NaN], [1, 2, 3], output, logSumExp, default, options);
        Assert.True(float.IsNaN(output[0]) && float.IsNaN(logSumExp[0]));
    }

    [Fact]
    public void Weights_WithCap_AreTheNaiveForms()
    {
        Draw draw = new(541);
        float[,] query = draw.Matrix(7, 4), key = draw.Matrix(9, 4), value = draw.Matrix(9, 3);
        AttentionOptions options = new() { SoftCap = 0.5f };
        float[] naive = new float[7 * 9];
        ScaledDotProduct.ForwardNaive(
            AttentionShape.Single(7, 9, 4, 3), [.. query.Cast<float>()], [.. key.Cast<float>()], [.. value.Cast<float>()], new float[21], naive, default, Mask.Causal, options);
        Bits.Same("weights", naive, [.. ScaledDotProduct.Weights(query, key, Mask.Causal, options).Cast<float>()]);
        Assert.NotEqual(naive, [.. ScaledDotProduct.Weights(query, key, Mask.Causal).Cast<float>()]);
    }

    [Fact]
    public void Cap_NoPositiveNumberOrWhereThereIsNone_IsRefused()
    {
        float[] one = [1], output = new float[1];
        foreach ((float cap, string text) in ((float, string)[])[(0, "0"), (-1, "-1"), (float.NaN, "NaN"), (float.PositiveInfinity, "Infinity")])
        {
            Refusal.Says(
                $"SoftCap: expected a number from 1e-37 to 1e37, got {text}",
                () => ScaledDotProduct.Forward(AttentionShape.Single(1, 1, 1, 1), one, one, one, output, options: new() { SoftCap = cap }));
        }

        KeyValueCache cache = KeyValueCache.Contiguous(new CacheShape(1, 1, 1, 1), 1);
        Refusal.Says(
            "SoftCap: expected none, got 50; decoding does not cap scores",
            () => Decode.Forward(new DecodeShape(1, 1), cache, one, output, options: new() { SoftCap = 50 }));
    }
}
