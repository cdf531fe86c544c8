namespace Attention.Kernels.Tests;

/// <summary>Laws that hold whatever the numbers are.</summary>
[Trait(Tier.Trait, Tier.Every)]
public sealed class AttentionLawTests
{
    public static TheoryData<Form> Every => Forms.Theory;

    public static TheoryData<Form, MaskKind> EveryFormAndMask => [.. from form in Forms.Supported from mask in MaskKinds.All select (form, mask)];

    private static readonly string[] Shapes = ["1×1×7×9×5", "2×2×33×70×8/5", "1×1×130×300×16"];

    [Theory]
    [MemberData(nameof(Every))]
    public void OneKey_GetsAllTheWeight_AndGivesItsValue(Form form)
    {
        foreach (string text in (string[])["1×1×7×1×5", "2×3×33×1×8/65", "1×2×1×1×256/3"])
        {
            AttentionCase problem = AttentionCase.Draw(AttentionCase.Parse(text), MaskKind.None, seed: 201, deviation: 5);
            float[] output = AttentionCalls.Forward(form).Run(problem).Output;
            int width = problem.Shape.ValueWidth;
            double[] expected = [.. output.Select((_, element) => (double)problem.Value[(element / width / problem.Shape.Queries * width) + (element % width)])];

            // A weight that is nearly one times the value, times one over that weight.
            ErrorBudget.Rounding(operations: 3).Assert($"{form}, {problem}", new(expected), output);
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void AllKeysAlike_EveryQueryGetsTheMeanOfTheValues(Form form)
    {
        foreach (string text in Shapes)
        {
            AttentionShape shape = AttentionCase.Parse(text);
            AttentionCase problem = AttentionCase.Draw(shape, MaskKind.None, seed: 203);
            float[] oneKey = new Draw(204).Normal(shape.Width);
            problem = problem with { Key = [.. Enumerable.Range(0, shape.Batch * shape.KeyHeads * shape.Keys).SelectMany(_ => oneKey)] };
            Expected mean = new(new double[problem.Sizes.Output], new double[problem.Sizes.Output]);
            for (int element = 0; element < mean.Values.Length; element++)
            {
                int head = element / (shape.Queries * shape.ValueWidth);
                int column = element % shape.ValueWidth;
                for (int j = 0; j < shape.Keys; j++)
                {
                    double value = problem.Value[(((head * shape.Keys) + j) * shape.ValueWidth) + column];
                    mean.Values[element] += value / shape.Keys;
                    mean.Magnitudes[element] += Math.Abs(value) / shape.Keys;
                }
            }

            ErrorBudget.Rounding(shape.Keys + 4).Assert($"{form}, {problem}", mean, AttentionCalls.Forward(form).Run(problem).Output);
        }
    }

    /// <summary>Queries are a set: asking them in another order gives the same answers in that order.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void QueriesShuffled_AnswersFollow(Form form)
    {
        foreach (string text in Shapes)
        {
            AttentionCase problem = AttentionCase.Draw(AttentionCase.Parse(text), MaskKind.None, seed: 205);
            AttentionShape shape = problem.Shape;
            int[] order = new Draw(206).Shuffled(shape.Queries);
            float[] expected = Reordered(AttentionCalls.Forward(form).Run(problem).Output, order, shape.ValueWidth);
            float[] actual = AttentionCalls.Forward(form).Run(problem with { Query = Reordered(problem.Query, order, shape.Width) }).Output;
            Bits.Same($"{form}, {problem}, order seed 206", expected, actual);
        }
    }

    /// <summary>Keys are a set: with their values they may stand in any order.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void KeysAndValuesShuffledTogether_AnswersStay(Form form)
    {
        foreach (string text in Shapes)
        {
            AttentionCase problem = AttentionCase.Draw(AttentionCase.Parse(text), MaskKind.None, seed: 207);
            AttentionShape shape = problem.Shape;
            int[] order = new Draw(208).Shuffled(shape.Keys);
            AttentionCase shuffled = problem with { Key = Reordered(problem.Key, order, shape.Width), Value = Reordered(problem.Value, order, shape.ValueWidth) };

            // The judge knows the answer of the unshuffled problem only.
            new AttentionJudge(problem).Assert($"{form}, keys shuffled with seed 208", AttentionCalls.Forward(form).Run(shuffled));
        }
    }

    /// <summary>Three ways to say the same mask.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void KeyLengths_SaidAsPatternOrBias_GiveTheSameAnswer(Form form)
    {
        foreach (string text in Shapes)
        {
            AttentionShape shape = AttentionCase.Parse(text);
            AttentionCase problem = AttentionCase.Draw(shape, MaskKind.KeyLengths, seed: 209);
            AttentionJudge judge = new(problem);
            bool[] visible = new bool[Repeated.OverHeads.Count(shape)];
            for (int index = 0; index < visible.Length; index++)
            {
                visible[index] = index % shape.Keys < ((KeyLengthsCase)problem.Mask).Lengths[index / (shape.Queries * shape.Keys)];
            }

            float[] bias = Array.ConvertAll(visible, seen => seen ? 0 : float.NegativeInfinity);
            judge.Assert($"{form}, as a pattern", AttentionCalls.Forward(form).Run(problem with { Mask = new VisibleCase(shape, Repeated.OverHeads, visible) }));
            judge.Assert($"{form}, as a bias", AttentionCalls.Forward(form).Run(problem with { Mask = new BiasCase(shape, Repeated.OverHeads, bias) }));
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Causal_SaidAsPattern_GivesTheSameAnswer(Form form)
    {
        foreach (string text in (string[])[.. Shapes, "1×1×70×33×8", "1×1×300×20×4"])
        {
            AttentionShape shape = AttentionCase.Parse(text);
            AttentionCase problem = AttentionCase.Draw(shape, MaskKind.Causal, seed: 211);
            bool[] visible = new bool[shape.Queries * shape.Keys];
            for (int index = 0; index < visible.Length; index++)
            {
                (int i, int j) = Math.DivRem(index, shape.Keys);
                visible[index] = shape.Keys - j >= shape.Queries - i; // as far from the end as the query, or farther
            }

            new AttentionJudge(problem).Assert($"{form}, as a pattern", AttentionCalls.Forward(form).Run(problem with { Mask = new VisibleCase(shape, Repeated.Everywhere, visible) }));
        }
    }

    /// <summary>Grouped-query attention is multi-head attention whose key heads are repeated.</summary>
    [Theory]
    [MemberData(nameof(EveryFormAndMask))]
    public void KeyHeadsShared_OrRepeatedPerQueryHead_GiveTheSameBits(Form form, MaskKind mask)
    {
        foreach (string text in (string[])["2×4/2×19×35×8/5", "2×4/1×19×35×8/5", "1×6/2×1×70×4"])
        {
            AttentionCase shared = AttentionCase.Draw(AttentionCase.Parse(text), mask, seed: 213);
            AttentionShape shape = shared.Shape;
            AttentionCase repeated = shared with
            {
                Shape = shape with { KeyHeads = shape.Heads },
                Key = Repeat(shared.Key, shape.Keys * shape.Width, shape.Heads / shape.KeyHeads),
                Value = Repeat(shared.Value, shape.Keys * shape.ValueWidth, shape.Heads / shape.KeyHeads),
            };
            Bits.Same($"{form}, {shared}", AttentionCalls.Forward(form).Run(repeated).Output, AttentionCalls.Forward(form).Run(shared).Output);
        }
    }

    /// <summary>Where the rows lie is no part of the sum.</summary>
    [Theory]
    [MemberData(nameof(EveryFormAndMask))]
    public void LengthFirst_IsHeadsFirstTransposed_BitForBit(Form form, MaskKind mask)
    {
        foreach (string text in (string[])["2×4/2×19×35×8/5", "1×3/1×130×290×17/24", "2×2×0×3×4", "2×2×3×0×4"])
        {
            AttentionCase problem = AttentionCase.Draw(AttentionCase.Parse(text), mask, seed: 219);
            foreach (AttentionCase each in (AttentionCase[])[problem, WithNaNValue(problem)])
            {
                AttentionCase lengthFirst = each with { Layout = AttentionLayout.LengthFirst };
                AssertSame($"{form}, {problem}", AttentionCalls.Forward(form).Run(each), AttentionCalls.Forward(form).Run(lengthFirst, Fence.Start));
                AssertSame($"naive, {problem}", new AttentionForward(AttentionCalls.Naive).Run(each), new AttentionForward(AttentionCalls.Naive).Run(lengthFirst));
            }
        }
    }

    [Theory]
    [MemberData(nameof(EveryFormAndMask))]
    public void SameInputs_RunAgain_GiveTheSameBits(Form form, MaskKind mask)
    {
        // Large enough that the work is really shared: small problems stay on the caller's thread.
        AttentionCase problem = AttentionCase.Draw(AttentionCase.Parse("2×4/2×130×260×24/32"), mask, seed: 215);
        AttentionResult first = AttentionCalls.Forward(form).Run(problem, Fence.End);
        foreach (int threads in (int[])[1, 2, 5, 0])
        {
            AttentionResult again = AttentionCalls.Forward(form).Run(problem, Fence.Start, threads);
            Bits.Same($"output, {form}, {problem}, {threads} threads", first.Output, again.Output);
            Bits.Same($"logSumExp, {form}, {problem}, {threads} threads", first.LogSumExp, again.LogSumExp);
        }
    }

    /// <summary>A power of two may stand in the queries or in the scale: neither rounds.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void PowerOfTwo_MovedFromScaleToQueries_ChangesNoBit(Form form)
    {
        AttentionCase problem = AttentionCase.Draw(AttentionCase.Parse("1×2×33×70×16"), MaskKind.Causal, seed: 217);
        float[] withDefault = AttentionCalls.Forward(form).Run(problem).Output;
        Bits.Same($"{form}: 1/√16 said aloud", withDefault, AttentionCalls.Forward(form).Run(problem with { Scale = 0.25f }).Output);
        AttentionCase moved = problem with { Scale = 1, Query = Array.ConvertAll(problem.Query, value => value / 4) };
        Bits.Same($"{form}: ¼ moved into the queries", withDefault, AttentionCalls.Forward(form).Run(moved).Output);
    }

    private static AttentionCase WithNaNValue(AttentionCase problem)
    {
        float[] value = [.. problem.Value];
        if (value.Length > 0)
        {
            value[value.Length / 2] = float.NaN;
        }

        return problem with { Value = value };
    }

    private static void AssertSame(string what, AttentionResult expected, AttentionResult actual)
    {
        Bits.Same($"output, {what}", expected.Output, actual.Output);
        Bits.Same($"logSumExp, {what}", expected.LogSumExp, actual.LogSumExp);
    }

    /// <summary>Rows of all heads, each head's rows in the given order.</summary>
    private static float[] Reordered(float[] values, int[] order, int width)
    {
        float[] reordered = new float[values.Length];
        for (int row = 0; row < values.Length / width; row++)
        {
            int source = (row / order.Length * order.Length) + order[row % order.Length];
            values.AsSpan(source * width, width).CopyTo(reordered.AsSpan(row * width));
        }

        return reordered;
    }

    /// <summary>Each stretch of so many floats, so many times one after the other.</summary>
    private static float[] Repeat(float[] values, int length, int times) =>
        [.. from head in values.Chunk(length) from copy in Enumerable.Repeat(head, times) from value in copy select value];
}
