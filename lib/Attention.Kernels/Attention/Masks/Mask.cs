namespace Attention.Kernels;

/// <summary>Which keys a query may see, and what is added to their scores. The default value hides nothing.</summary>
/// <remarks>
/// A hidden key has the score −∞ and so the weight 0. Neither its key nor its value is looked at: whatever they hold, NaN included, changes nothing.
/// A mask refers to the memory that it was made from, copies nothing, and can be kept and used again. Masks of different kinds combine with <c>&amp;</c>:
/// a key is seen where all let it through, and what they add is summed. Where N ≠ M, query and key sequences are aligned at the end: query i stands at position i + M − N among the keys.
/// </remarks>
public readonly partial struct Mask
{
    /// <summary>Every query sees every key.</summary>
    public static Mask None => default;

    /// <summary>A query sees no key of its future: query i sees key j where j ≤ i + M − N.</summary>
    public static Mask Causal => new() { IsCausal = true };

    /// <summary>A query sees the keys near its own position p = i + M − N, from p − before to p + after, and the first keys of its sequence.</summary>
    /// <param name="before">Keys seen before the query's own position.</param>
    /// <param name="after">Keys seen after it; what Causal hides stays hidden.</param>
    /// <param name="sinks">S: the first keys that stay visible wherever the window is, since a model that learned to rest its attention there breaks without them. They are the first of the
    /// sequence, not of its buffer: beside KeyStarts the keys from start to start + S − 1, as a cache of that sequence alone has them.</param>
    /// <exception cref="ArgumentException">A number is negative.</exception>
    /// <remarks>Windows after Beltagy et al. 2020, § 3.1; attention sinks after Xiao et al. 2024, § 3.2.</remarks>
    public static Mask Window(int before, int after, int sinks = 0)
    {
        Guard.NotNegative(nameof(before), before);
        Guard.NotNegative(nameof(after), after);
        Guard.NotNegative(nameof(sinks), sinks);
        return new() { Near = new(true, before, after, sinks) };
    }

    /// <summary>Sequences of unequal length, padded at the end: the keys at or beyond a sequence's length are hidden.</summary>
    /// <param name="lengths">[B], each from 0 to M.</param>
    public static Mask KeyLengths(ReadOnlyMemory<int> lengths) => new() { Ends = new(lengths) };

    /// <summary>Sequences of unequal length, padded at the start: the keys before a sequence's start are hidden.</summary>
    /// <param name="starts">[B], each from 0 to M.</param>
    public static Mask KeyStarts(ReadOnlyMemory<int> starts) => new() { Starts = new(starts) };

    /// <summary>Any pattern: a query sees exactly the keys that are marked true.</summary>
    /// <param name="visible">[N, M], [B, 1, N, M] or [B, H, N, M]; told apart by length.</param>
    public static Mask Visible(ReadOnlyMemory<bool> visible) => new() { Pattern = new(visible) };

    /// <summary>Any pattern: a query sees exactly the keys that are marked true.</summary>
    /// <param name="visible">[N, M]; copied.</param>
    public static Mask Visible(bool[,] visible)
    {
        ArgumentNullException.ThrowIfNull(visible);
        return Visible(visible.Cast<bool>().ToArray());
    }

    /// <summary>A pattern of square blocks: query i sees key j where the block (i / blockSize, j / blockSize) is marked true. What is false costs nothing.</summary>
    /// <param name="layout">[⌈N / blockSize⌉, ⌈M / blockSize⌉], or one such layout per head, [H, ⌈N / blockSize⌉, ⌈M / blockSize⌉]; told apart by length.</param>
    /// <param name="blockSize">Queries, and keys, in a block.</param>
    /// <exception cref="ArgumentException">The block size is not positive.</exception>
    /// <remarks>Child et al. 2019; Zaheer et al. 2020.</remarks>
    public static Mask Blocks(ReadOnlyMemory<bool> layout, int blockSize)
    {
        Guard.Positive(nameof(blockSize), blockSize);
        return new() { Grid = new(new(layout), blockSize) };
    }

    /// <summary>A number added to each scaled score, such as a relative position bias; −∞ hides the key.</summary>
    /// <param name="bias">[N, M], [B, 1, N, M] or [B, H, N, M]; told apart by length. See <see cref="BiasPerHead"/> for [H, N, M].</param>
    public static Mask Bias(ReadOnlyMemory<float> bias) => new() { Added = new(bias) };

    /// <summary>A number added to each scaled score, such as a relative position bias; −∞ hides the key.</summary>
    /// <param name="bias">[N, M]; copied.</param>
    public static Mask Bias(float[,] bias)
    {
        ArgumentNullException.ThrowIfNull(bias);
        return Bias(bias.AsSpan().ToArray());
    }

    /// <summary>A number added to each scaled score, the same for all sequences; −∞ hides the key. A method of its own, because for B = H nothing would tell [H, N, M] from [B, 1, N, M].</summary>
    /// <param name="bias">[H, N, M]</param>
    public static Mask BiasPerHead(ReadOnlyMemory<float> bias) => new() { Added = new(bias), IsAddedPerHead = true };

    /// <summary>Attention with linear biases: the score of a key at distance d = |i + M − N − j| is lowered by slope · d.</summary>
    /// <param name="slopes">[H], finite.</param>
    /// <remarks>Press et al. 2022, § 3, where it stands beside a causal mask; without one, it falls off to both sides.</remarks>
    public static Mask Alibi(ReadOnlyMemory<float> slopes) => new() { Slopes = new(slopes) };

    /// <summary>A learned number per head and bucket of distances, added to each scaled score; −∞ hides the key.</summary>
    /// <param name="table">[H, buckets]</param>
    /// <param name="buckets">How many buckets of distances there are.</param>
    /// <param name="isBidirectional">Whether half of the buckets is for keys after the query. If not, those share the bucket of distance 0, and Causal should hide them.</param>
    /// <param name="maxDistance">From this distance on, all keys of a side share their last bucket.</param>
    /// <exception cref="ArgumentException">The buckets or the distance are too few; see <see cref="RelativeBucket"/>.</exception>
    /// <remarks>Raffel et al. 2020, § 2.1. T5 uses it with a scale of 1.</remarks>
    public static Mask RelativeBias(ReadOnlyMemory<float> table, int buckets = 32, bool isBidirectional = true, int maxDistance = 128) =>
        new() { Relative = new(new(table), new RelativeBuckets(buckets, isBidirectional, maxDistance)) };

    /// <summary>The bucket of a distance: small ones have a bucket each, larger ones share buckets that widen with the logarithm.</summary>
    /// <param name="relativePosition">The key's position minus the query's, j − (i + M − N).</param>
    /// <param name="buckets">How many buckets there are: at least 2, and for both directions an even number of at least 4.</param>
    /// <param name="isBidirectional">Whether the second half of the buckets is for keys after the query. If not, those share the bucket of distance 0.</param>
    /// <param name="maxDistance">From this distance on, all keys of a side share their last bucket; larger than the number of buckets that hold one distance each.</param>
    /// <returns>From 0 to buckets − 1.</returns>
    /// <exception cref="ArgumentException">The buckets or the distance are too few.</exception>
    /// <remarks>Raffel et al. 2020, § 2.1: half of a side's buckets hold one distance each, the other half share the logarithm of the distances up to the largest.</remarks>
    public static int RelativeBucket(int relativePosition, int buckets = 32, bool isBidirectional = true, int maxDistance = 128) =>
        RelativeBuckets.Of(relativePosition, buckets, isBidirectional, maxDistance);

    /// <summary>Both masks at once: a key is seen where both let it through, and what they add is summed.</summary>
    /// <exception cref="ArgumentException">Both hold the same kind: combine those yourself.</exception>
    public static Mask operator &(Mask left, Mask right)
    {
        bool isPerHead = left.IsAddedPerHead || right.IsAddedPerHead;
        return new()
        {
            IsCausal = left.IsCausal || right.IsCausal,
            Near = Either("windows", left.Near, left.Near.IsGiven, right.Near, right.Near.IsGiven),
            Ends = Either("key lengths", left.Ends, left.Ends.IsGiven, right.Ends, right.Ends.IsGiven),
            Starts = Either("key starts", left.Starts, left.Starts.IsGiven, right.Starts, right.Starts.IsGiven),
            Pattern = Either("visible patterns", left.Pattern, left.Pattern.IsGiven, right.Pattern, right.Pattern.IsGiven),
            Grid = Either("block layouts", left.Grid, left.Grid.Layout.IsGiven, right.Grid, right.Grid.Layout.IsGiven),
            Added = Either("biases", left.Added, left.Added.IsGiven, right.Added, right.Added.IsGiven),
            IsAddedPerHead = isPerHead,
            Slopes = Either("slopes", left.Slopes, left.Slopes.IsGiven, right.Slopes, right.Slopes.IsGiven),
            Relative = Either("relative biases", left.Relative, left.Relative.Table.IsGiven, right.Relative, right.Relative.Table.IsGiven),
        };
    }

    /// <summary>Both masks at once, for languages without operators.</summary>
    public static Mask BitwiseAnd(Mask left, Mask right) => left & right;

    private static T Either<T>(string kind, T left, bool isLeft, T right, bool isRight) =>
        isLeft && isRight ? throw new ArgumentException($"mask: both sides hold {kind}; combine them into one first")
        : isLeft ? left : right;
}
