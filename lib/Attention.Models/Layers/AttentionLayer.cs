using Attention.Kernels;

namespace Attention.Models;

/// <summary>Multi-head attention: queries, keys and values are projected, heads attend, and their contexts are projected together.</summary>
/// <remarks>
/// <c>MultiHead(x, y) = Concat(head₁ ... head_H) Woᵀ + bo</c>, <c>headₕ = Attention(x Wqₕᵀ, y Wkₕᵀ, y Wvₕᵀ)</c> (Vaswani et al. 2017, § 3.2.2). Heads are neither split nor
/// joined: they lie side by side in a row, and are attended to where they lie.
/// </remarks>
public sealed class AttentionLayer : Module
{
    private readonly Linear _query;
    private readonly Linear _key;
    private readonly Linear _value;
    private readonly Linear _output;
    private readonly RandomSource _random;
    private readonly RelativeBias? _relativeBias;

    /// <summary>A layer of these sizes.</summary>
    /// <param name="options">The sizes and kinds.</param>
    /// <param name="random">For the first weights, and for dropout.</param>
    /// <exception cref="ArgumentException">The heads do not share the width evenly, and the like.</exception>
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
        _relativeBias = options.RelativeBuckets > 0
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
    /// <param name="x">[B, N, Width]; the rows that ask.</param>
    /// <param name="remembered">What <see cref="Remember"/> gave.</param>
    /// <param name="mask">Which rows are seen; all, when omitted.</param>
    /// <returns>[B, N, Width]</returns>
    public Tensor Forward(Tensor x, KeysAndValues remembered, Mask mask = default)
    {
        ArgumentNullException.ThrowIfNull(remembered);
        Tensor query = Queries(x, Options.Rotary is null ? 0 : remembered.Key.Shape[1] - x.Shape[1]);
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
        return new(Turned(key, firstPosition), value);
    }

    /// <summary>A cache for so many tokens of each sequence.</summary>
    public KeyValueCache NewCache(int batch, int capacity) =>
        KeyValueCache.Contiguous(new(batch, Options.ActualKeyHeads, Options.ActualHeadWidth, Options.ActualValueWidth), capacity);

    /// <summary>Attends new rows to themselves and to all before them, whose keys and values the cache holds; the new ones are added to it. Nothing is recorded for gradients.</summary>
    /// <param name="x">[B, N, Width]; the newest rows.</param>
    /// <param name="cache">What <see cref="NewCache"/> gave.</param>
    /// <param name="mask">What else is hidden or added: key starts, a window, slopes; the future is hidden always.</param>
    /// <returns>[B, N, Width]; what Forward of the whole sequence under a causal mask has in its last rows.</returns>
    /// <exception cref="InvalidOperationException">Gradients are on.</exception>
    public Tensor Continue(Tensor x, KeyValueCache cache, Mask mask = default)
    {
        ArgumentNullException.ThrowIfNull(cache);
        if (Gradients.AreOn)
        {
            throw new InvalidOperationException("Continue: gradients do not go through a cache; turn them off");
        }

        (int batch, int length, _) = Rows(x);
        int before = batch == 0 ? 0 : cache.Length(0);
        KeysAndValues added = Remember(x, before);
        Tensor query = Queries(x, before);
        cache.Append(length, added.Key.Values, added.Value.Values, AttentionLayout.LengthFirst);
        Tensor context = Tensor.Uninitialized([batch, length, Options.Heads, Options.ActualValueWidth]);
        mask = _relativeBias is null ? mask : mask & _relativeBias.ToMask(Options.Heads);
        Decode.Forward(new(Options.Heads, length), cache, query.Values, context.Values, mask: mask, options: Run);
        return Joined(context);
    }

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
