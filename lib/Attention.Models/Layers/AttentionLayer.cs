using Attention.Kernels;

namespace Attention.Models;

/// <summary>Multi-head attention: queries, keys and values are projected, heads attend, and their contexts are projected together.</summary>
/// <remarks>
/// <c>MultiHead(x, y) = Concat(head₁ ... head_H) Woᵀ + bo</c>, <c>headₕ = Attention(x Wqₕᵀ, y Wkₕᵀ, y Wvₕᵀ)</c> (Vaswani et al. 2017, § 3.2.2). Heads are neither split nor
/// joined: they lie side by side in a row, and are attended to where they lie.
/// </remarks>
public sealed class AttentionLayer : Module
{
    /// <summary>What a text that parts from another copies is less than a page.</summary>
    private const int PageTokens = 16;

    private readonly Linear _query;
    private readonly Linear _key;
    private readonly Linear _value;
    private readonly Linear _output;
    private readonly RandomSource _random;
    private readonly RelativeBias? _relativeBias;

    /// <summary>A layer of these sizes.</summary>
    /// <param name="options">The sizes and kinds.</param>
    /// <param name="random">For the first weights, and for dropout.</param>
    /// <exception cref="ArgumentException">A size is out of range, the heads do not share the width evenly, or the buckets or their distance are too few.</exception>
    public AttentionLayer(AttentionLayerOptions options, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        Options = options;
        int memory = options.MemoryWidth ?? options.Width, keys = options.ActualKeyHeads;
        _query = Add("query", new Linear(options.Width, options.Heads * options.ActualHeadWidth, random, options.HasBias, options.Initializer));
        _key = Add("key", new Linear(memory, keys * options.ActualHeadWidth, random, options.HasBias, options.Initializer));
        _value = Add("value", new Linear(memory, keys * options.ActualValueWidth, random, options.HasBias, options.Initializer));
        _output = Add("output", new Linear(options.Heads * options.ActualValueWidth, options.Width, random, options.HasBias, options.Initializer));
        _random = Source("random", random);
        _relativeBias = options.RelativeBuckets != 0
            ? new(Parameter("relativeBias", Tensor.Zeros(options.Heads, options.RelativeBuckets)), options.IsBidirectional, options.MaxDistance)
            : null;
    }

    /// <summary>The sizes and kinds.</summary>
    public AttentionLayerOptions Options { get; }

    /// <summary>Attends the rows of x to each other, or to those of a memory.</summary>
    /// <param name="x">[B, N, Width]; the rows that ask.</param>
    /// <param name="memory">[B, M, MemoryWidth]; the rows that are asked. Null: x.</param>
    /// <param name="mask">Which rows are seen; all, when omitted.</param>
    /// <returns>[B, N, Width]</returns>
    public Tensor Forward(Tensor x, Tensor? memory = null, Mask mask = default) => Forward(x, Remember(memory ?? x), mask);

    /// <summary>Attends the rows of x to what was projected before.</summary>
    /// <param name="x">[B, N, Width]; the rows that ask. Where they are turned by their positions, they have those of the last N rows of the memory.</param>
    /// <param name="remembered">What <see cref="Remember"/> gave.</param>
    /// <param name="mask">Which rows are seen; all, when omitted.</param>
    /// <returns>[B, N, Width]</returns>
    public Tensor Forward(Tensor x, KeysAndValues remembered, Mask mask = default)
    {
        ArgumentNullException.ThrowIfNull(remembered);
        int firstPosition = Options.Rotary is null ? 0 : remembered.FirstPosition + remembered.Key.Shape[1] - Rows(x)[1];
        Tensor query = Queries(x, firstPosition);
        AttentionOptions run = Run with { Dropout = IsTraining && Options.Dropout > 0 ? new(Options.Dropout, _random.NextSeed()) : default };
        AttentionRecorder.Current?.Write(Name, Tensor.AttentionWeights(query, remembered.Key, mask, Run, relativeBias: _relativeBias));
        return Joined(Tensor.Attention(query, remembered.Key, remembered.Value, mask, run, relativeBias: _relativeBias));
    }

    /// <summary>Projects a memory, once for all queries that will ask it.</summary>
    /// <param name="memory">[B, M, MemoryWidth]</param>
    /// <param name="firstPosition">The position of its first row, for keys that are turned by it.</param>
    public KeysAndValues Remember(Tensor memory, int firstPosition = 0)
    {
        (int batch, int length, _) = Rows(memory);
        Tensor key = _key.Forward(memory).Reshape(batch, length, Options.ActualKeyHeads, Options.ActualHeadWidth);
        Tensor value = _value.Forward(memory).Reshape(batch, length, Options.ActualKeyHeads, Options.ActualValueWidth);
        return new(Turned(key, firstPosition), value) { FirstPosition = firstPosition };
    }

    /// <summary>A cache for so many tokens of each sequence.</summary>
    public KeyValueCache NewCache(int batch, int capacity) =>
        KeyValueCache.Contiguous(CacheShapeOf(batch), capacity);

    /// <summary>A cache of pages, whose forks share what they have in common: for texts that part, as those of a beam search do.</summary>
    /// <param name="batch">How many sequences it begins with.</param>
    /// <param name="pages">What <see cref="NewPages"/> gave.</param>
    public KeyValueCache NewCache(int batch, PagePool pages) => KeyValueCache.Paged(CacheShapeOf(batch), pages);

    /// <summary>Pages for so many sequences of so many tokens each, in a cache and in its forks.</summary>
    public PagePool NewPages(int sequences, int capacity)
    {
        CacheShape shape = CacheShapeOf(sequences);
        long each = (((long)capacity + PageTokens - 1) / PageTokens) + 1; // and one more, into which the last is copied where texts part
        return new(shape.KeyHeads, shape.Width, shape.ValueWidth, PageTokens, (int)Math.Min(sequences * each, int.MaxValue));
    }

    /// <summary>Attends new rows to themselves and to all before them, whose keys and values the cache holds; the new ones are added to it. Nothing is recorded for gradients.</summary>
    /// <param name="x">[B, N, Width]; the newest rows.</param>
    /// <param name="cache">What <see cref="NewCache(int, int)"/> gave.</param>
    /// <param name="mask">What else is hidden or added: key starts, a window, slopes; the future is hidden always.</param>
    /// <returns>[B, N, Width]; what Forward of the whole sequence under a causal mask has in its last rows.</returns>
    /// <exception cref="ArgumentException">The rows, the cache and the mask do not go together, or the cache has no room; it is as it was before.</exception>
    /// <exception cref="InvalidOperationException">Gradients are on.</exception>
    public Tensor Continue(Tensor x, KeyValueCache cache, Mask mask = default)
    {
        ArgumentNullException.ThrowIfNull(cache);
        if (Gradients.AreOn)
        {
            throw new InvalidOperationException("Continue: gradients do not go through a cache; turn them off");
        }

        (int batch, int length, _) = Rows(x);
        int[] before = LengthsOf(cache, length);
        int firstPosition = before.Length == 0 ? 0 : before[0];
        KeysAndValues added = Remember(x, firstPosition);
        Tensor query = Queries(x, firstPosition);
        Tensor context = Tensor.Uninitialized([batch, length, Options.Heads, Options.ActualValueWidth]);
        mask = _relativeBias is null ? mask : mask & _relativeBias.ToMask(Options.Heads);
        cache.Append(length, added.Key.Values, added.Value.Values, AttentionLayout.LengthFirst);
        try
        {
            Decode.Forward(new(Options.Heads, length), cache, query.Values, context.Values, mask: mask, options: Run);
        }
        catch
        {
            for (int sequence = 0; sequence < before.Length; sequence++)
            {
                cache.Truncate(sequence, before[sequence]);
            }

            throw;
        }

        return Joined(context);
    }

    /// <summary>How long each sequence is, if new rows may follow: none may push out of a window what the first of them still sees, because that could not be put back.</summary>
    private int[] LengthsOf(KeyValueCache cache, int added)
    {
        int[] lengths = new int[cache.Shape.Sequences];
        for (int sequence = 0; sequence < lengths.Length; sequence++)
        {
            int length = lengths[sequence] = cache.Length(sequence);
            if (Options.Rotary is not null && length != lengths[0])
            {
                throw new ArgumentException($"Continue: rows are turned by one position for all, and sequence {sequence} of the cache has {length} tokens, sequence 0 has {lengths[0]}");
            }

            if (cache.Window is { } window && added > window.NewTokens && (long)length + added > (long)window.Sinks + window.Window + window.NewTokens - 1)
            {
                throw new ArgumentException($"Continue: {added} new rows after {length}: the cache's window has room for {window.NewTokens} new tokens at a time");
            }
        }

        return lengths;
    }

    private CacheShape CacheShapeOf(int batch) => new(batch, Options.ActualKeyHeads, Options.ActualHeadWidth, Options.ActualValueWidth);

    private AttentionOptions Run => new() { Layout = AttentionLayout.LengthFirst, Scale = Options.Scale, MaxThreads = Compute.MaxThreads };

    private static Shape Rows(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.Rank == 3 ? x.Shape : throw new ArgumentException($"attention: expected rows [batch, length, width], got {x.Shape}");
    }

    /// <summary>[B, N, H, D]</summary>
    private Tensor Queries(Tensor x, int firstPosition)
    {
        (int batch, int length, _) = Rows(x);
        return Turned(_query.Forward(x).Reshape(batch, length, Options.Heads, Options.ActualHeadWidth), firstPosition);
    }

    private Tensor Turned(Tensor rows, int firstPosition) => Options.Rotary is { } table ? rows.Rotary(table, AttentionLayout.LengthFirst, firstPosition) : rows;

    private Tensor Joined(Tensor context) => _output.Forward(context.Reshape(context.Shape[0], context.Shape[1], Options.Heads * Options.ActualValueWidth));
}
