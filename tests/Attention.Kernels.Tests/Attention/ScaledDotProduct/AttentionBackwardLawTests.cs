namespace Attention.Kernels.Tests;

/// <summary>What must hold between calls, whatever the numbers are.</summary>
[Trait(Tier.Trait, Tier.Every)]
public sealed class AttentionBackwardLawTests
{
    public static TheoryData<Form> Every => Forms.Theory;

    public static TheoryData<Form, MaskKind> EveryFormAndMask => [.. from form in Forms.Supported from mask in MaskKinds.All select (form, mask)];

    /// <summary>Large enough that the work is really shared, with one head and with many.</summary>
    [Theory]
    [MemberData(nameof(EveryFormAndMask))]
    public void Threads_AnyNumber_GiveTheSameBits(Form form, MaskKind mask)
    {
        string text = (int)mask % 2 == 0 ? "2×4/2×140×200×16/24" : "1×1×300×330×24";
        AttentionBackwardCase problem = AttentionBackwardCase.Draw(AttentionCase.Parse(text), mask, seed: 700);
        AttentionGradients alone = AttentionBackwardCalls.Backward(form).Run(problem);
        foreach (int threads in (int[])[2, 3, 8])
        {
            AttentionGradients.AssertSame($"{form}, {problem}, {threads} threads", alone, AttentionBackwardCalls.Backward(form).Run(problem, Fence.Start, threads));
        }
    }

    [Theory]
    [MemberData(nameof(EveryFormAndMask))]
    public void LengthFirst_IsHeadsFirstTransposed_BitForBit(Form form, MaskKind mask)
    {
        foreach (string text in (string[])["2×4/2×19×35×8/5", "1×2/1×130×60×9/5", "2×2×0×3×4", "2×2×3×0×4"])
        {
            AttentionBackwardCase problem = AttentionBackwardCase.Draw(AttentionCase.Parse(text), mask, seed: 710);
            AttentionBackwardCase lengthFirst = problem with { Problem = problem.Problem with { Layout = AttentionLayout.LengthFirst } };
            AttentionGradients.AssertSame($"{form}, {problem}", AttentionBackwardCalls.Backward(form).Run(problem), AttentionBackwardCalls.Backward(form).Run(lengthFirst, Fence.Start));
            AttentionGradients.AssertSame($"naive, {problem}", AttentionBackwardCalls.Naive.Run(problem), AttentionBackwardCalls.Naive.Run(lengthFirst));
        }
    }

    /// <summary>A key head that serves a group is a key head repeated, whose gradients add up.</summary>
    [Theory]
    [MemberData(nameof(EveryFormAndMask))]
    public void GroupedHeads_AreRepeatedHeadsSummed(Form form, MaskKind mask)
    {
        AttentionShape shape = AttentionCase.Parse("2×6/2×37×60×5/7");
        AttentionBackwardCase grouped = AttentionBackwardCase.Draw(shape, mask, seed: 720);
        AttentionCase problem = grouped.Problem;
        AttentionBackwardCase repeated = grouped with
        {
            Problem = problem with
            {
                Shape = shape with { KeyHeads = 6 },
                Key = Repeat(problem.Key, shape.Keys * shape.Width, 3),
                Value = Repeat(problem.Value, shape.Keys * shape.ValueWidth, 3),
            },
        };
        AttentionGradients expected = AttentionBackwardCalls.Backward(form).Run(repeated), actual = AttentionBackwardCalls.Backward(form).Run(grouped);
        Bits.Same($"queries' gradient, {form}, {grouped}", expected.Query, actual.Query);
        ErrorBudget budget = ErrorBudget.Rounding((3 * shape.Queries) + 3);
        budget.Assert($"keys' gradient, {form}, {grouped}", Sum(expected.Key, shape.Keys * shape.Width, 3), actual.Key);
        budget.Assert($"values' gradient, {form}, {grouped}", Sum(expected.Value, shape.Keys * shape.ValueWidth, 3), actual.Value);
    }

    /// <summary>Twice the slopes give twice the gradients, exactly; and none give none.</summary>
    [Theory]
    [MemberData(nameof(EveryFormAndMask))]
    public void Slopes_TimesAPowerOfTwo_GiveGradientsTimesIt(Form form, MaskKind mask)
    {
        AttentionBackwardCase problem = AttentionBackwardCase.Draw(AttentionCase.Parse("2×2/1×35×110×9/5"), mask, seed: 730);
        AttentionGradients once = AttentionBackwardCalls.Backward(form).Run(problem);
        foreach (float factor in (float[])[-2, 0.25f, 0])
        {
            AttentionGradients times = AttentionBackwardCalls.Backward(form).Run(problem with { Slopes = Times(problem.Slopes, factor) });
            AttentionGradients.AssertSame(
                $"{form}, {problem}, times {factor}", new(Plain(Times(once.Query, factor)), Plain(Times(once.Key, factor)), Plain(Times(once.Value, factor))), new(Plain(times.Query), Plain(times.Key), Plain(times.Value)));
        }
    }

    /// <summary>A query that has no slope of its own takes no part: the gradients are those of the problem without it, and its own is zero.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void QueryGradient_OfOneRow_DoesNotDependOnTheOthers(Form form)
    {
        AttentionBackwardCase problem = AttentionBackwardCase.Draw(AttentionCase.Parse("1×1×140×100×9/5"), MaskKind.None, seed: 740);
        AttentionGradients all = AttentionBackwardCalls.Backward(form).Run(problem);
        float[] slopes = [.. problem.Slopes];
        float[] query = [.. problem.Problem.Query];
        Draw draw = new(741);
        for (int row = 0; row < 140; row++)
        {
            if (row % 3 != 0)
            {
                draw.Normal(5, 100).CopyTo(slopes, row * 5);
                draw.Normal(9, 3).CopyTo(query, row * 9);
            }
        }

        AttentionCase others = problem.Problem with { Query = query };
        AttentionGradients changed = AttentionBackwardCalls.Backward(form).Run(new(others, slopes, AttentionCalls.Forward(Form.Door).Run(others)));
        for (int row = 0; row < 140; row += 3)
        {
            Bits.Same($"{form}, row {row}, {problem}", all.Query.AsSpan(row * 9, 9), changed.Query.AsSpan(row * 9, 9));
        }
    }

    /// <summary>The three gradients are three questions; asking one changes no answer.</summary>
    [Theory]
    [MemberData(nameof(EveryFormAndMask))]
    public void Gradients_NotWanted_ChangeNothingElse(Form form, MaskKind mask)
    {
        AttentionBackwardCase each = AttentionBackwardCase.Draw(AttentionCase.Parse("2×2/1×35×110×9/5"), mask, seed: 750);
        AttentionGradients all = AttentionBackwardCalls.Backward(form).Run(each);
        AttentionGradients naive = AttentionBackwardCalls.Naive.Run(each);
        AttentionCase problem = each.Problem;
        using Fences fences = new(Fence.End);
        Mask built = problem.Mask.Build(fences);
        for (int wanted = 0; wanted < 8; wanted++)
        {
            float[] Wanted(int bit, int count) => (wanted & bit) == 0 ? [] : Enumerable.Repeat(Fences.Unwritten, count).ToArray();
            foreach (bool fast in (bool[])[true, false])
            {
                AttentionGradients some = new(Wanted(1, all.Query.Length), Wanted(2, all.Key.Length), Wanted(4, all.Value.Length));
                AttentionBackward backward = fast ? AttentionBackwardCalls.Backward(form) : AttentionBackwardCalls.Naive;
                backward(
                    problem.Shape, problem.Query, problem.Key, problem.Value, each.Forward.Output, each.Forward.LogSumExp, each.Slopes, some.Query, some.Key, some.Value, built, default);
                AttentionGradients whole = fast ? all : naive;
                AttentionGradients expected = new(some.Query.Length == 0 ? [] : whole.Query, some.Key.Length == 0 ? [] : whole.Key, some.Value.Length == 0 ? [] : whole.Value);
                AttentionGradients.AssertSame($"{form}, wanted {wanted}, {each}", expected, some);
            }
        }
    }

    private static float[] Times(float[] values, float factor) => Array.ConvertAll(values, value => value * factor);

    /// <summary>Zero has no sign here.</summary>
    private static float[] Plain(float[] values) => Array.ConvertAll(values, value => value + 0f);

    private static float[] Repeat(float[] values, int length, int times) =>
        [.. from head in values.Chunk(length) from copy in Enumerable.Repeat(head, times) from value in copy select value];

    /// <summary>Each run of so many stretches, added up.</summary>
    private static Expected Sum(float[] values, int length, int times)
    {
        int count = values.Length / times;
        Expected sum = new(new double[count], new double[count]);
        for (int index = 0; index < values.Length; index++)
        {
            int place = (index / length / times * length) + (index % length);
            sum.Values[place] += values[index];
            sum.Magnitudes[place] += Math.Abs(values[index]);
        }

        return sum;
    }
}
