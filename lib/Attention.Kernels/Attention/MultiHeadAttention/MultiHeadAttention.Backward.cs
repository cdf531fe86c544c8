using System.Runtime.InteropServices;

namespace Attention.Kernels;

public static partial class MultiHeadAttention
{
    /// <summary>The gradients of the training forward pass, back through the output projection, attention, and the three projections before it.</summary>
    /// <param name="shape">The sizes that all buffers follow.</param>
    /// <param name="input">[B, N, E]; as Forward was given it.</param>
    /// <param name="memory">[B, M, Ek]; likewise. Empty: the input itself.</param>
    /// <param name="parameters">Weights; the biases play no part.</param>
    /// <param name="saved">[SavedCount]; what Forward wrote.</param>
    /// <param name="outputGradient">[B, N, Eo]; dL/doutput.</param>
    /// <param name="gradients">Where the gradients go; must not overlap each other or another buffer, what the mask holds included.</param>
    /// <param name="mask">The mask that Forward was given.</param>
    /// <param name="options">The options that Forward was given.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, a gradient overlaps another buffer, or the mask does not fit; the message does the arithmetic.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradients are half written.</exception>
    public static unsafe void Backward(
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
        bool isSelf = IsSelf(shape, memory);
        ReadOnlySpan<float> asked = AskedRows(shape, input, memory);
        KernelOptions kernel = options.ToKernelOptions();
        Scratch scratch = Scratch.Rent(shape.SavedCount);
        try
        {
            // Only read, as all that is done with it below.
            var s = new MultiHeadSaved(shape, MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(saved), saved.Length));
            var d = new MultiHeadSaved(shape, new Span<float>(scratch.Start, shape.SavedCount));
            Matmul.Backward(
                shape.OutputProjection, s.Context, parameters.OutputWeight, outputGradient, d.Context, gradients.OutputWeight, gradients.OutputBias, kernel);
            ScaledDotProduct.BackwardWithBias(
                shape.Attention, s.Query, s.Key, s.Value, s.Context, s.LogSumExp, d.Context, d.Query, d.Key, d.Value, gradients.MaskBias, gradients.MaskTable, mask, options with { Layout = AttentionLayout.LengthFirst });
            Matmul.Backward(shape.QueryProjection, input, parameters.QueryWeight, d.Query, gradients.Input, gradients.QueryWeight, gradients.QueryBias, kernel);

            // What a row gives as key and as value comes together, in self-attention with what it asks.
            Span<float> rows = isSelf ? gradients.Input : gradients.Memory;
            Matmul.Backward(shape.KeyProjection, asked, parameters.KeyWeight, d.Key, [], gradients.KeyWeight, gradients.KeyBias, kernel);
            Matmul.Backward(shape.ValueProjection, asked, parameters.ValueWeight, d.Value, [], gradients.ValueWeight, gradients.ValueBias, kernel);
            if (!rows.IsEmpty)
            {
                Matmul.Forward(Reversed(shape.KeyProjection, accumulate: isSelf), d.Key, parameters.KeyWeight, rows, options: kernel);
                Matmul.Forward(Reversed(shape.ValueProjection, accumulate: true), d.Value, parameters.ValueWeight, rows, options: kernel);
            }
        }
        finally
        {
            Scratch.Return(scratch);
        }
    }

    /// <summary>dx = dy W, where y = x Wᵀ.</summary>
    private static MatmulShape Reversed(MatmulShape projection, bool accumulate) =>
        new(projection.Rows, projection.Depth, projection.Columns) { Accumulate = accumulate };

    private static void CheckBackward(
        MultiHeadShape shape,
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> memory,
        MultiHeadParameters parameters,
        ReadOnlySpan<float> saved,
        ReadOnlySpan<float> outputGradient,
        MultiHeadGradients gradients,
        Mask mask,
        AttentionOptions options)
    {
        CheckInputs(shape, input, memory, mask, options);
        parameters.Check(shape);
        Guard.Length(nameof(saved), saved.Length, shape.SavedCount);
        Guard.Length(nameof(outputGradient), outputGradient.Length, shape.Batch, shape.Queries, shape.ActualOutputWidth);
        gradients.CheckLengths(shape, mask);
        if (!gradients.Memory.IsEmpty && IsSelf(shape, memory))
        {
            throw new ArgumentException("gradients.Memory: the memory is the input itself, and its gradient is part of gradients.Input");
        }

        Buffers results = default, inputs = default;
        gradients.AddTo(ref results);
        inputs.Add(nameof(input), input);
        inputs.Add(nameof(memory), memory);
        inputs.Add(nameof(saved), saved);
        inputs.Add(nameof(outputGradient), outputGradient);
        parameters.AddTo(ref inputs);
        mask.AddTo(ref inputs);
        Guard.Apart(results, inputs);
    }
}
