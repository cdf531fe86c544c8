namespace Attention.Kernels.Tests;

/// <summary>One to four queries per head go another way than many: against every key row by row, in pieces.</summary>
[Trait(Tier.Trait, Tier.Every)]
public sealed class FewQueriesTests
{
    public static TheoryData<MaskKind> EveryMask => new(MaskKinds.All);

    /// <summary>One piece and several, whole and not, and every number of rows that share a key.</summary>
    private static readonly string[] Shapes = ["2×4/2×1×513×9/5", "1×3/1×3×600×3/17", "3×2/1×4×7×12"];

    [Theory]
    [MemberData(nameof(EveryMask))]
    public void Forward_FewQueries_StaysInBudgetAndInBounds(MaskKind mask)
    {
        for (int i = 0; i < Shapes.Length; i++)
        {
            new AttentionJudge(AttentionCase.Draw(AttentionCase.Parse(Shapes[i]), mask, seed: 400 + i)).AssertEveryForm();
        }
    }

    /// <summary>The pieces go by the position of the keys, whoever computes them.</summary>
    [Theory]
    [MemberData(nameof(EveryMask))]
    public void Forward_FewQueriesOnMoreThreads_GivesTheSameBits(MaskKind mask)
    {
        AttentionShape shape = AttentionCase.Parse("1×4/2×3×1100×40/24");
        using Fences fences = new(Fence.End);
        AttentionCase problem = AttentionCase.Draw(shape, mask, seed: 77);
        Mask built = problem.Mask.Build(fences);
        float[] alone = new float[problem.Sizes.Output], together = new float[alone.Length];
        ScaledDotProduct.Forward(shape, problem.Query, problem.Key, problem.Value, alone, mask: built, options: new() { MaxThreads = 1 });
        ScaledDotProduct.Forward(shape, problem.Query, problem.Key, problem.Value, together, mask: built, options: new() { MaxThreads = 4 });
        Bits.Same($"{mask}, seed 77", alone, together);
    }

    /// <summary>What a mask hides may hold anything.</summary>
    [Theory]
    [MemberData(nameof(EveryMask))]
    public void Forward_NotANumberWhereNoQueryLooks_ChangesNothing(MaskKind mask)
    {
        AttentionShape shape = AttentionCase.Parse("2×2×2×540×8");
        using Fences fences = new(Fence.End);
        AttentionCase problem = AttentionCase.Draw(shape, mask, seed: 91);
        Mask built = problem.Mask.Build(fences);
        float[] before = new float[problem.Sizes.Output], after = new float[before.Length];
        ScaledDotProduct.Forward(shape, problem.Query, problem.Key, problem.Value, before, mask: built);
        for (int row = 0; row < 2 * 2 * 540; row++)
        {
            (int b, int h, int j) = (row / 1080, row / 540 % 2, row % 540);
            if (!problem.Mask.Visible(b, h, 0, j) && !problem.Mask.Visible(b, h, 1, j))
            {
                problem.Key.AsSpan(row * 8, 8).Fill(float.NaN);
                problem.Value.AsSpan(row * 8, 8).Fill(float.NaN);
            }
        }

        ScaledDotProduct.Forward(shape, problem.Query, problem.Key, problem.Value, after, mask: built);
        Bits.Same($"{mask}, seed 91", before, after);
    }
}
