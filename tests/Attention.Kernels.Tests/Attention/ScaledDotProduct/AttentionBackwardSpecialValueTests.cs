namespace Attention.Kernels.Tests;

/// <summary>NaN and infinities go where the formula sends them, and nothing that is hidden is looked at.</summary>
[Trait(Tier.Trait, Tier.Every)]
public sealed class AttentionBackwardSpecialValueTests
{
    public static TheoryData<Form, MaskKind> EveryFormAndMask => [.. from form in Forms.Supported from mask in MaskKinds.All select (form, mask)];

    /// <summary>A key that nobody sees, and a query that sees nobody, may hold NaN and change no bit; their own gradients are zero.</summary>
    [Theory]
    [MemberData(nameof(EveryFormAndMask))]
    public void NotANumber_WhereNobodyLooks_ChangesNoBit(Form form, MaskKind mask)
    {
        foreach ((string text, float? cap) in ((string, float?)[])[("2×2/1×37×60×5/3", null), ("1×2×140×110×9/17", null), ("2×2/1×37×60×5/3", 3)])
        {
            AttentionBackwardCase clean = AttentionBackwardCase.Of(AttentionCase.Draw(AttentionCase.Parse(text), mask, seed: 800) with { SoftCap = cap }, seed: 800);
            AttentionCase problem = clean.Problem;
            AttentionShape shape = problem.Shape;
            bool[] query = new bool[problem.Sizes.Rows], key = new bool[shape.Batch * shape.KeyHeads * shape.Keys];
            ForEachPair(problem, (row, keyRow) => query[row] = key[keyRow] = true);
            AttentionBackwardCase poisoned = clean with
            {
                Problem = problem with { Query = Poison(problem.Query, shape.Width, query), Key = Poison(problem.Key, shape.Width, key), Value = Poison(problem.Value, shape.ValueWidth, key) },
                Slopes = Poison(clean.Slopes, shape.ValueWidth, query),
            };
            AttentionGradients expected = AttentionBackwardCalls.Backward(form).Run(clean);
            AttentionGradients.AssertSame($"{form}, {problem}", expected, AttentionBackwardCalls.Backward(form).Run(poisoned));
            AssertZero(expected.Query, shape.Width, query);
            AssertZero(expected.Key, shape.Width, key);
            AssertZero(expected.Value, shape.ValueWidth, key);
        }
    }

    /// <summary>NaN in one row of any input reaches exactly the gradients of the rows that see it or that it sees, in this form as in the naive one; all others keep their bits.</summary>
    [Theory]
    [MemberData(nameof(EveryFormAndMask))]
    public void NotANumber_InOneRow_EndsWhereTheFormulaSendsIt(Form form, MaskKind mask)
    {
        foreach ((int place, float? cap) in from place in Enumerable.Range(0, 4) from cap in (float?[])[null, 3] select (place, cap))
        {
            float poison = (((int)mask + place) % 3) switch { 0 => float.NaN, 1 => float.PositiveInfinity, _ => float.NegativeInfinity };
            AttentionCase drawn = AttentionCase.Draw(AttentionCase.Parse("1×2/1×37×60×3/5"), mask, seed: 810 + place) with { SoftCap = cap };
            AttentionBackwardCase clean = AttentionBackwardCase.Of(drawn, seed: 810 + place);
            float[] query = [.. clean.Problem.Query], key = [.. clean.Problem.Key], value = [.. clean.Problem.Value], slopes = [.. clean.Slopes];
            float[] target = place switch { 0 => query, 1 => key, 2 => value, _ => slopes };
            target[new Draw(820 + place).Integer(0, target.Length - 1)] = poison;
            AttentionCase problem = clean.Problem with { Query = query, Key = key, Value = value };
            AttentionBackwardCase poisoned = new(problem, slopes, AttentionCalls.Forward(Form.Door).Run(problem));
            AttentionGradients expected = AttentionBackwardCalls.Naive.Run(poisoned), actual = AttentionBackwardCalls.Backward(form).Run(poisoned);
            string what = $"{form}, {poison} in buffer {place}, {clean}";
            AssertSameFiniteness($"queries, {what}", expected.Query, actual.Query);
            AssertSameFiniteness($"keys, {what}", expected.Key, actual.Key);
            AssertSameFiniteness($"values, {what}", expected.Value, actual.Value);
        }
    }

    /// <summary>All keys padded away: nothing is seen, and every gradient is zero.</summary>
    [Fact]
    public void FullyMasked_HoldsNotANumberEverywhere_HasZeroGradients()
    {
        foreach (Form form in Forms.Supported)
        {
            AttentionCase problem = AttentionCase.Draw(AttentionCase.Parse("2×2×9×35×4/5"), MaskKind.None, seed: 830) with { Mask = new KeyLengthsCase([0, 35]) };
            problem.Query.AsSpan(0, problem.Query.Length / 2).Fill(float.NaN);
            problem.Key.AsSpan(0, problem.Key.Length / 2).Fill(float.NaN);
            problem.Value.AsSpan(0, problem.Value.Length / 2).Fill(float.NaN);
            AttentionBackwardCase each = AttentionBackwardCase.Of(problem, 831);
            each.Slopes.AsSpan(0, each.Slopes.Length / 2).Fill(float.NaN);
            AttentionGradients gradients = AttentionBackwardCalls.Backward(form).Run(each);
            foreach (float[] gradient in (float[][])[gradients.Query, gradients.Key, gradients.Value])
            {
                Bits.Same($"{form}, the sequence without keys", new float[gradient.Length / 2], gradient.AsSpan(0, gradient.Length / 2));
                Assert.All(gradient[(gradient.Length / 2)..], slope => Assert.True(float.IsFinite(slope) && slope != 0));
            }
        }
    }

    /// <summary>Where one key takes everything, weights are 0 and 1: its value gets the slope as nearly as a float of that size can say, and no score has any.</summary>
    [Theory]
    [InlineData(1e3f)]
    [InlineData(-1e3f)]
    public void OneKeyTakesEverything_GivesItTheSlope(float size)
    {
        AttentionShape shape = AttentionCase.Parse("1×1×20×60×1");
        foreach (Form form in Forms.Supported)
        {
            AttentionCase problem = AttentionCase.Draw(shape, MaskKind.None, seed: 840) with { Scale = 1 };
            Array.Fill(problem.Query, 1);
            Array.Fill(problem.Key, Math.Min(size, 2 * size));
            problem.Key[37] = Math.Max(size, 2 * size);
            AttentionBackwardCase each = AttentionBackwardCase.Of(problem, 841);
            AttentionGradients gradients = AttentionBackwardCalls.Backward(form).Run(each);
            Assert.All(gradients.Query, slope => Assert.Equal(0, slope));
            Assert.All(gradients.Key, slope => Assert.Equal(0, slope));
            double[] sums = new double[60], sizes = new double[60];
            (sums[37], sizes[37]) = (each.Slopes.Sum(slope => (double)slope), each.Slopes.Sum(slope => Math.Abs((double)slope)));
            ErrorBudget.Rounding(20 + (8 * Math.Abs(size))).Assert($"{form}, size {size}", new(sums, sizes), gradients.Value);
        }
    }

    private static void ForEachPair(AttentionCase problem, Action<int, int> see)
    {
        AttentionShape shape = problem.Shape;
        for (int row = 0; row < problem.Sizes.Rows; row++)
        {
            (int b, int h, int i) = (row / shape.Queries / shape.Heads, row / shape.Queries % shape.Heads, row % shape.Queries);
            int keyHead = (b * shape.KeyHeads) + (h / (shape.Heads / shape.KeyHeads));
            for (int j = 0; j < shape.Keys; j++)
            {
                if (problem.Mask.Visible(b, h, i, j))
                {
                    see(row, (keyHead * shape.Keys) + j);
                }
            }
        }
    }

    private static float[] Poison(float[] values, int width, bool[] seen)
    {
        float[] poisoned = [.. values];
        for (int row = 0; row < seen.Length; row++)
        {
            if (!seen[row])
            {
                poisoned.AsSpan(row * width, width).Fill(row % 2 == 0 ? float.NaN : float.NegativeInfinity);
            }
        }

        return poisoned;
    }

    private static void AssertZero(float[] gradient, int width, bool[] seen) =>
        Assert.All(gradient, (slope, index) => Assert.True(seen[index / width] || slope == 0, $"[{index}] of a row that nobody sees is {slope}"));

    private static void AssertSameFiniteness(string what, float[] expected, float[] actual)
    {
        for (int index = 0; index < expected.Length; index++)
        {
            Assert.True(float.IsFinite(expected[index]) == float.IsFinite(actual[index]), $"{what}: [{index}] is {actual[index]}, and by the naive form {expected[index]}");
        }
    }
}
