namespace Attention.Kernels.Tests;

public sealed class CacheForkTests
{
    /// <summary>Caches that fork, grow, take back and end in any order hold what texts that are copied would hold, and leave no page behind.</summary>
    [Theory]
    [InlineData(CacheKind.Contiguous)]
    [InlineData(CacheKind.PagesOfThree)]
    [InlineData(CacheKind.PagesOfSixteen)]
    public void Fork_AndGoOn_IsACopyOfTheTexts(CacheKind kind)
    {
        foreach (CacheWindow? window in (CacheWindow?[])[null, new(7, 3, 4), new(5)])
        {
            const int Seed = 5;
            Draw draw = new(Seed);
            CacheShape shape = new(2, 2, 3, 2);
            PagePool pool = new(2, 3, 2, kind == CacheKind.PagesOfThree ? 3 : 16, maxPages: 400);
            KeyValueCache first = (kind, window) switch
            {
                (CacheKind.Contiguous, null) => KeyValueCache.Contiguous(shape, 100),
                (CacheKind.Contiguous, { } kept) => KeyValueCache.Contiguous(shape, kept),
                (_, null) => KeyValueCache.Paged(shape, pool),
                (_, { } kept) => KeyValueCache.Paged(shape, pool, kept),
            };
            List<(KeyValueCache Cache, List<int>[] Texts)> all = [(first, [[], []])];
            int next = 0;
            for (int step = 0; step < 120; step++)
            {
                (KeyValueCache cache, List<int>[] texts) = all[draw.Integer(0, all.Count - 1)];
                int sequence = draw.Integer(0, texts.Length - 1);
                switch (draw.Integer(0, 5))
                {
                    case 0 when all.Count < 5:
                        int[] rows = [.. Enumerable.Range(0, draw.Integer(1, 4)).Select(_ => draw.Integer(0, texts.Length - 1))];
                        all.Add((cache.Fork(rows), [.. rows.Select(row => new List<int>(texts[row]))]));
                        break;
                    case 1 when all.Count > 1:
                        cache.Dispose();
                        all.Remove((cache, texts));
                        break;
                    case 2 when window is null:
                        int length = draw.Integer(0, texts[sequence].Count);
                        cache.Truncate(sequence, length);
                        texts[sequence].RemoveRange(length, texts[sequence].Count - length);
                        break;
                    default:
                        int tokens = draw.Integer(0, 4);
                        if (texts[sequence].Count + tokens <= 100)
                        {
                            int[] ids = [.. Enumerable.Range(next, tokens)];
                            next += tokens;
                            texts[sequence].AddRange(ids);
                            cache.Append(sequence, tokens, [.. ids.SelectMany(KeysOf)], [.. ids.SelectMany(ValuesOf)], AttentionLayout.LengthFirst);
                        }

                        break;
                }

                foreach ((KeyValueCache one, List<int>[] expected) in all)
                {
                    CheckTexts(one, expected, $"{kind}, {window}, seed {Seed}, step {step}");
                }
            }

            all.ForEach(one => one.Cache.Dispose());
            Assert.Equal(0, pool.UsedPages);
        }
    }

    [Fact]
    public void Fork_OfPages_CopiesTheLastPageAlone()
    {
        PagePool pool = new(1, 2, 1, pageTokens: 4, maxPages: 5);
        KeyValueCache cache = KeyValueCache.Paged(new(1, 1, 2, 1), pool);
        cache.Append(10, new float[20], new float[10]);
        KeyValueCache fork = cache.Fork([0, 0]);
        Assert.Equal(3, pool.UsedPages);
        fork.Append(0, 1, [1, 1], [1]);
        Assert.Equal(4, pool.UsedPages);
        fork.Append(1, 1, [2, 2], [2]);
        Assert.Equal(5, pool.UsedPages);
        cache.Append(1, [3, 3], [3]); // by now the page is its own
        Assert.Equal((5, 11), (pool.UsedPages, cache.Length(0)));
        Assert.Equal((3, 1, 2), (cache.Value(0, 0, 10)[0], fork.Value(0, 0, 10)[0], fork.Value(1, 0, 10)[0]));
        fork.Dispose();
        Assert.Equal(3, pool.UsedPages);
    }

    [Fact]
    public void Append_WhereThePoolHasNoRoomForTheCopy_IsRefusedAndAddsNothing()
    {
        PagePool pool = new(1, 2, 1, pageTokens: 4, maxPages: 2);
        KeyValueCache cache = KeyValueCache.Paged(new(1, 1, 2, 1), pool);
        cache.Append(7, new float[14], new float[7]);
        KeyValueCache fork = cache.Fork([0]);
        fork.Append(0, [], []);
        Refusal.Says("pool: sequence 0 needs 1 more pages of 4 tokens, and of 2 only 0 are free", () => fork.Append(1, new float[2], new float[1]));
        Assert.Equal((7, 7), (cache.Length(0), fork.Length(0)));
        cache.Dispose();
        fork.Append(1, [4, 4], [4]);
        Assert.Equal((2, 4f), (pool.UsedPages, fork.Value(0, 0, 7)[0]));
    }

    [Fact]
    public void Fork_OfWhatIsNotThere_IsRefused()
    {
        KeyValueCache cache = KeyValueCache.Contiguous(new(2, 1, 2, 1), 5);
        Refusal.Says("sequence: expected one of the cache's 2, from 0 on, got 2", () => cache.Fork([0, 2]));
        Assert.Equal(0, cache.Fork([]).Shape.Sequences);
        cache.Dispose();
        Assert.Throws<ObjectDisposedException>(() => cache.Fork([0]));
    }

    private static float[] KeysOf(int id) => [id, id + 0.25f, -id, id + 0.5f, id + 0.75f, -id - 1];

    private static float[] ValuesOf(int id) => [id + 0.125f, -id, id, id - 0.5f];

    private static void CheckTexts(KeyValueCache cache, List<int>[] texts, string where)
    {
        for (int sequence = 0; sequence < texts.Length; sequence++)
        {
            List<int> text = texts[sequence];
            Assert.Equal(text.Count, cache.Length(sequence));
            for (int position = 0; position < text.Count; position++)
            {
                int near = cache.Window is { } window ? text.Count - window.Window : 0;
                Assert.True(cache.Holds(sequence, position) || (position < near && position >= cache.Window!.Value.Sinks), where);
                for (int head = 0; head < 2 && cache.Holds(sequence, position); head++)
                {
                    Assert.True(cache.Key(sequence, head, position).SequenceEqual(KeysOf(text[position]).AsSpan(head * 3, 3)), where);
                    Assert.True(cache.Value(sequence, head, position).SequenceEqual(ValuesOf(text[position]).AsSpan(head * 2, 2)), where);
                }
            }
        }
    }
}
