namespace Attention.Kernels.Tests;

/// <summary>Masks that say the same in different words.</summary>
[Trait(Tier.Trait, Tier.Every)]
public sealed class MaskLawTests
{
    private static readonly string[] Shapes = ["2×2×33×70×8/5", "1×4/2×130×300×16", "1×1×70×33×8", "2×3×1×40×6"];

    public static TheoryData<Form> Every => Forms.Theory;

    /// <summary>Every kind that only hides: written down as a pattern, it gives the same bits.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void WhatOnlyHides_SaidAsPattern_GivesTheSameBits(Form form)
    {
        MaskKind[] hiding =
            [MaskKind.Causal, MaskKind.KeyLengths, MaskKind.Window, MaskKind.CausalWindowAndSinks, MaskKind.WindowAndSinks, MaskKind.KeyStarts, MaskKind.KeyStartsAndLengths,
             MaskKind.Blocks, MaskKind.BlocksPerHead, MaskKind.CausalSinksAfterStarts, MaskKind.AllRanges];
        foreach ((MaskKind mask, string text) in from mask in hiding from text in Shapes select (mask, text))
        {
            AttentionCase problem = AttentionCase.Draw(AttentionCase.Parse(text), mask, seed: 301);
            bool[] pattern = Everywhere(problem.Shape, problem.Mask.Visible);
            AssertSame($"{form}, {problem}", form, problem, problem with { Mask = new VisibleCase(problem.Shape, Repeated.Nowhere, pattern) });
        }
    }

    /// <summary>Every kind that adds by distance: written down as a bias, it gives the same answer.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void WhatAddsByDistance_SaidAsBias_GivesTheSameAnswer(Form form)
    {
        MaskKind[] adding = [MaskKind.Alibi, MaskKind.CausalAlibi, MaskKind.RelativeBias, MaskKind.CausalRelativeBias];
        foreach ((MaskKind mask, string text) in from mask in adding from text in Shapes select (mask, text))
        {
            AttentionCase problem = AttentionCase.Draw(AttentionCase.Parse(text), mask, seed: 303);
            float[] bias = Everywhere(problem.Shape, (b, h, i, j) => problem.Mask.Visible(b, h, i, j) ? problem.Mask.Bias(b, h, i, j) : float.NegativeInfinity);
            new AttentionJudge(problem).Assert($"{form}, as a bias", AttentionCalls.Forward(form).Run(problem with { Mask = new BiasCase(problem.Shape, Repeated.Nowhere, bias) }));
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Window_AsWideAsTheSequence_HidesNothing(Form form)
    {
        foreach (string text in Shapes)
        {
            AttentionCase problem = AttentionCase.Draw(AttentionCase.Parse(text), MaskKind.None, seed: 305);
            AttentionShape shape = problem.Shape;
            int longest = Math.Max(shape.Queries, shape.Keys);
            foreach (WindowCase window in (WindowCase[])[new(shape, longest, longest, 0), new(shape, int.MaxValue, int.MaxValue, 0), new(shape, 0, 0, shape.Keys), new(shape, 3, 1, int.MaxValue)])
            {
                AssertSame($"{form}, {problem}, {window}", form, problem, problem with { Mask = window });
            }

            CausalCase causal = new(shape);
            AssertSame($"{form}, {problem}, backwards only", form, problem with { Mask = causal }, problem with { Mask = new WindowCase(shape, int.MaxValue, 0, 0) });
            AssertSame($"{form}, {problem}, causal", form, problem with { Mask = causal }, problem with { Mask = new BothCase(causal, new WindowCase(shape, longest, longest, 2)) });
        }
    }

    /// <summary>One key wide: every query gets the value that stands where it stands.</summary>
    [Fact]
    public void Window_OfTheQueryItself_GivesItsOwnValue()
    {
        Draw draw = new(307);
        float[,] query = draw.Matrix(5, 4), key = draw.Matrix(7, 4), value = draw.Matrix(7, 3);
        float[,] output = ScaledDotProduct.Attend(query, key, value, Mask.Window(0, 0));
        double[] own = [.. value.Cast<float>().Skip(2 * 3).Select(element => (double)element)];

        // A weight that is nearly one times the value, times one over that weight.
        ErrorBudget.Rounding(operations: 3).Assert("window of one key, seed 307", new(own), [.. output.Cast<float>()]);
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void NothingAdded_IsNoMask(Form form)
    {
        foreach (string text in Shapes)
        {
            AttentionCase problem = AttentionCase.Draw(AttentionCase.Parse(text), MaskKind.None, seed: 309);
            AttentionShape shape = problem.Shape;
            AttentionJudge judge = new(problem);
            judge.Assert($"{form}, slopes of zero", AttentionCalls.Forward(form).Run(problem with { Mask = new AlibiCase(shape, new float[shape.Heads]) }));
            judge.Assert($"{form}, a table of zeros", AttentionCalls.Forward(form).Run(problem with { Mask = new RelativeBiasCase(shape, new float[shape.Heads * 8], 8, true, 20) }));
            float[] zeros = new float[Repeated.OverBatches.Count(shape)];
            judge.Assert($"{form}, a bias of zeros", AttentionCalls.Forward(form).Run(problem with { Mask = new BiasCase(shape, Repeated.OverBatches, zeros) }));
        }
    }

    /// <summary>Left padding of whole first tiles: each sequence gives what it gives without its padding.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void KeyStarts_GiveWhatTheSequenceGivesAlone(Form form)
    {
        AttentionCase padded = AttentionCase.Draw(AttentionCase.Parse("1×1×60×700×16/8"), MaskKind.None, seed: 311);
        foreach (int start in (int[])[1, 143, 144, 145, 500, 699])
        {
            AttentionCase alone = padded with
            {
                Shape = padded.Shape with { Keys = 700 - start },
                Key = padded.Key[(start * 16)..],
                Value = padded.Value[(start * 8)..],
            };
            new AttentionJudge(alone).Assert($"{form}, start {start}", AttentionCalls.Forward(form).Run(padded with { Mask = new KeyStartsCase([start]) }));
        }
    }

    /// <summary>Sinks belong to the sequence: padded at the start, it keeps the same first tokens that it keeps alone, and that a cache of it keeps.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void SinksAfterKeyStarts_AreTheSequencesOwn(Form form)
    {
        AttentionCase padded = AttentionCase.Draw(AttentionCase.Parse("1×1×60×400×16/8"), MaskKind.None, seed: 315);
        foreach ((int start, int sinks, int before) in ((int, int, int)[])[(1, 1, 0), (143, 4, 20), (145, 200, 3), (300, 2, 5), (398, 5, 1), (250, int.MaxValue, 2)])
        {
            AttentionShape shape = padded.Shape with { Keys = 400 - start };
            AttentionCase alone = padded with
            {
                Shape = shape,
                Key = padded.Key[(start * 16)..],
                Value = padded.Value[(start * 8)..],
                Mask = new BothCase(new CausalCase(shape), new WindowCase(shape, before, 0, sinks)),
            };
            KeyStartsCase starts = new([start]);
            BothCase mask = new(starts, new BothCase(new CausalCase(padded.Shape), new WindowCase(padded.Shape, before, 0, sinks, starts)));
            AttentionJudge judge = new(alone);
            judge.Assert($"{form}, start {start}, {sinks} sinks", AttentionCalls.Forward(form).Run(padded with { Mask = mask }));
            judge.Assert($"naive, start {start}, {sinks} sinks", new AttentionForward(AttentionCalls.Naive).Run(padded with { Mask = mask }));
        }
    }

    [Theory]
    [InlineData(4, true, 17)]
    [InlineData(32, true, 128)]
    [InlineData(32, false, 128)]
    [InlineData(8, false, 40)]
    [InlineData(2, false, 2)]
    public void RelativeBucket_IsThePapers(int buckets, bool isBidirectional, int maxDistance)
    {
        for (int position = -300; position <= 300; position++)
        {
            Assert.Equal(RelativeBiasCase.Bucket(position, buckets, isBidirectional, maxDistance), Mask.RelativeBucket(position, buckets, isBidirectional, maxDistance));
            Assert.Equal(Mask.RelativeBucket(position, buckets, isBidirectional, maxDistance), new RelativeBuckets(buckets, isBidirectional, maxDistance).Of(position));
        }

        Assert.Equal((isBidirectional ? buckets / 2 : buckets) - 1, Mask.RelativeBucket(int.MinValue, buckets, isBidirectional, maxDistance));
        Assert.Equal(isBidirectional ? buckets - 1 : 0, Mask.RelativeBucket(int.MaxValue, buckets, isBidirectional, maxDistance));
    }

    /// <summary>The values that T5's own code gives for 32 buckets and 128 positions.</summary>
    [Fact]
    public void RelativeBucket_OfT5_IsKnown()
    {
        int[] positions = [0, -1, -7, -8, -11, -12, -16, -32, -64, -127, -128, -5000, 1, 7, 8, 16, 128];
        Assert.Equal([0, 1, 7, 8, 8, 9, 10, 12, 14, 15, 15, 15, 17, 23, 24, 26, 31], positions.Select(position => Mask.RelativeBucket(position)));
    }

    /// <summary>A row at once is what each place says by itself.</summary>
    [Fact]
    public void Row_IsWhatItsPlacesSay()
    {
        foreach ((MaskKind kind, string text) in from kind in MaskKinds.All from text in Shapes select (kind, text))
        {
            AttentionShape shape = AttentionCase.Parse(text);
            using Fences fences = new(Fence.End);
            Mask mask = new Draw(313).Mask(kind, shape).Build(fences);
            Mask.Head head = mask.ForHead(shape, shape.Batch - 1, shape.Heads - 1);
            float[] row = new float[shape.Keys];
            for (int i = 0; i < shape.Queries; i++)
            {
                int first = i % shape.Keys;
                head.Write(i, first, row.AsSpan(first));
                for (int j = first; j < shape.Keys; j++)
                {
                    Assert.True(head.At(i, j).Equals(row[j]), $"{kind}, {text}, query {i}, key {j}: {head.At(i, j)} and {row[j]}");
                }
            }
        }
    }

    private static T[] Everywhere<T>(AttentionShape shape, Func<int, int, int, int, T> at) =>
        [.. from b in Enumerable.Range(0, shape.Batch) from h in Enumerable.Range(0, shape.Heads) from i in Enumerable.Range(0, shape.Queries) from j in Enumerable.Range(0, shape.Keys) select at(b, h, i, j)];

    private static void AssertSame(string what, Form form, AttentionCase expected, AttentionCase actual)
    {
        (AttentionResult first, AttentionResult second) = (AttentionCalls.Forward(form).Run(expected), AttentionCalls.Forward(form).Run(actual));
        Bits.Same($"output, {what}", first.Output, second.Output);
        Bits.Same($"logSumExp, {what}", first.LogSumExp, second.LogSumExp);
    }
}
