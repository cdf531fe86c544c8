namespace Attention.Kernels;

/// <summary>A whole multi-head attention layer: queries, keys and values projected, heads attended, their contexts projected together.</summary>
/// <remarks>
/// <c>MultiHead(x, y) = Concat(head₁ ... head_H) Woᵀ + bo</c>, where <c>headₕ = Attention(x Wqₕᵀ + bqₕ, y Wkₕᵀ + bkₕ, y Wvₕᵀ + bvₕ)</c> (Vaswani et al. 2017, § 3.2.2, whose
/// matrices are the transposes of these). A query that sees no key has a context of zeros, and so the output bias as its output. NaN and ∞ go where the products and
/// <see cref="ScaledDotProduct"/> carry them.
/// </remarks>
public static partial class MultiHeadAttention
{
    /// <summary>Runs the layer.</summary>
    /// <param name="shape">The sizes that all buffers follow.</param>
    /// <param name="input">[B, N, E]; the rows that ask.</param>
    /// <param name="memory">[B, M, Ek]; the rows that are asked. Empty: the input itself.</param>
    /// <param name="parameters">Weights and biases.</param>
    /// <param name="output">[B, N, Eo]; overwritten, must not overlap another buffer.</param>
    /// <param name="saved">[SavedCount]; what <see cref="Backward"/> needs, overwritten, must not overlap another buffer. Empty: not wanted, as in inference.</param>
    /// <param name="mask">Which keys a query sees; nothing is hidden when omitted.</param>
    /// <param name="options">As for attention. The layout plays no part: rows hold all heads.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, a result overlaps another buffer, or the mask does not fit; the message does the arithmetic.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the outputs are half written.</exception>
    public static void Forward(
        MultiHeadShape shape,
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> memory,
        MultiHeadParameters parameters,
        Span<float> output,
        Span<float> saved = default,
        Mask mask = default,
        AttentionOptions options = default)
    {
        CheckForward(shape, input, memory, parameters, output, saved, mask, options);
        Run(shape, input, AskedRows(shape, input, memory), new Projections(parameters), output, saved, mask, options);
    }

    /// <summary>Runs the layer with weights that were packed before: the same bits, and the packing's time saved.</summary>
    /// <param name="shape">The sizes of this call; batch and lengths may differ from those that the weights were packed with.</param>
    /// <param name="input">[B, N, E]; the rows that ask.</param>
    /// <param name="memory">[B, M, Ek]; the rows that are asked. Empty: the input itself.</param>
    /// <param name="weights">Weights and biases.</param>
    /// <param name="output">[B, N, Eo]; overwritten, must not overlap an input.</param>
    /// <param name="mask">Which keys a query sees; nothing is hidden when omitted.</param>
    /// <param name="options">As for attention. The layout plays no part: rows hold all heads.</param>
    /// <exception cref="ArgumentException">A buffer's length or the weights differ from the shape, the output overlaps an input, or the mask does not fit; the message does the arithmetic.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the output is half written.</exception>
    public static void Forward(
        MultiHeadShape shape,
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> memory,
        MultiHeadWeights weights,
        Span<float> output,
        Mask mask = default,
        AttentionOptions options = default)
    {
        ArgumentNullException.ThrowIfNull(weights);
        CheckForward(shape, input, memory, output, [], mask, options);
        CheckApart(input, memory, default, output, [], mask);
        weights.Check(shape);
        Run(shape, input, AskedRows(shape, input, memory), new Projections(weights), output, [], mask, options);
    }

    /// <summary>Packs weights, so that many calls need not.</summary>
    /// <param name="shape">The layer's sizes. Batch and lengths play no part.</param>
    /// <param name="parameters">Weights and biases.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape; the message does the arithmetic.</exception>
    public static MultiHeadWeights Pack(MultiHeadShape shape, MultiHeadParameters parameters)
    {
        shape = shape with { Batch = 0, Queries = 0, Keys = 0 };
        shape.Check();
        parameters.Check(shape);
        return new MultiHeadWeights(shape, parameters);
    }

    private static unsafe void Run(
        MultiHeadShape shape,
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> memory,
        Projections projections,
        Span<float> output,
        Span<float> saved,
        Mask mask,
        AttentionOptions options)
    {
        Scratch? scratch = saved.IsEmpty ? Scratch.Rent(shape.SavedCount) : null;
        try
        {
            var between = new MultiHeadSaved(shape, scratch is null ? saved : new Span<float>(scratch.Start, shape.SavedCount));
            KernelOptions kernel = options.ToKernelOptions();
            projections.Query.Run(shape.QueryProjection, input, between.Query, kernel);
            projections.Key.Run(shape.KeyProjection, memory, between.Key, kernel);
            projections.Value.Run(shape.ValueProjection, memory, between.Value, kernel);
            ScaledDotProduct.Forward(
                shape.Attention, between.Query, between.Key, between.Value, between.Context, between.LogSumExp, mask, options with { Layout = AttentionLayout.LengthFirst });
            projections.Output.Run(shape.OutputProjection, between.Context, output, kernel);
        }
        finally
        {
            if (scratch is not null)
            {
                Scratch.Return(scratch);
            }
        }
    }

    private static bool IsSelf(MultiHeadShape shape, ReadOnlySpan<float> memory) =>
        memory.IsEmpty && shape.Keys == shape.Queries && shape.ActualMemoryWidth == shape.InputWidth;

    private static ReadOnlySpan<float> AskedRows(MultiHeadShape shape, ReadOnlySpan<float> input, ReadOnlySpan<float> memory) => IsSelf(shape, memory) ? input : memory;

    private static void CheckForward(
        MultiHeadShape shape,
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> memory,
        MultiHeadParameters parameters,
        ReadOnlySpan<float> output,
        ReadOnlySpan<float> saved,
        Mask mask,
        AttentionOptions options)
    {
        CheckForward(shape, input, memory, output, saved, mask, options);
        parameters.Check(shape);
        CheckApart(input, memory, parameters, output, saved, mask);
    }

    private static void CheckForward(
        MultiHeadShape shape, ReadOnlySpan<float> input, ReadOnlySpan<float> memory, ReadOnlySpan<float> output, ReadOnlySpan<float> saved, Mask mask, AttentionOptions options)
    {
        CheckInputs(shape, input, memory, mask, options);
        Guard.Length(nameof(output), output.Length, shape.Batch, shape.Queries, shape.ActualOutputWidth);
        Guard.LengthOrEmpty(nameof(saved), saved.Length, shape.SavedCount);
    }

    private static void CheckApart(
        ReadOnlySpan<float> input, ReadOnlySpan<float> memory, MultiHeadParameters parameters, ReadOnlySpan<float> output, ReadOnlySpan<float> saved, Mask mask)
    {
        Buffers results = default, inputs = default;
        results.Add(nameof(output), output);
        results.Add(nameof(saved), saved);
        inputs.Add(nameof(input), input);
        inputs.Add(nameof(memory), memory);
        parameters.AddTo(ref inputs);
        mask.AddTo(ref inputs);
        Guard.Apart(results, inputs);
    }

    private static void CheckInputs(MultiHeadShape shape, ReadOnlySpan<float> input, ReadOnlySpan<float> memory, Mask mask, AttentionOptions options)
    {
        shape.Check();
        options.Check();
        Guard.Length(nameof(input), input.Length, shape.Batch, shape.Queries, shape.InputWidth);
        if (!IsSelf(shape, memory))
        {
            Guard.Length(nameof(memory), memory.Length, shape.Batch, shape.Keys, shape.ActualMemoryWidth);
        }

        mask.Check(shape.Attention);
    }

    /// <summary>One linear layer: a matrix, packed or not, and a bias.</summary>
    private readonly ref struct Projection(ReadOnlySpan<float> weight, PackedMatrix? packed, ReadOnlySpan<float> bias)
    {
        private readonly ReadOnlySpan<float> _weight = weight;
        private readonly ReadOnlySpan<float> _bias = bias;

        internal void Run(MatmulShape shape, ReadOnlySpan<float> rows, Span<float> result, KernelOptions options)
        {
            if (packed is null)
            {
                Matmul.Forward(shape, rows, _weight, result, _bias, options);
            }
            else
            {
                Matmul.Forward(shape, rows, packed, result, _bias, options);
            }
        }
    }

    private readonly ref struct Projections
    {
        internal Projections(MultiHeadParameters parameters)
        {
            Query = new(parameters.QueryWeight, null, parameters.QueryBias);
            Key = new(parameters.KeyWeight, null, parameters.KeyBias);
            Value = new(parameters.ValueWeight, null, parameters.ValueBias);
            Output = new(parameters.OutputWeight, null, parameters.OutputBias);
        }

        internal Projections(MultiHeadWeights weights)
        {
            Query = new([], weights.Query, weights.QueryBias);
            Key = new([], weights.Key, weights.KeyBias);
            Value = new([], weights.Value, weights.ValueBias);
            Output = new([], weights.Output, weights.OutputBias);
        }

        internal Projection Query { get; }

        internal Projection Key { get; }

        internal Projection Value { get; }

        internal Projection Output { get; }
    }
}
