namespace Attention.Kernels.Tests;

public sealed class KeyValueCacheTests
{
    private static readonly CacheShape Shape = new(2, 1, 2, 1);

    [Fact]
    public void Append_MoreThanThereIsRoomFor_IsRefusedAndAddsNothing()
    {
        KeyValueCache cache = KeyValueCache.Contiguous(Shape, 5);
        Append(cache, 1, 3);
        Refusal.Says("tokens: 3+3 = 6 in sequence 1, more than the 5 that the cache has room for", () => Append(cache, 1, 3));
        Refusal.Says("tokens: 3+3 = 6 in sequence 1, more than the 5 that the cache has room for", () => cache.Append(3, new float[12], new float[6]));
        Assert.Equal((0, 3), (cache.Length(0), cache.Length(1)));
        Append(cache, 1, 2);
        Assert.Equal(5, cache.Length(1));
    }

    [Fact]
    public void Append_PoolWithoutPages_IsRefusedAndAddsNothing()
    {
        PagePool pool = new(1, 2, 1, pageTokens: 4, maxPages: 3);
        KeyValueCache cache = KeyValueCache.Paged(Shape, pool), other = KeyValueCache.Paged(Shape, pool);
        Append(cache, 0, 5);
        Append(other, 1, 4);
        Assert.Equal(3, pool.UsedPages);
        Append(cache, 0, 3); // still on its second page
        Refusal.Says("pool: sequence 0 needs 1 more pages of 4 tokens, and of 3 only 0 are free", () => Append(cache, 0, 1));
        other.Reset(1);
        Refusal.Says("pool: sequence 1 needs 1 more pages of 4 tokens, and of 3 only 0 are free", () => cache.Append(1, new float[4], new float[2]));
        Assert.Equal((8, 0, 0), (cache.Length(0), cache.Length(1), other.Length(1)));
        Append(cache, 0, 1);
        Assert.Equal(3, pool.UsedPages);
        cache.Reset();
        Assert.Equal((0, 3), (pool.UsedPages, pool.MaxPages));
    }

    /// <summary>Every token that is kept is where it was put, whatever came between, and the others are gone.</summary>
    [Theory]
    [InlineData(CacheKind.Contiguous)]
    [InlineData(CacheKind.PagesOfThree)]
    [InlineData(CacheKind.PagesOfSixteen)]
    public void KeyAndValue_AfterAppendsAndTruncations_AreTheTokens(CacheKind kind)
    {
        foreach (CacheWindow? window in (CacheWindow?[])[null, new(7, 3, 4), new(5), new(1, 0, 2)])
        {
            DecodeCase problem = new(new(1, 1), Shape, [0, 0], window, 1);
            KeyValueCache cache = problem.Build(kind, 400);
            Draw draw = new(17);
            int length = 0, longest = 0, next = 0;
            List<int> text = [];
            for (int step = 0; step < 60; step++)
            {
                int tokens = draw.Integer(0, 12);
                int[] ids = [.. Enumerable.Range(next, tokens)];
                next += tokens;
                text.AddRange(ids);
                length += tokens;
                longest = Math.Max(longest, length);
                cache.Append(1, tokens, [.. ids.SelectMany(id => new[] { id, -id })], [.. ids.Select(id => id + 0.5f)]);
                Append(cache, 0, tokens % 3);
                int back = Math.Min(length, draw.Integer(0, 3));
                if (window is null || longest - length + back <= window.Value.NewTokens)
                {
                    cache.Truncate(1, length - back);
                    length -= back;
                    text.RemoveRange(length, back);
                }

                Assert.Equal(length, cache.Length(1));
                int mustHold = window is null ? 0 : Math.Max(0, length - window.Value.Window + 1);
                for (int position = 0; position < length; position++)
                {
                    Assert.True(cache.Holds(1, position) || (position < mustHold && position >= window!.Value.Sinks), $"{kind}, {window}: {position} of {length}");
                    if (cache.Holds(1, position))
                    {
                        Assert.Equal([text[position], -text[position]], cache.Key(1, 0, position));
                        Assert.Equal([text[position] + 0.5f], cache.Value(1, 0, position));
                    }
                }

                Assert.False(cache.Holds(1, length));
            }
        }
    }

    /// <summary>A value that is the end of its key is kept once, and is found there in either layout, in one piece or in pages.</summary>
    [Theory]
    [InlineData(AttentionLayout.HeadsFirst)]
    [InlineData(AttentionLayout.LengthFirst)]
    public void Value_ThatEndsItsKey_IsKeptThereAlone(AttentionLayout layout)
    {
        CacheShape shape = new(1, 2, 7, 3) { ValuesEndKeys = true };
        float[] keys = new Draw(19).Normal(2 * 10 * 7);
        PagePool pool = new(2, 7, 3, pageTokens: 4, maxPages: 3, valuesEndKeys: true);
        foreach (KeyValueCache cache in (KeyValueCache[])[KeyValueCache.Contiguous(shape, 10), KeyValueCache.Paged(shape, pool)])
        {
            cache.Append(10, keys, [], layout);
            for (int at = 0; at < 20; at++)
            {
                (int head, int position) = layout == AttentionLayout.HeadsFirst ? (at / 10, at % 10) : (at % 2, at / 2);
                Assert.Equal(keys.AsSpan(at * 7, 7), cache.Key(0, head, position));
                Assert.Equal(keys.AsSpan((at * 7) + 4, 3), cache.Value(0, head, position));
            }

            Refusal.Says("value: expected 1×2×1×0 = 0 floats, got 6", () => cache.Append(1, new float[14], new float[6]));
        }

        Refusal.Says("ValueWidth: expected at most Width = 7, as values end keys, got 8", () => KeyValueCache.Contiguous(shape with { ValueWidth = 8 }, 5));
        Refusal.Says("pool: its values end its keys, and the cache's are the other way", () => KeyValueCache.Paged(shape with { ValuesEndKeys = false }, pool));
        Refusal.Says("pool: its values are kept beside its keys, and the cache's are the other way", () => KeyValueCache.Paged(shape, new PagePool(2, 7, 3, 4, 3)));
    }

    [Fact]
    public void Truncate_ToWhatIsForgotten_IsRefused()
    {
        KeyValueCache cache = KeyValueCache.Contiguous(Shape, new CacheWindow(4, 1, 3));
        Append(cache, 0, 20);
        cache.Truncate(0, 17);
        Refusal.Says(
            "sequence 0: the token at position 16 sees back to 13, and the oldest that is kept is 14; the window has room for 3 new tokens at a time", () => cache.Truncate(0, 16));
        Refusal.Says("length: expected at most the 17 tokens that sequence 0 has, got 18", () => cache.Truncate(0, 18));
        Refusal.Says("length: expected zero or more, got -1", () => cache.Truncate(0, -1));
        cache.Truncate(0, 1);
        Assert.True(cache.Holds(0, 0));
        Assert.Equal(1, cache.Length(0));
    }

    [Fact]
    public void Cache_ThatCannotBe_IsRefused()
    {
        Refusal.Says("Sequences: expected zero or more, got -1", () => KeyValueCache.Contiguous(Shape with { Sequences = -1 }, 5));
        Refusal.Says("KeyHeads: expected at least 1, got 0", () => KeyValueCache.Contiguous(Shape with { KeyHeads = 0 }, 5));
        Refusal.Says("capacity: expected at least 1, got 0", () => KeyValueCache.Contiguous(Shape, 0));
        Refusal.Says(
            "page: 65536×1×65536 = 4294967296 elements, more than the 2147483591 that one buffer can hold", () => KeyValueCache.Contiguous(new(1, 65536, 65536, 1), 1));
        Refusal.Says("page: 1×1073741824×(1+1) elements, more than the 2147483591 that one buffer can hold", () => KeyValueCache.Contiguous(new(1, 1, 1, 1), 1 << 30));
        Refusal.Says("Window: expected at least 1, got 0", () => KeyValueCache.Contiguous(Shape, new CacheWindow(0)));
        Refusal.Says("Sinks: expected zero or more, got -1", () => KeyValueCache.Contiguous(Shape, new CacheWindow(1, -1)));
        Refusal.Says("NewTokens: expected at least 1, got 0", () => KeyValueCache.Contiguous(Shape, new CacheWindow(1, 1, 0)));
        Refusal.Says(
            "Window: 1+2147483647+5-1 = 2147483652 tokens, more than the 2147483591 that one buffer can hold", () => KeyValueCache.Contiguous(Shape, new CacheWindow(int.MaxValue, 1, 5)));
        Refusal.Says("pageTokens: expected at least 1, got 0", () => _ = new PagePool(1, 1, 1, 0, 1));
        Refusal.Says("maxPages: expected at least 1, got 0", () => _ = new PagePool(1, 1, 1, 1, 0));
        Refusal.Says(
            "pool: its pages are of 3 heads, 2 and 1 wide; the cache's of 1, 2 and 1", () => KeyValueCache.Paged(Shape, new PagePool(3, 2, 1, 1, 1)));
        Assert.Throws<ArgumentNullException>(() => KeyValueCache.Paged(Shape, null!));
    }

    [Fact]
    public void Append_BuffersThatDoNotFit_AreRefused()
    {
        KeyValueCache cache = KeyValueCache.Contiguous(Shape, 5);
        Refusal.Says("key: expected 1×3×2 = 6 floats, got 5", () => cache.Append(0, 3, new float[5], new float[3]));
        Refusal.Says("value: expected 1×3×1 = 3 floats, got 4", () => cache.Append(0, 3, new float[6], new float[4]));
        Refusal.Says("key: expected 2×1×3×2 = 12 floats, got 6", () => cache.Append(3, new float[6], new float[6]));
        Refusal.Says("tokens: expected zero or more, got -1", () => cache.Append(0, -1, [], []));
        Refusal.Says("sequence: expected one of the cache's 2, from 0 on, got 2", () => cache.Append(2, 0, [], []));
        Refusal.Says("token: the cache holds no sequence 0, head 0, position 0", () => cache.Key(0, 0, 0));
        Refusal.Says("token: the cache holds no sequence 5, head 0, position 0", () => cache.Value(5, 0, 0));
    }

    [Fact]
    public void Doors_SequenceOrLayoutThatIsNot_AreRefused()
    {
        KeyValueCache cache = KeyValueCache.Contiguous(Shape, 5);
        foreach (int sequence in (int[])[-1, 2])
        {
            string message = FormattableString.Invariant($"sequence: expected one of the cache's 2, from 0 on, got {sequence}");
            Refusal.Says(message, () => cache.Length(sequence));
            Refusal.Says(message, () => cache.Holds(sequence, 0));
            Refusal.Says(message, () => cache.Reset(sequence));
            Refusal.Says(message, () => cache.Truncate(sequence, 0));
            Refusal.Says(message, () => cache.Append(sequence, 1, new float[2], new float[1]));
        }

        Refusal.Says("sequence: expected one of the cache's 0, from 0 on, got 0", () => KeyValueCache.Contiguous(Shape with { Sequences = 0 }, 5).Length(0));
        Refusal.Says("layout: expected HeadsFirst or LengthFirst, got 7", () => cache.Append(0, 1, new float[2], new float[1], (AttentionLayout)7));
        Refusal.Says("layout: expected HeadsFirst or LengthFirst, got 7", () => cache.Append(1, new float[4], new float[2], (AttentionLayout)7));
        Assert.Equal((0, 0), (cache.Length(0), cache.Length(1)));
        Assert.False(cache.Holds(0, -1));
    }

    [Fact]
    public void Dispose_PagedCache_GivesItsPagesBackAndIsNoMore()
    {
        PagePool pool = new(1, 2, 1, pageTokens: 4, maxPages: 3);
        using KeyValueCache other = KeyValueCache.Paged(Shape, pool);
        KeyValueCache cache = KeyValueCache.Paged(Shape, pool);
        Append(cache, 0, 5);
        Append(other, 1, 4);
        cache.Dispose();
        cache.Dispose();
        Assert.Equal(1, pool.UsedPages);
        Append(other, 0, 8);
        Assert.Equal((8, 4), (other.Length(0), other.Length(1)));
        foreach (Action use in (Action[])[
            () => Append(cache, 0, 1), () => cache.Append(1, new float[4], new float[2]), () => cache.Append(new float[1, 2], new float[1, 1]), () => cache.Length(0), () => cache.Holds(0, 0),
            () => cache.Key(0, 0, 0), () => cache.Value(0, 0, 0), () => cache.Reset(0), cache.Reset, () => cache.Truncate(0, 0)])
        {
            Assert.Throws<ObjectDisposedException>(use);
        }

        Assert.Equal(3, pool.UsedPages);
    }

    /// <summary>A sequence that went round and was taken back to its sinks, or to nothing, begins anew.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Append_AfterAllButSinksIsTakenBack_HoldsEveryTokenAgain(int left)
    {
        PagePool pool = new(1, 2, 1, pageTokens: 3, maxPages: 20);
        using KeyValueCache paged = KeyValueCache.Paged(Shape, pool, new CacheWindow(4, 2, 2)), contiguous = KeyValueCache.Contiguous(Shape, new CacheWindow(4, 2, 2));
        foreach (KeyValueCache cache in (KeyValueCache[])[paged, contiguous])
        {
            Append(cache, 1, 30);
            if (left == 0)
            {
                cache.Reset(1);
            }
            else
            {
                cache.Truncate(1, left);
            }

            cache.Append(1, 4, [0, 1, 2, 3, 4, 5, 6, 7], [10, 11, 12, 13]);
            Assert.Equal(left + 4, cache.Length(1));
            for (int token = 0; token < 4; token++)
            {
                Assert.True(cache.Holds(1, left + token), $"token {token}, {left} left");
                Assert.Equal([2 * token, (2 * token) + 1], cache.Key(1, 0, left + token).ToArray());
                Assert.Equal([10 + token], cache.Value(1, 0, left + token).ToArray());
            }

            float[] output = new float[2];
            Kernels.Decode.Forward(new(1, 2), cache, new float[4], output, sequences: [1]);
            Assert.All(output, number => Assert.InRange(number, 1, 13));
        }
    }

    /// <summary>Sinks for ever, and of the others as many as there is room for: one by one, or all at once.</summary>
    [Theory]
    [InlineData(0, 4, 1)]
    [InlineData(2, 4, 2)]
    [InlineData(3, 1, 1)]
    public void Append_AnyLength_HoldsTheSinksAndTheNewest(int sinks, int window, int newTokens)
    {
        int recent = window + newTokens - 1;
        using KeyValueCache slow = KeyValueCache.Contiguous(Shape, new CacheWindow(window, sinks, newTokens));
        for (int length = 1; length < 25; length++)
        {
            using KeyValueCache quick = KeyValueCache.Contiguous(Shape, new CacheWindow(window, sinks, newTokens));
            Append(slow, 0, 1);
            Append(quick, 0, length);
            for (int position = 0; position <= length; position++)
            {
                bool held = position < length && (position < sinks || position >= length - recent);
                Assert.Equal((length, position, held, held), (length, position, slow.Holds(0, position), quick.Holds(0, position)));
            }
        }
    }

    [Fact]
    public void Truncate_PagedCache_GivesThePagesBackThatNoTokenNeeds()
    {
        PagePool pool = new(1, 2, 1, pageTokens: 4, maxPages: 9);
        using KeyValueCache cache = KeyValueCache.Paged(Shape, pool);
        Append(cache, 0, 20);
        Append(cache, 1, 3);
        foreach ((int length, int pages) in ((int, int)[])[(20, 6), (17, 6), (16, 5), (5, 3), (4, 2), (1, 2), (0, 1)])
        {
            cache.Truncate(0, length);
            Assert.Equal((length, pages), (length, pool.UsedPages));
        }
    }

    private static void Append(KeyValueCache cache, int sequence, int tokens) => cache.Append(sequence, tokens, new float[tokens * 2], new float[tokens]);
}
