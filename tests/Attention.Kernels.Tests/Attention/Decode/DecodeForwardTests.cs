namespace Attention.Kernels.Tests;

[Trait(Tier.Trait, Tier.Every)]
public sealed class DecodeForwardTests
{
    private static readonly CacheWindow Window = new(20, 3, 4);

    public static TheoryData<CacheKind> EveryKind => new(Enum.GetValues<CacheKind>());

    private static readonly (int Heads, int KeyHeads)[] HeadCounts = [(1, 1), (3, 3), (4, 2), (6, 2), (5, 1), (8, 1), (7, 1)];

    private static readonly int[] Widths = [1, 3, 4, 8, 16, 17, 33, 64, 80, 128, 150, 256];

    [Theory]
    [MemberData(nameof(EveryKind))]
    public void Forward_AnyWidth_StaysInBudgetAndInBounds(CacheKind kind)
    {
        for (int i = 0; i < Widths.Length; i++)
        {
            (int heads, int keyHeads) = HeadCounts[(i + (int)kind) % HeadCounts.Length];
            Holds(new(new(heads, 1 + (i % 4)), new(2, keyHeads, Widths[i], Widths[(i + 5 + (int)kind) % Widths.Length]), [37, 8], null, i), kind);
        }
    }

    [Theory]
    [MemberData(nameof(EveryKind))]
    public void Forward_AnyGroup_StaysInBudgetAndInBounds(CacheKind kind)
    {
        for (int i = 0; i < HeadCounts.Length; i++)
        {
            for (int queries = 1; queries <= 4; queries++)
            {
                Holds(new(new(HeadCounts[i].Heads, queries), new(3, HeadCounts[i].KeyHeads, 20, 36), [4, 29, 65], null, i), kind);
            }
        }
    }

    /// <summary>Lengths around the sizes of blocks and pieces.</summary>
    [Theory]
    [MemberData(nameof(EveryKind))]
    public void Forward_AnyLength_StaysInBudgetAndInBounds(CacheKind kind)
    {
        foreach (int length in (int[])[2, 5, 16, 33, 511, 512, 513, 514, 1025, 1600])
        {
            Holds(new(new(2, 2), new(2, 1, 5, 7), [length, length / 2 + 2], null, length), kind);
        }
    }

    /// <summary>Windows in every place: not yet full, just full, gone round, and over the border of a piece.</summary>
    [Theory]
    [MemberData(nameof(EveryKind))]
    public void Forward_Window_StaysInBudgetAndInBounds(CacheKind kind)
    {
        foreach (int length in (int[])[1, 3, 4, 5, 19, 20, 22, 23, 24, 26, 27, 28, 50, 111, 510, 515, 520, 540, 1100])
        {
            for (int queries = 1; queries <= Math.Min(4, length); queries++)
            {
                Holds(new(new(4, queries), new(2, 2, 9, 18), [length, 60], Window, length), kind);
            }
        }

        Holds(new(new(2, 1), new(1, 1, 8, 8), [700], new CacheWindow(1), 1), kind);
        Holds(new(new(2, 3), new(1, 1, 8, 8), [1700], new CacheWindow(600, 520, 3), 2), kind);
        Holds(new(new(2, 3), new(1, 1, 8, 8), [900], new CacheWindow(30, 700, 3), 3), kind);
    }

    [Fact]
    public void Forward_ExtremeScoresAndScales_StayInBudget()
    {
        DecodeCase problem = new(new(4, 2), new(2, 2, 33, 20), [30, 700], null, 9);
        Holds(problem with { Deviation = 30 }, CacheKind.Contiguous);
        Holds(problem with { Deviation = 3000 }, CacheKind.PagesOfSixteen);
        Holds(problem with { Deviation = 1e-20 }, CacheKind.PagesOfSixteen);
        foreach (float scale in (float[])[0, -1, 0.125f, 3])
        {
            Holds(problem with { Scale = scale }, CacheKind.PagesOfThree);
        }
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(2, 0)]
    public void Forward_NothingToDo_Returns(int sequences, int queries)
    {
        KeyValueCache cache = KeyValueCache.Contiguous(new(sequences, 1, 4, 5), 10);
        Kernels.Decode.Forward(new(2, queries), cache, [], []);
        Kernels.Decode.ForwardNaive(new(2, queries), cache, [], []);
    }

    /// <summary>Scores of which a float's last digit is worth thousands of powers of two: the largest takes all, and nothing overflows on the way.</summary>
    [Fact]
    public void Forward_ScoresBeyondTheDigitsOfAnExponent_TakeTheLargest()
    {
        const int Length = 40;
        for (int seed = 0; seed < 20; seed++)
        {
            Draw draw = new(seed);
            float[] key = draw.Uniform(Length, 1e6f, 9e6f), value = draw.Normal(Length * 4), query = [1e6f];
            int best = Array.IndexOf(key, key.Max());
            KeyValueCache cache = KeyValueCache.Contiguous(new(1, 1, 1, 4), Length);
            cache.Append(Length, key, value);
            foreach (Form form in Forms.Supported)
            {
                float[] output = new float[4], logSumExp = new float[1];
                Kernels.Decode.Forward(new(1, 1), cache, query, output, logSumExp, options: new() { Scale = 1, RegisterBits = form.Options().RegisterBits });
                Bits.Same($"output, {form}, seed {seed}", value.AsSpan(best * 4, 4), output);
                ErrorBudget.Rounding(4).Assert($"logSumExp, {form}, seed {seed}", new([1e6 * key[best]]), logSumExp);
            }
        }
    }

    private static void Holds(DecodeCase problem, CacheKind kind)
    {
        (Expected output, Expected logSumExp) = problem.Oracle();
        KeyValueCache cache = problem.Build(kind);
        AttentionResult naive = problem.Run(cache, Fence.End, problem.Options(Form.Door), naive: true);
        ErrorBudget rounding = ErrorBudget.Rounding(problem.Cache.Width + (2 * problem.Lengths.Max()) + 8);
        rounding.Assert($"naive output, {problem}", output, naive.Output);
        rounding.Assert($"naive logSumExp, {problem}", logSumExp, naive.LogSumExp);
        foreach (Form form in Forms.Supported)
        {
            foreach (Fence fence in Enum.GetValues<Fence>())
            {
                AttentionResult result = problem.Run(cache, fence, problem.Options(form));
                ErrorBudget.Forward.Assert($"output, {form}, {kind}, {problem}", output, naive.Output, result.Output);
                ErrorBudget.Forward.Assert($"logSumExp, {form}, {kind}, {problem}", logSumExp, naive.LogSumExp, result.LogSumExp);
            }
        }
    }
}
