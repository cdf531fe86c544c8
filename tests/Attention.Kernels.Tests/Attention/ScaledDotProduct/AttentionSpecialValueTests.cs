namespace Attention.Kernels.Tests;

/// <summary>NaN and infinities go exactly where the formula sends them, and nowhere else.</summary>
[Trait(Tier.Trait, Tier.Every)]
public sealed class AttentionSpecialValueTests
{
    public static TheoryData<float, MaskKind> EveryPoisonAndMask =>
        [.. from poison in (float[])[float.NaN, float.PositiveInfinity, float.NegativeInfinity] from mask in MaskKinds.All select (poison, mask)];

    public static TheoryData<MaskKind> EveryMask => new(MaskKinds.All);

    [Theory]
    [MemberData(nameof(EveryPoisonAndMask))]
    public void Poison_InAnyBuffer_EndsWhereTheFormulaSendsIt(float poison, MaskKind mask)
    {
        // D = 1: an infinite score keeps the sign of the key. D = 3: signs meet, ∞ − ∞.
        foreach (string text in (string[])["2×2/1×9×35×1/3", "1×2×18×37×3/5", "1×1×5×280×2"])
        {
            AttentionShape shape = AttentionCase.Parse(text);
            for (int place = 0; place < 3; place++)
            {
                AttentionCase problem = AttentionCase.Draw(shape, mask, seed: 300 + place);
                Draw draw = new(310 + place);
                float[] buffer = draw.Pick(problem.Query, problem.Key, problem.Value);
                int index = draw.Integer(0, buffer.Length - 1);
                buffer[index] = poison;
                new AttentionJudge(problem with { Name = $"{problem}, {poison} at {index}, place seed {310 + place}" }).AssertEveryForm();
            }
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Poison_InEachBuffer_SpoilsWhatTheDocsSay(float poison)
    {
        foreach (string buffer in (string[])["query", "key", "value", "bias"])
        {
            for (int index = 0; index < 12; index++)
            {
                AttentionCase problem = AttentionCase.Draw(AttentionCase.Parse("1×1×17×19×3/4"), MaskKind.Bias, seed: 320 + index);
                float[] target = buffer switch { "query" => problem.Query, "key" => problem.Key, "value" => problem.Value, _ => ((BiasCase)problem.Mask).Table };
                int place = new Draw(340 + index).Integer(0, target.Length - 1);
                target[place] = poison;
                new AttentionJudge(problem with { Name = $"{problem}, {poison} in {buffer}[{place}]" }).AssertEveryForm();
            }
        }
    }

    [Theory]
    [InlineData(1e6f)]
    [InlineData(1e8f)]
    [InlineData(1e9f)]
    [InlineData(1e10f)]
    [InlineData(3e10f)]
    [InlineData(1e12f)]
    [InlineData(1e20f)]
    [InlineData(1e37f)]
    [InlineData(-1e9f)]
    [InlineData(-1e10f)]
    [InlineData(-1e37f)]
    public void HugeFiniteScores_AreStillScores(float size)
    {
        // Products with a query of 1 are exact, and neighbours are so far apart that the largest takes everything.
        foreach (MaskKind mask in (MaskKind[])[MaskKind.None, MaskKind.Causal])
        {
            for (int seed = 370; seed < 374; seed++)
            {
                AttentionCase problem = AttentionCase.Draw(AttentionCase.Parse("1×2×150×300×1/3"), mask, seed);
                Draw draw = new(seed);
                Array.Fill(problem.Query, 1);
                for (int j = 0; j < problem.Key.Length; j++)
                {
                    problem.Key[j] = size * (1 + (j % 2 * draw.Integer(0, 90) / 100f));
                }

                new AttentionJudge(problem with { Name = $"{problem}, scores of {size}" }).AssertEveryForm();
            }
        }
    }

    [Fact]
    public void NotANumber_InAQuery_SpoilsThatRowOnly()
    {
        AttentionShape shape = AttentionCase.Parse("1×2×20×33×4/5");
        foreach (Form form in Forms.Supported)
        {
            for (int row = 0; row < 40; row++)
            {
                AttentionCase problem = AttentionCase.Draw(shape, MaskKind.None, seed: 350);
                problem.Query[(row * shape.Width) + (row % shape.Width)] = float.NaN;
                AttentionResult result = AttentionCalls.Forward(form).Run(problem);
                for (int element = 0; element < result.Output.Length; element++)
                {
                    Assert.True(float.IsNaN(result.Output[element]) == (element / shape.ValueWidth == row), $"{form}: NaN in query row {row}, output[{element}] is {result.Output[element]}");
                }

                Assert.All(result.LogSumExp, (value, index) => Assert.Equal(index == row, float.IsNaN(value)));
            }
        }
    }

    [Fact]
    public void NotANumber_InAValue_SpoilsItsColumnInTheRowsThatSeeIt()
    {
        AttentionShape shape = AttentionCase.Parse("1×1×20×20×4/19");
        foreach (Form form in Forms.Supported)
        {
            for (int key = 0; key < shape.Keys; key++)
            {
                AttentionCase problem = AttentionCase.Draw(shape, MaskKind.Causal, seed: 360);
                int column = (7 * key) % shape.ValueWidth;
                problem.Value[(key * shape.ValueWidth) + column] = float.NaN;
                AttentionResult result = AttentionCalls.Forward(form).Run(problem);
                for (int element = 0; element < result.Output.Length; element++)
                {
                    bool spoiled = element / shape.ValueWidth >= key && element % shape.ValueWidth == column;
                    Assert.True(float.IsNaN(result.Output[element]) == spoiled, $"{form}: NaN in value [{key}, {column}], output[{element}] is {result.Output[element]}");
                }

                Assert.All(result.LogSumExp, value => Assert.True(float.IsFinite(value)));
            }
        }
    }

    /// <summary>Only a mask hides. A key whose own score is −∞ is seen, weighs nothing, and 0 · NaN is NaN: alike with every mask, and however many keys there are.</summary>
    [Theory]
    [MemberData(nameof(EveryMask))]
    public void ScoreOfMinusInfinity_BesideAValueThatIsNotANumber_IsSeen(MaskKind mask)
    {
        foreach (string text in (string[])["1×1×9×9×1/3", "1×2×33×70×1/4", "1×1×20×300×1/17"])
        {
            AttentionCase problem = AttentionCase.Draw(AttentionCase.Parse(text), mask, seed: 380);
            problem = problem with { Query = Array.ConvertAll(problem.Query, MathF.Abs) };
            int key = problem.Shape.Keys / 2;
            problem.Key[key] = float.NegativeInfinity;
            problem.Value[(key * problem.Shape.ValueWidth) + 1] = float.NaN;
            new AttentionJudge(problem).AssertEveryForm();
        }
    }

    /// <summary>Many programs mask with the lowest float instead of −∞. It hides like −∞ as long as another key is seen; where all keys have it, it is a bias like any other.</summary>
    [Theory]
    [InlineData(float.MinValue)]
    [InlineData(-2.5e38f)]
    [InlineData(-1e9f)]
    public void LargeFiniteBias_HidesBesideOthers_AndIsABiasWhereAllHaveIt(float bias)
    {
        AttentionShape shape = AttentionCase.Parse("1×2×9×70×4/5");
        foreach (Form form in Forms.Supported)
        {
            AttentionCase hidden = AttentionCase.Draw(shape, MaskKind.BiasPerHead, seed: 390);
            BiasCase mask = (BiasCase)hidden.Mask;
            bool[] wholeRow = [.. mask.Table.Chunk(shape.Keys).Select(row => row.All(float.IsNegativeInfinity))];
            Assert.Contains(true, wholeRow);
            AttentionCase finite = hidden with { Mask = mask with { Table = Array.ConvertAll(mask.Table, value => float.IsNegativeInfinity(value) ? bias : value) } };
            float[] expected = AttentionCalls.Forward(form).Run(hidden).Output;
            float[] actual = AttentionCalls.Forward(form).Run(finite).Output;
            for (int row = 0; row < wholeRow.Length; row++)
            {
                string what = $"{form}, bias {bias}, row {row} of {hidden}";
                Span<float> output = actual.AsSpan(row * shape.ValueWidth, shape.ValueWidth);
                if (wholeRow[row])
                {
                    Assert.All(output.ToArray(), value => Assert.True(float.IsFinite(value) && value != 0, $"{what}: {value}"));
                }
                else
                {
                    Bits.Same(what, expected.AsSpan(row * shape.ValueWidth, shape.ValueWidth), output);
                }
            }
        }
    }

    /// <summary>Scores are lost beside the lowest float, so all keys weigh the same.</summary>
    [Fact]
    public void LowestBiasEverywhere_GivesTheMeanOfTheValues()
    {
        AttentionShape shape = AttentionCase.Parse("1×1×9×70×4/5");
        AttentionCase problem = AttentionCase.Draw(shape, MaskKind.Bias, seed: 391);
        Array.Fill(((BiasCase)problem.Mask).Table, float.MinValue);
        double[] mean = [.. Enumerable.Range(0, 45).Select(element => Enumerable.Range(0, 70).Average(j => (double)problem.Value[(j * 5) + (element % 5)]))];
        double[] magnitudes = [.. Enumerable.Range(0, 45).Select(element => Enumerable.Range(0, 70).Average(j => Math.Abs((double)problem.Value[(j * 5) + (element % 5)])))];
        foreach (Form form in Forms.Supported)
        {
            ErrorBudget.Rounding(operations: 70 + 4).Assert($"{form}, {problem}", new(mean, magnitudes), AttentionCalls.Forward(form).Run(problem).Output);
        }
    }

    [Fact]
    public void FullyMaskedRow_HoldsNotANumberEverywhere_StillGivesZerosAndMinusInfinity()
    {
        AttentionShape shape = AttentionCase.Parse("2×2×9×35×4/5");
        foreach (Form form in Forms.Supported)
        {
            AttentionCase problem = AttentionCase.Draw(shape, MaskKind.None, seed: 370) with { Mask = new KeyLengthsCase([0, 35]) };
            problem.Query.AsSpan(0, problem.Query.Length / 2).Fill(float.NaN);
            problem.Key.AsSpan(0, problem.Key.Length / 2).Fill(float.NaN);
            problem.Value.AsSpan(0, problem.Value.Length / 2).Fill(float.NaN);
            AttentionResult result = AttentionCalls.Forward(form).Run(problem);
            Bits.Same($"{form}: output without keys", new float[problem.Sizes.Output / 2], result.Output.AsSpan(0, problem.Sizes.Output / 2));
            Assert.All(result.LogSumExp[..(problem.Sizes.Rows / 2)], value => Assert.Equal(float.NegativeInfinity, value));
            Assert.All(result.Output[(problem.Sizes.Output / 2)..], value => Assert.True(float.IsFinite(value)));
        }
    }
}
