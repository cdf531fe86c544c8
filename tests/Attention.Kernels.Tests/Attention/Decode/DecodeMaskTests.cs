namespace Attention.Kernels.Tests;

[Trait(Tier.Trait, Tier.Every)]
public sealed class DecodeMaskTests
{
    private static readonly int[] Lengths = [600, 33, 530];

    /// <summary>The last sequence's first two new tokens see nothing.</summary>
    private static readonly int[] Starts = [100, 31, 529];

    private static readonly float[] Slopes = [0, 0.01f, 0.5f, -0.001f];

    /// <summary>With a bucket of the second head hidden.</summary>
    private static readonly float[] Table = [.. new Draw(5).Normal(4 * 8).Select((x, i) => i == 11 ? float.NegativeInfinity : x)];

    private static readonly int[] OneStart = [1], TwoStarts = [1, 1], LateStart = [4, 5], StartsOfTwo = [7, 2], TooLateForOne = [4, 4];

    public static TheoryData<CacheKind, Form> Every => [.. from kind in Enum.GetValues<CacheKind>() from form in Forms.Supported select (kind, form)];

    /// <summary>Each sequence has what its whole text has under the same mask, the future hidden.</summary>
    [Theory]
    [InlineData("starts")]
    [InlineData("window")]
    [InlineData("window and sinks")]
    [InlineData("alibi")]
    [InlineData("relative")]
    [InlineData("all")]
    public void Forward_Mask_IsThatOfTheWholeSequence(string name)
    {
        DecodeCase problem = new(new(4, 3), new(3, 2, 20, 12), Lengths, null, 17);
        AttentionOracle[] oracles = [.. problem.Texts.Select((text, s) => AttentionOracle.Of(text with { Mask = new BothCase(text.Mask, CaseOf(name, text.Shape, s)) }))];
        Expected output = Join(oracle => oracle.Output), logSumExp = Join(oracle => oracle.LogSumExp);
        AttentionResult naive = Run(problem, MaskOf(name), problem.Options(Form.Door), naive: true);
        ErrorBudget rounding = ErrorBudget.Rounding(problem.Cache.Width + (2 * Lengths.Max()) + 8);
        rounding.Assert($"naive output, {name}, {problem}", output, naive.Output);
        rounding.Assert($"naive logSumExp, {name}, {problem}", logSumExp, naive.LogSumExp);
        foreach (Form form in Forms.Supported)
        {
            AttentionResult fast = Run(problem, MaskOf(name), problem.Options(form)), threads = Run(problem, MaskOf(name), problem.Options(form, threads: 3));
            ErrorBudget.Forward.Assert($"output, {name}, {form}, {problem}", output, naive.Output, fast.Output);
            ErrorBudget.Forward.Assert($"logSumExp, {name}, {form}, {problem}", logSumExp, naive.LogSumExp, fast.LogSumExp);
            Bits.Same($"threads, {name}, {problem}", fast.Output, threads.Output);
        }

        Expected Join(Func<AttentionOracle, Expected> part) =>
            new([.. oracles.SelectMany(oracle => part(oracle).Values)], [.. oracles.SelectMany(oracle => part(oracle).Magnitudes)]);
    }

    /// <summary>A cache that forgets gives what a cache that forgets nothing gives under the mask that hides as much, to the bit.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_CacheWithWindow_IsTheWindowMaskOverAllTokens(CacheKind kind, Form form)
    {
        foreach (CacheWindow window in (CacheWindow[])[new(40, 0, 3), new(600, 4, 3), new(1, 2, 3), new(200, 520, 3)])
        {
            foreach (int length in (int[])[3, 44, 1200])
            {
                DecodeCase kept = new(new(4, Math.Min(3, length)), new(1, 2, 20, 12), [length], window, length), all = kept with { Window = null };
                AttentionResult sliding = kept.Run(kept.Build(kind), Fence.End, kept.Options(form));
                AttentionResult masked = Run(all, Mask.Window(window.Window - 1, 0, window.Sinks), all.Options(form));
                AttentionResult causal = Run(all, Mask.Causal & Mask.Window(window.Window - 1, 7, window.Sinks), all.Options(form));
                Bits.Same($"output, {kept}", masked.Output, sliding.Output);
                Bits.Same($"logSumExp, {kept}", masked.LogSumExp, sliding.LogSumExp);
                Bits.Same($"the future is hidden always, {kept}", masked.Output, causal.Output);

                AttentionCase text = all.Texts[0];
                AttentionShape shape = new(1, 4, 2, all.Shape.Queries, length, 20, 12);
                float[] plain = new float[sliding.Output.Length];
                AttentionOptions options = new() { RegisterBits = form.Options().RegisterBits };
                ScaledDotProduct.Forward(shape, text.Query, text.Key, text.Value, plain, mask: Mask.Causal & Mask.Window(window.Window - 1, 0, window.Sinks), options: options);
                Bits.Same($"the plain door, {kept}", plain, sliding.Output);
            }
        }
    }

    [Fact]
    public void Forward_MaskThatNoCacheCanTake_IsRefused()
    {
        KeyValueCache cache = KeyValueCache.Contiguous(new(2, 1, 2, 2), 9);
        cache.Append(4, new float[16], new float[16]);
        Says(cache, "mask: attention to a cache takes no key lengths: it knows the length of each sequence", Mask.KeyLengths(TwoStarts));
        Says(cache, "mask: attention to a cache takes no visible pattern: that is as wide as one sequence, and these differ in length", Mask.Visible(new bool[4]));
        Says(cache, "mask: attention to a cache takes no block layout: that is as wide as one sequence, and these differ in length", Mask.Blocks(new bool[4], 1));
        Says(cache, "mask: attention to a cache takes no bias: that is as wide as one sequence, and these differ in length; slopes and relative biases go by the distance", Mask.Bias(new float[4]));
        Says(cache, "key starts: expected S = 2 of them, got 1", Mask.KeyStarts(OneStart));
        Says(cache, "key starts: expected 0 to the 4 tokens of the sequence, got 5 for sequence 1", Mask.KeyStarts(LateStart));
        Says(cache, "slopes: expected 1 floats, got 2", Mask.Alibi(new float[2]));
        Says(cache, "table: expected 1×32 = 32 floats, got 2", Mask.RelativeBias(new float[2]));
        KeyValueCache forgets = KeyValueCache.Contiguous(new(2, 1, 2, 2), new CacheWindow(3, 2));
        forgets.Append(4, new float[16], new float[16]);
        Says(forgets, "mask: the cache has a window of 3 tokens already, and takes no other", Mask.Window(1, 0));
        Says(forgets, "mask: attention to a cache that keeps 2 sinks takes no key starts: what it keeps would be padding; append the text alone", Mask.KeyStarts(TwoStarts));
        float[] memory = new float[8];
        Refusal.Says("output: must not overlap slopes", () => Kernels.Decode.Forward(new(1, 1), cache, new float[4], memory.AsSpan(0, 4), mask: Mask.Alibi(memory.AsMemory(3, 1))));
        Refusal.Says(
            "logSumExp: must not overlap slopes",
            () => Kernels.Decode.Forward(new(1, 1), cache, new float[4], new float[4], memory.AsSpan(2, 2), mask: Mask.Alibi(memory.AsMemory(3, 1))));
    }

    /// <summary>Starts are those of the sequences that attend, whichever of the cache's these are.</summary>
    [Fact]
    public void Forward_StartsOfChosenSequences_AreHeldAgainstTheirLengths()
    {
        DecodeCase problem = new(new(2, 1), new(3, 1, 4, 4), [3, 9, 5], null, 18);
        KeyValueCache cache = problem.Build(CacheKind.Contiguous);
        float[] query = [.. problem.Texts[1].Query, .. problem.Texts[0].Query], output = new float[16], expected = new float[8];
        Kernels.Decode.Forward(problem.Shape, cache, query, output, sequences: [1, 0], mask: Mask.KeyStarts(StartsOfTwo));
        Kernels.Decode.Forward(problem.Shape, cache, problem.Texts[1].Query, expected, sequences: [1], mask: Mask.KeyStarts(StartsOfTwo.AsMemory(0, 1)));
        Bits.Same("the longer sequence", expected, output.AsSpan(0, 8));
        Refusal.Says(
            "key starts: expected 0 to the 3 tokens of the sequence, got 4 for sequence 1",
            () => Kernels.Decode.Forward(problem.Shape, cache, query, output, sequences: [1, 0], mask: Mask.KeyStarts(TooLateForOne)));
    }

    /// <summary>A token that a table hides from one head alone may hold anything: that head does not look, and its neighbours do.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_NotANumberWhereATableHides_SpoilsTheOtherHeadsOnly(CacheKind kind, Form form)
    {
        const int Distance = 2, Length = 50;
        for (int hidden = 0; hidden < 3; hidden++)
        {
            DecodeCase problem = new(new(3, 1), new(1, 1, 20, 12), [Length], null, 19 + hidden);
            float[] table = new Draw(20).Normal(3 * 8);
            table[(hidden * 8) + Distance] = float.NegativeInfinity;
            Mask mask = Mask.RelativeBias(table, 8, isBidirectional: false, maxDistance: 60);
            float[] before = Output();
            problem.Texts[0].Value.AsSpan((Length - 1 - Distance) * 12, 12).Fill(float.NaN);
            float[] after = Output();
            for (int head = 0; head < 3; head++)
            {
                float[] row = after[(head * 12)..((head + 1) * 12)];
                Assert.Equal(head != hidden, row.All(float.IsNaN));
                Assert.Equal(head != hidden, row.Any(float.IsNaN));
                if (head == hidden)
                {
                    Bits.Same($"head {head}, {kind}, {form}", before.AsSpan(head * 12, 12), row);
                }
            }

            float[] Output()
            {
                float[] output = new float[3 * 12];
                Kernels.Decode.Forward(problem.Shape, problem.Build(kind), problem.Texts[0].Query, output, mask: mask, options: problem.Options(form));
                return output;
            }
        }
    }

    private static void Says(KeyValueCache cache, string message, Mask mask)
    {
        Refusal.Says(message, () => Kernels.Decode.Forward(new(1, 1), cache, new float[4], new float[4], mask: mask));
        Refusal.Says(message, () => Kernels.Decode.ForwardNaive(new(1, 1), cache, new float[4], new float[4], mask: mask));
    }

    /// <summary>The mask of all sequences.</summary>
    private static Mask MaskOf(string name) => name switch
    {
        "starts" => Mask.KeyStarts(Starts),
        "window" => Mask.Window(30, 2),
        "window and sinks" => Mask.Window(300, 0, 4),
        "alibi" => Mask.Alibi(Slopes),
        "relative" => Mask.RelativeBias(Table, 8, isBidirectional: false, maxDistance: 60),
        _ => MaskOf("starts") & MaskOf("window") & MaskOf("alibi") & MaskOf("relative"),
    };

    /// <summary>The mask of one of them, for the oracle.</summary>
    private static MaskCase CaseOf(string name, AttentionShape shape, int sequence) => name switch
    {
        "starts" => new KeyStartsCase([Starts[sequence]]),
        "window" => new WindowCase(shape, 30, 2, 0),
        "window and sinks" => new WindowCase(shape, 300, 0, 4),
        "alibi" => new AlibiCase(shape, Slopes),
        "relative" => new RelativeBiasCase(shape, Table, 8, false, 60),
        _ => new BothCase(
            new BothCase(CaseOf("starts", shape, sequence), CaseOf("window", shape, sequence)), new BothCase(CaseOf("alibi", shape, sequence), CaseOf("relative", shape, sequence))),
    };

    private static AttentionResult Run(DecodeCase problem, Mask mask, AttentionOptions options, bool naive = false)
    {
        KeyValueCache cache = problem.Build(CacheKind.PagesOfSixteen);
        float[] query = [.. problem.Texts.SelectMany(text => text.Query)];
        int rows = problem.Lengths.Length * problem.Shape.Heads * problem.Shape.Queries;
        float[] output = new float[rows * problem.Cache.ValueWidth], logSumExp = new float[rows];
        if (naive)
        {
            Kernels.Decode.ForwardNaive(problem.Shape, cache, query, output, logSumExp, mask: mask, options: options);
        }
        else
        {
            Kernels.Decode.Forward(problem.Shape, cache, query, output, logSumExp, mask: mask, options: options);
        }

        return new(output, logSumExp);
    }
}
