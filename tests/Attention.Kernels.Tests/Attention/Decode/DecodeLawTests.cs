namespace Attention.Kernels.Tests;

[Trait(Tier.Trait, Tier.Every)]
public sealed class DecodeLawTests
{
    public static TheoryData<CacheKind, Form> Every => [.. from kind in Enum.GetValues<CacheKind>() from form in Forms.Supported select (kind, form)];

    /// <summary>What a cache is for: one token after the other, each with the row that computing the whole text again would give it.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_TokenByToken_GivesTheRowsOfTheWholeText(CacheKind kind, Form form)
    {
        foreach (CacheWindow? window in (CacheWindow?[])[null, new(11), new(11, 2)])
        {
            const int Length = 60;
            AttentionShape shape = new(1, 6, 2, Length, Length, 24, 10);
            AttentionCase text = AttentionCase.Draw(shape, MaskKind.None, seed: 5) with { Mask = new LastTokensCase(shape, window) };
            AttentionOracle oracle = AttentionOracle.Of(text);
            float[] recomputed = new float[text.Sizes.Output];
            bool[] seen = [.. from i in Enumerable.Range(0, Length) from j in Enumerable.Range(0, Length) select text.Mask.Visible(0, 0, i, j)];
            Mask mask = window is null ? Mask.Causal : Mask.Visible(seen);
            ScaledDotProduct.Forward(shape, text.Query, text.Key, text.Value, recomputed, mask: mask, options: new() { RegisterBits = form.Options().RegisterBits });

            DecodeCase problem = new(new(6, 1), new(1, 2, 24, 10), [Length], window, 5);
            KeyValueCache cache = problem.Build(kind, Length);
            float[] decoded = new float[recomputed.Length];
            for (int i = 0; i < Length; i++)
            {
                cache.Append(0, 1, problem.Rows(text.Key, 0, i, 1, 24, AttentionLayout.HeadsFirst), problem.Rows(text.Value, 0, i, 1, 10, AttentionLayout.HeadsFirst));
                float[] query = [.. Enumerable.Range(0, 6).SelectMany(h => text.Query[(((h * Length) + i) * 24)..(((h * Length) + i + 1) * 24)])];
                float[] rows = new float[60];
                Kernels.Decode.Forward(new(6, 1), cache, query, rows, options: problem.Options(form));
                for (int h = 0; h < 6; h++)
                {
                    rows.AsSpan(h * 10, 10).CopyTo(decoded.AsSpan(((h * Length) + i) * 10));
                }
            }

            ErrorBudget.Forward.Assert($"decoded, window {window}", oracle.Output, recomputed, decoded);
        }
    }

    /// <summary>Values that end their keys, kept once, give the bits that copies of them beside the keys give.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_ValuesThatEndKeys_GiveTheBitsOfCopies(CacheKind kind, Form form)
    {
        foreach (CacheWindow? window in (CacheWindow?[])[null, new(600, 4, 2)])
        {
            CacheShape apart = new(1, 2, 40, 24);
            DecodeCase copies = new(new(6, 2), apart, [1300], window, 12), once = copies with { Cache = apart with { ValuesEndKeys = true } };
            KeyValueCache copied = copies.Build(kind, 1300), kept = once.Build(kind, 1300);
            Draw draw = new(13);
            for (int tokens = 650; copied.Length(0) < 1300; tokens = Math.Min(2, 1300 - copied.Length(0)))
            {
                float[] key = draw.Normal(2 * tokens * 40);
                copied.Append(0, tokens, key, [.. Enumerable.Range(0, 2 * tokens).SelectMany(row => key[((row * 40) + 16)..((row + 1) * 40)])]);
                kept.Append(0, tokens, key, []);
            }

            float[] query = draw.Normal(6 * 2 * 40), expected = new float[6 * 2 * 24], actual = new float[expected.Length];
            Kernels.Decode.Forward(copies.Shape, copied, query, expected, options: copies.Options(form));
            Kernels.Decode.Forward(copies.Shape, kept, query, actual, options: copies.Options(form));
            Assert.DoesNotContain(expected, float.IsNaN);
            Bits.Same($"{kind}, window {window}, {form}", expected, actual);
        }
    }

    /// <summary>Where the tokens lie changes no bit; nor do other sequences, nor threads, nor the layout.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_OtherMemoryBatchThreadsAndLayout_GiveTheSameBits(CacheKind kind, Form form)
    {
        foreach (CacheWindow? window in (CacheWindow?[])[null, new(600, 4, 2)])
        {
            DecodeCase problem = new(new(4, 2), new(3, 2, 40, 24), [1300, 40, 700], window, 11);
            AttentionResult expected = problem.Run(problem.Build(CacheKind.Contiguous), Fence.End, problem.Options(form));
            KeyValueCache cache = problem.Build(kind);
            AttentionResult threads = problem.Run(cache, Fence.Start, problem.Options(form, threads: 3));
            Bits.Same($"output, {problem}", expected.Output, threads.Output);
            Bits.Same($"logSumExp, {problem}", expected.LogSumExp, threads.LogSumExp);

            // The third sequence alone, and the tokens of its heads beside each other.
            AttentionCase text = problem.Texts[2];
            float[] alone = new float[4 * 2 * 24], exchanged = new float[alone.Length];
            Kernels.Decode.Forward(problem.Shape, cache, text.Query, alone, sequences: [2], options: problem.Options(form));
            Bits.Same($"alone, {problem}", expected.Output.AsSpan(2 * alone.Length), alone);
            AttentionOptions lengthFirst = problem.Options(form) with { Layout = AttentionLayout.LengthFirst };
            Kernels.Decode.Forward(problem.Shape, cache, Exchange(text.Query, 4, 2, 40), exchanged, sequences: [2], options: lengthFirst);
            Bits.Same($"length first, {problem}", alone, Exchange(exchanged, 2, 4, 24));
            float[] naive = new float[alone.Length];
            Kernels.Decode.ForwardNaive(problem.Shape, cache, Exchange(text.Query, 4, 2, 40), naive, sequences: [2], options: lengthFirst);
            Assert.All(naive.Zip(exchanged), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        }
    }

    /// <summary>Tokens that the window hides, and those that come after a query, change no bit, whatever they hold.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_NotANumberWhereATokenDoesNotLook_ChangesNothing(CacheKind kind, Form form)
    {
        ChangesNothing(new(new(4, 3), new(1, 2, 20, 40), [50], new CacheWindow(10, 2, 5), 13), kind, form);
        ChangesNothing(new(new(4, 3), new(1, 2, 20, 40), [5], new CacheWindow(2, 6, 5), 14), kind, form); // sinks that are not yet there for every token
    }

    private static void ChangesNothing(DecodeCase problem, CacheKind kind, Form form)
    {
        AttentionResult before = problem.Run(problem.Build(kind), Fence.End, problem.Options(form));
        AttentionCase text = problem.Texts[0];
        for (int poisoned = 2; poisoned < problem.Lengths[0]; poisoned++)
        {
            (float key, float value) = (text.Key[poisoned * 20], text.Value[poisoned * 40]);
            (text.Key[poisoned * 20], text.Value[poisoned * 40]) = (poisoned % 2 == 0 ? float.NaN : 0, float.NaN);
            float[] output = problem.Run(problem.Build(kind), Fence.End, problem.Options(form)).Output;
            for (int i = 0; i < 3; i++)
            {
                bool seen = text.Mask.Visible(0, 0, i, poisoned);
                ReadOnlySpan<float> row = output.AsSpan(i * 40, 40);
                Assert.Equal(seen, float.IsNaN(row[0]));
                if (!seen)
                {
                    Bits.Same($"row {i} beside NaN at {poisoned}, {kind}, {form}", before.Output.AsSpan(i * 40, 40), row);
                }
            }

            Bits.Same("the other key head", before.Output.AsSpan(2 * 3 * 40), output.AsSpan(2 * 3 * 40));
            (text.Key[poisoned * 20], text.Value[poisoned * 40]) = (key, value);
        }
    }

    private static float[] Exchange(float[] rows, int outer, int inner, int width)
    {
        float[] exchanged = new float[rows.Length];
        for (int i = 0; i < outer * inner; i++)
        {
            rows.AsSpan(i * width, width).CopyTo(exchanged.AsSpan(((i % inner * outer) + (i / inner)) * width));
        }

        return exchanged;
    }
}
