namespace Attention.Kernels;

public static partial class MultiHeadAttention
{
    /// <summary>The layer, written as the formula reads, out of the naive forms of its parts: what <see cref="Forward(MultiHeadShape, ReadOnlySpan{float}, ReadOnlySpan{float}, MultiHeadParameters, Span{float}, Span{float}, Mask, AttentionOptions)"/> is held against.</summary>
    /// <param name="shape">The sizes that all buffers follow.</param>
    /// <param name="input">[B, N, E]; the rows that ask.</param>
    /// <param name="memory">[B, M, Ek]; the rows that are asked. Empty: the input itself.</param>
    /// <param name="parameters">Weights and biases.</param>
    /// <param name="output">[B, N, Eo]; overwritten, must not overlap another buffer.</param>
    /// <param name="saved">[SavedCount]; what <see cref="BackwardNaive"/> needs, overwritten, must not overlap another buffer. Empty: not wanted.</param>
    /// <param name="mask">Which keys a query sees; nothing is hidden when omitted.</param>
    /// <param name="options">As for attention.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, a result overlaps another buffer, or the mask does not fit; the message does the arithmetic.</exception>
    public static void ForwardNaive(
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
        ReadOnlySpan<float> asked = AskedRows(shape, input, memory);
        var s = new MultiHeadSaved(shape, saved.IsEmpty ? new float[shape.SavedCount] : saved);

        // A row of queries holds all heads side by side: their concatenation.
        Matmul.ForwardNaive(shape.QueryProjection, input, parameters.QueryWeight, s.Query, parameters.QueryBias);
        Matmul.ForwardNaive(shape.KeyProjection, asked, parameters.KeyWeight, s.Key, parameters.KeyBias);
        Matmul.ForwardNaive(shape.ValueProjection, asked, parameters.ValueWeight, s.Value, parameters.ValueBias);
        ScaledDotProduct.ForwardNaive(
            shape.Attention, s.Query, s.Key, s.Value, s.Context, logSumExp: s.LogSumExp, mask: mask, options: options with { Layout = AttentionLayout.LengthFirst });
        Matmul.ForwardNaive(shape.OutputProjection, s.Context, parameters.OutputWeight, output, parameters.OutputBias);
    }

    /// <summary>The gradients, each as the chain rule gives it, out of the naive forms of the layer's parts: what <see cref="Backward"/> is held against.</summary>
    /// <param name="shape">The sizes that all buffers follow.</param>
    /// <param name="input">[B, N, E]; as Forward was given it.</param>
    /// <param name="memory">[B, M, Ek]; likewise. Empty: the input itself.</param>
    /// <param name="parameters">Weights; the biases play no part.</param>
    /// <param name="saved">[SavedCount]; what Forward wrote.</param>
    /// <param name="outputGradient">[B, N, Eo]; dL/doutput.</param>
    /// <param name="gradients">Where the gradients go.</param>
    /// <param name="mask">The mask that Forward was given.</param>
    /// <param name="options">The options that Forward was given.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, a gradient overlaps another buffer, or the mask does not fit; the message does the arithmetic.</exception>
    public static void BackwardNaive(
        MultiHeadShape shape,
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> memory,
        MultiHeadParameters parameters,
        ReadOnlySpan<float> saved,
        ReadOnlySpan<float> outputGradient,
        MultiHeadGradients gradients,
        Mask mask = default,
        AttentionOptions options = default)
    {
        CheckBackward(shape, input, memory, parameters, saved, outputGradient, gradients, mask, options);
        ReadOnlySpan<float> asked = AskedRows(shape, input, memory);
        var s = new MultiHeadSaved(shape, saved.ToArray());
        var d = new MultiHeadSaved(shape, new float[shape.SavedCount]);
        float[] fromQuery = new float[input.Length], fromKey = new float[asked.Length], fromValue = new float[asked.Length];

        Matmul.BackwardNaive(shape.OutputProjection, s.Context, parameters.OutputWeight, outputGradient, d.Context, gradients.OutputWeight, gradients.OutputBias);
        ScaledDotProduct.BackwardWithBiasNaive(
            shape.Attention, s.Query, s.Key, s.Value, s.Context, s.LogSumExp, d.Context, d.Query, d.Key, d.Value, gradients.MaskBias, gradients.MaskTable, mask, options with { Layout = AttentionLayout.LengthFirst });
        Matmul.BackwardNaive(shape.QueryProjection, input, parameters.QueryWeight, d.Query, fromQuery, gradients.QueryWeight, gradients.QueryBias);
        Matmul.BackwardNaive(shape.KeyProjection, asked, parameters.KeyWeight, d.Key, fromKey, gradients.KeyWeight, gradients.KeyBias);
        Matmul.BackwardNaive(shape.ValueProjection, asked, parameters.ValueWeight, d.Value, fromValue, gradients.ValueWeight, gradients.ValueBias);

        bool isSelf = IsSelf(shape, memory);
        for (int i = 0; i < gradients.Input.Length; i++)
        {
            gradients.Input[i] = fromQuery[i] + (isSelf ? fromKey[i] + fromValue[i] : 0);
        }

        for (int i = 0; i < gradients.Memory.Length; i++)
        {
            gradients.Memory[i] = fromKey[i] + fromValue[i];
        }
    }
}
