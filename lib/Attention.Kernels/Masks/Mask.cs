namespace Attention.Kernels;

/// <summary>Which keys a query may see, and what is added to their scores. The default value hides nothing.</summary>
/// <remarks>
/// A hidden key has the score −∞ and so the weight 0. Neither its key nor its value is looked at: whatever they hold, NaN included, changes nothing.
/// A mask refers to the memory that it was made from, copies nothing, and can be kept and used again. Masks of different kinds combine with <c>&amp;</c>.
/// </remarks>
public readonly partial struct Mask
{
    private readonly bool _causal;
    private readonly bool _hasKeyLengths;
    private readonly bool _hasVisible;
    private readonly bool _hasBias;
    private readonly ReadOnlyMemory<int> _keyLengths;
    private readonly ReadOnlyMemory<bool> _visible;
    private readonly ReadOnlyMemory<float> _bias;

    private Mask(bool causal, (bool Given, ReadOnlyMemory<int> Lengths) keyLengths, (bool Given, ReadOnlyMemory<bool> Flags) visible, (bool Given, ReadOnlyMemory<float> Values) bias)
    {
        _causal = causal;
        (_hasKeyLengths, _keyLengths) = keyLengths;
        (_hasVisible, _visible) = visible;
        (_hasBias, _bias) = bias;
    }

    /// <summary>Every query sees every key.</summary>
    public static Mask None => default;

    /// <summary>A query sees no key of its future. Query and key sequences are aligned at the end: query i sees key j where j ≤ i + M − N.</summary>
    public static Mask Causal => new(true, default, default, default);

    /// <summary>Sequences of unequal length, padded at the end: the keys at or beyond a sequence's length are hidden.</summary>
    /// <param name="lengths">[B], each from 0 to M.</param>
    public static Mask KeyLengths(ReadOnlyMemory<int> lengths) => new(false, (true, lengths), default, default);

    /// <summary>Any pattern: a query sees exactly the keys that are marked true.</summary>
    /// <param name="visible">[N, M], [B, 1, N, M] or [B, H, N, M]; told apart by length.</param>
    public static Mask Visible(ReadOnlyMemory<bool> visible) => new(false, default, (true, visible), default);

    /// <summary>Any pattern: a query sees exactly the keys that are marked true.</summary>
    /// <param name="visible">[N, M]; copied.</param>
    public static Mask Visible(bool[,] visible)
    {
        ArgumentNullException.ThrowIfNull(visible);
        return Visible(visible.Cast<bool>().ToArray());
    }

    /// <summary>A number added to each scaled score, such as a relative position bias; −∞ hides the key.</summary>
    /// <param name="bias">[N, M], [B, 1, N, M] or [B, H, N, M]; told apart by length.</param>
    public static Mask Bias(ReadOnlyMemory<float> bias) => new(false, default, default, (true, bias));

    /// <summary>A number added to each scaled score, such as a relative position bias; −∞ hides the key.</summary>
    /// <param name="bias">[N, M]; copied.</param>
    public static Mask Bias(float[,] bias)
    {
        ArgumentNullException.ThrowIfNull(bias);
        return Bias(bias.AsSpan().ToArray());
    }

    /// <summary>Both masks at once: a key is seen where both let it through.</summary>
    /// <exception cref="ArgumentException">Both hold lengths, both hold a pattern, or both hold a bias: combine those yourself.</exception>
    public static Mask operator &(Mask left, Mask right) => new(
        left._causal || right._causal,
        Either("key lengths", (left._hasKeyLengths, left._keyLengths), (right._hasKeyLengths, right._keyLengths)),
        Either("visible patterns", (left._hasVisible, left._visible), (right._hasVisible, right._visible)),
        Either("biases", (left._hasBias, left._bias), (right._hasBias, right._bias)));

    /// <summary>Both masks at once, for languages without operators.</summary>
    public static Mask BitwiseAnd(Mask left, Mask right) => left & right;

    private static (bool, ReadOnlyMemory<T>) Either<T>(string kind, (bool Given, ReadOnlyMemory<T> Data) left, (bool Given, ReadOnlyMemory<T> Data) right) =>
        left.Given && right.Given ? throw new ArgumentException($"mask: both sides hold {kind}; combine them into one first")
        : left.Given ? left : right;
}
