namespace Attention.Kernels.Tests;

[Trait(Tier.Trait, Tier.Every)]
public sealed class AttentionForwardTests
{
    public static TheoryData<MaskKind> EveryMask => new(MaskKinds.All);

    public static readonly string[] Widths =
        ["1×1×3×5×1", "1×2×5×7×1/3", "1×2×5×7×3/1", "2×1×9×33×64/80", "1×1×17×65×80/64", "1×1×5×9×256/3", "1×1×4×6×3/256", "1×1×33×31×16/17", "1×1×8×40×128/96"];

    public static readonly string[] Heads = ["2×4/4×7×19×8", "2×4/2×7×19×8/5", "2×4/1×7×19×8", "1×6/3×5×9×4/7", "3×2/1×33×17×12"];

    public static readonly string[] Empty = ["0×2×5×7×8", "2×2×0×7×8", "2×2/1×5×0×8/3", "0×1×0×0×1", "1×1×3×0×1"];

    /// <summary>Several blocks of keys and of queries, whatever their size.</summary>
    public static readonly string[] Tiles = ["1×1×130×600×64", "1×1×100×1030×32/40", "1×2/1×257×257×16", "1×1×600×90×24", "1×1×1×1500×64", "2×2/1×250×70×8/12"];

    public static TheoryData<string, MaskKind> EveryShapeAndMask =>
        [.. from shape in (string[])[.. Widths, .. Heads, .. Empty, .. Tiles] from mask in MaskKinds.All select (shape, mask)];

    [Theory]
    [MemberData(nameof(EveryShapeAndMask))]
    public void Forward_EveryShapeAndMask_StaysInBudgetAndInBounds(string shape, MaskKind mask) =>
        new AttentionJudge(AttentionCase.Draw(AttentionCase.Parse(shape), mask, seed: shape.Length + (int)mask)).AssertEveryForm();

    [Theory]
    [MemberData(nameof(EveryMask))]
    public void Forward_EveryHardLength_StaysInBudgetAndInBounds(MaskKind mask)
    {
        int[] keys = Lengths.Hard;
        for (int index = 0; index < Lengths.Hard.Length; index++)
        {
            // Each length once as N and once as M, with a partner that changes from mask to mask.
            AttentionShape shape = AttentionShape.Single(Lengths.Hard[index], keys[(index + (7 * (int)mask)) % keys.Length], 8, 11);
            new AttentionJudge(AttentionCase.Draw(shape, mask, seed: index)).AssertEveryForm();
        }
    }

    [Theory]
    [MemberData(nameof(EveryMask))]
    public void Forward_EveryHardWidth_StaysInBudgetAndInBounds(MaskKind mask)
    {
        int[] widths = Lengths.HardNotEmpty;
        for (int index = 0; index < widths.Length; index++)
        {
            AttentionShape shape = AttentionShape.Single(5, 18, widths[index], widths[(index + (5 * (int)mask)) % widths.Length]);
            new AttentionJudge(AttentionCase.Draw(shape, mask, seed: index)).AssertEveryForm();
        }
    }

    /// <summary>Scores of about ±1000: all weight but that of the largest vanishes, and no exponential may overflow.</summary>
    [Theory]
    [MemberData(nameof(EveryMask))]
    public void Forward_ExtremeScores_StaysInBudget(MaskKind mask)
    {
        foreach (string shape in (string[])["2×2×9×33×1", "1×2/1×33×70×3/5", "1×1×40×300×64"])
        {
            new AttentionJudge(AttentionCase.Draw(AttentionCase.Parse(shape), mask, seed: 21, deviation: 30)).AssertEveryForm();
        }
    }

    /// <summary>Scores between 90 and 100, where e^x overflows, and between −100 and −90, where it vanishes.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void Forward_ScoresBeyondExp_StaysInBudget(int sign)
    {
        foreach (string text in (string[])["1×2×9×33×1/4", "1×1×20×300×1/9"])
        {
            AttentionShape shape = AttentionCase.Parse(text);
            Draw draw = new(31);
            Sizes sizes = new(shape);
            float[] query = Array.ConvertAll(draw.Uniform(sizes.Query, 9.49f, 10), value => value * sign);
            AttentionCase problem = new($"{text}, scores 90..100 × {sign}, seed 31", shape, query, draw.Uniform(sizes.Key, 9.49f, 10), draw.Normal(sizes.Value), MaskCase.None);
            new AttentionJudge(problem).AssertEveryForm();
        }
    }

    [Theory]
    [InlineData(1e-39, 1, 1)]
    [InlineData(1e-30, 1e-30, 1)]
    [InlineData(1, 1, 1e-39)]
    [InlineData(1e-39, 1e-39, 1e-39)]
    public void Forward_Denormals_StaysInBudget(double query, double key, double value)
    {
        AttentionShape shape = AttentionCase.Parse("1×2×9×37×5");
        Sizes sizes = new(shape);
        Draw draw = new(41);
        AttentionCase problem = new(
            $"q×{query} k×{key} v×{value}, seed 41", shape, draw.Normal(sizes.Query, query), draw.Normal(sizes.Key, key), draw.Normal(sizes.Value, value), MaskCase.None);
        new AttentionJudge(problem).AssertEveryForm();
    }

    [Theory]
    [InlineData(0.125)]
    [InlineData(3)]
    [InlineData(-1)]
    [InlineData(0)]
    public void Forward_OwnScale_StaysInBudget(double scale)
    {
        foreach (MaskKind mask in (MaskKind[])[MaskKind.None, MaskKind.Causal, MaskKind.BiasPerHead])
        {
            AttentionCase problem = AttentionCase.Draw(AttentionCase.Parse("1×2×19×35×6/5"), mask, seed: 51) with { Scale = (float)scale };
            new AttentionJudge(problem with { Name = $"{problem}, scale {scale}" }).AssertEveryForm();
        }
    }

    [Theory]
    [MemberData(nameof(EveryMask))]
    public void Forward_ManyThreads_StaysInBudget(MaskKind mask)
    {
        foreach (string shape in (string[])["2×4/2×170×190×16", "1×1×600×300×32", "0×2×5×7×8", "1×3×1×700×64"])
        {
            AttentionCase problem = AttentionCase.Draw(AttentionCase.Parse(shape), mask, seed: 61);
            AttentionJudge judge = new(problem);
            foreach (int threads in (int[])[0, 2, 5])
            {
                judge.Assert($"{threads} threads", AttentionCalls.Forward(Form.Door).Run(problem, maxThreads: threads));
            }
        }
    }

    [Theory]
    [MemberData(nameof(EveryMask))]
    public void Forward_LogSumExpNotWanted_GivesTheSameOutput(MaskKind mask)
    {
        AttentionCase problem = AttentionCase.Draw(AttentionCase.Parse("2×2/1×19×35×6/5"), mask, seed: 71);
        foreach (Form form in Forms.Supported)
        {
            using Fences fences = new(Fence.End);
            float[] output = new float[problem.Sizes.Output];
            AttentionCalls.Forward(form)(problem.Shape, problem.Query, problem.Key, problem.Value, output, default, problem.Mask.Build(fences), default);
            Bits.Same($"{form}, {problem}", AttentionCalls.Forward(form).Run(problem).Output, output);
        }
    }

    [Theory]
    [MemberData(nameof(EveryMask))]
    public void ForwardNaive_WeightsWanted_AreTheOracles(MaskKind mask)
    {
        AttentionCase problem = AttentionCase.Draw(AttentionCase.Parse("2×4/2×9×17×6/5"), mask, seed: 81);
        AttentionOracle oracle = AttentionOracle.Of(problem);
        using Fences fences = new(Fence.End);
        Memory<float> weights = fences.Output(problem.Sizes.Weights, "weights");
        Memory<float> output = fences.Output(problem.Sizes.Output, "output");
        ScaledDotProduct.ForwardNaive(problem.Shape, problem.Query, problem.Key, problem.Value, output.Span, weights.Span, default, problem.Mask.Build(fences));
        fences.AssertIntact();
        ErrorBudget.Rounding(problem.Shape.Width + problem.Shape.Keys + 8).Assert($"weights, {problem}", oracle.Weights, weights.Span);
        Bits.Same($"output beside weights, {problem}", new AttentionForward(AttentionCalls.Naive).Run(problem).Output, output.Span);
    }
}
