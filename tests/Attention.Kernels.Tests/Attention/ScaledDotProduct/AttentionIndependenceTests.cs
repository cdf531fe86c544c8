namespace Attention.Kernels.Tests;

/// <summary>What must not matter does not: bit for bit.</summary>
[Trait(Tier.Trait, Tier.Every)]
public sealed class AttentionIndependenceTests
{
    public static TheoryData<Form> Every => Forms.Theory;

    public static TheoryData<Form, MaskKind> EveryFormAndMask => [.. from form in Forms.Supported from mask in MaskKinds.All select (form, mask)];

    private static readonly float[] Poisons = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, 1e30f];

    /// <summary>The future of a query may hold anything, NaN included.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Causal_FutureKeysChanged_ChangeNoBit(Form form)
    {
        foreach (string shape in (string[])["1×1×40×40×8/5", "1×2/1×19×35×6", "1×1×35×19×6", "1×1×130×300×16", "1×1×300×300×8"])
        {
            AttentionCase problem = AttentionCase.Draw(AttentionCase.Parse(shape), MaskKind.Causal, seed: 101);
            AttentionResult before = AttentionCalls.Forward(form).Run(problem);
            int queries = problem.Shape.Queries;
            foreach (int query in (int[])[0, 1, queries / 3, queries / 2, queries - 2])
            {
                int firstFuture = Math.Max(0, query + 1 + problem.Shape.Keys - queries);
                foreach (float poison in Poisons)
                {
                    AttentionResult after = AttentionCalls.Forward(form).Run(WithKeys(problem, firstFuture, poison));
                    AssertSameRows($"{form}, {problem}, keys from {firstFuture} became {poison}", problem.Shape, before, after, (_, _, i) => i <= query);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void KeyLengths_KeysBeyondChanged_ChangeNoBit(Form form)
    {
        AttentionShape shape = AttentionCase.Parse("4×2/1×13×70×8/5");
        AttentionCase problem = AttentionCase.Draw(shape, MaskKind.None, seed: 103) with { Mask = new KeyLengthsCase([0, 1, 33, 69]) };
        AttentionResult before = AttentionCalls.Forward(form).Run(problem);
        foreach (float poison in Poisons)
        {
            AttentionCase poisoned = Copy(problem);
            foreach ((int b, int length) in ((KeyLengthsCase)problem.Mask).Lengths.Index())
            {
                Poison(poisoned, b, length, shape.Keys, poison);
            }

            AssertSameRows($"{form}, beyond the key lengths {poison}", shape, before, AttentionCalls.Forward(form).Run(poisoned), (_, _, _) => true);
        }
    }

    /// <summary>A key that one query may not see, and others may: it changes those others only.</summary>
    [Theory]
    [MemberData(nameof(EveryFormAndMask))]
    public void AnyMask_HiddenKeyChanged_ChangesNoBitOfTheRowsThatDoNotSeeIt(Form form, MaskKind mask)
    {
        foreach (string text in (string[])["2×2/1×13×37×8/5", "1×1×70×280×4"])
        {
            AttentionShape shape = AttentionCase.Parse(text);
            AttentionCase problem = AttentionCase.Draw(shape, mask, seed: 105);
            AttentionResult before = AttentionCalls.Forward(form).Run(problem);
            Draw draw = new(106);
            foreach (float poison in Poisons)
            {
                int b = draw.Integer(0, shape.Batch - 1);
                int key = draw.Integer(0, shape.Keys - 1);
                AttentionCase poisoned = Copy(problem);
                Poison(poisoned, b, key, key + 1, poison);
                AttentionResult after = AttentionCalls.Forward(form).Run(poisoned);
                AssertSameRows($"{form}, {problem}, key {key} of batch {b} became {poison}", shape, before, after, (batch, h, i) => batch != b || !problem.Mask.Visible(batch, h, i, key));
            }
        }
    }

    [Theory]
    [MemberData(nameof(EveryFormAndMask))]
    public void AnyMask_OneQueryChanged_ChangesNoBitOfOtherRows(Form form, MaskKind mask)
    {
        AttentionShape shape = AttentionCase.Parse("2×2/1×70×37×8/5");
        AttentionCase problem = AttentionCase.Draw(shape, mask, seed: 107);
        AttentionResult before = AttentionCalls.Forward(form).Run(problem);
        Draw draw = new(108);
        foreach (float poison in Poisons)
        {
            int row = draw.Integer(0, problem.Sizes.Rows - 1);
            AttentionCase poisoned = Copy(problem);
            poisoned.Query.AsSpan(row * shape.Width, shape.Width).Fill(poison);
            AttentionResult after = AttentionCalls.Forward(form).Run(poisoned);
            AssertSameRows($"{form}, {problem}, query row {row} became {poison}", shape, before, after, (b, h, i) => Row(shape, b, h, i) != row);
        }
    }

    /// <summary>A head alone, and the same head among others, give the same bits: neither batch nor heads nor groups leak into each other.</summary>
    [Theory]
    [MemberData(nameof(EveryFormAndMask))]
    public void AnyMask_EachHeadAlone_GivesTheBitsItHasAmongOthers(Form form, MaskKind mask)
    {
        foreach (string text in (string[])["2×4/2×19×35×8/5", "2×3×1×40×6", "1×2×130×260×16"])
        {
            AttentionShape shape = AttentionCase.Parse(text);
            AttentionCase problem = AttentionCase.Draw(shape, mask, seed: 109);
            AttentionResult together = AttentionCalls.Forward(form).Run(problem);
            for (int b = 0; b < shape.Batch; b++)
            {
                for (int h = 0; h < shape.Heads; h++)
                {
                    AttentionResult alone = AttentionCalls.Forward(form).Run(problem.Head(b, h));
                    int row = Row(shape, b, h, 0);
                    string what = $"{form}, {problem}, batch {b} head {h}";
                    Bits.Same($"output, {what}", alone.Output, together.Output.AsSpan(row * shape.ValueWidth, alone.Output.Length));
                    Bits.Same($"logSumExp, {what}", alone.LogSumExp, together.LogSumExp.AsSpan(row, alone.LogSumExp.Length));
                }
            }
        }
    }

    private static int Row(AttentionShape shape, int b, int h, int i) => (((b * shape.Heads) + h) * shape.Queries) + i;

    private static AttentionCase Copy(AttentionCase problem) => problem with { Query = [.. problem.Query], Key = [.. problem.Key], Value = [.. problem.Value] };

    private static AttentionCase WithKeys(AttentionCase problem, int from, float poison)
    {
        AttentionCase poisoned = Copy(problem);
        for (int b = 0; b < problem.Shape.Batch; b++)
        {
            Poison(poisoned, b, from, problem.Shape.Keys, poison);
        }

        return poisoned;
    }

    /// <summary>Overwrites a stretch of keys and of their values, in all key heads of a batch.</summary>
    private static void Poison(AttentionCase problem, int b, int from, int to, float poison)
    {
        AttentionShape shape = problem.Shape;
        for (int g = 0; g < shape.KeyHeads; g++)
        {
            int row = (((b * shape.KeyHeads) + g) * shape.Keys) + from;
            problem.Key.AsSpan(row * shape.Width, (to - from) * shape.Width).Fill(poison);
            problem.Value.AsSpan(row * shape.ValueWidth, (to - from) * shape.ValueWidth).Fill(poison);
        }
    }

    private static void AssertSameRows(string what, AttentionShape shape, AttentionResult before, AttentionResult after, Func<int, int, int, bool> unaffected)
    {
        for (int b = 0; b < shape.Batch; b++)
        {
            for (int h = 0; h < shape.Heads; h++)
            {
                for (int i = 0; i < shape.Queries; i++)
                {
                    int row = Row(shape, b, h, i);
                    if (unaffected(b, h, i))
                    {
                        Bits.Same($"output of batch {b} head {h} query {i}: {what}", Slice(before, row), Slice(after, row));
                        Bits.Same($"logSumExp of batch {b} head {h} query {i}: {what}", before.LogSumExp.AsSpan(row, 1), after.LogSumExp.AsSpan(row, 1));
                    }
                }
            }
        }

        ReadOnlySpan<float> Slice(AttentionResult result, int row) => result.Output.AsSpan(row * shape.ValueWidth, shape.ValueWidth);
    }
}
