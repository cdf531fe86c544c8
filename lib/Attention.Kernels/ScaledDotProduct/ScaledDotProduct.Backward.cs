using System.Runtime.InteropServices;

namespace Attention.Kernels;

public static partial class ScaledDotProduct
{
    /// <summary>The gradient of <see cref="Forward"/>: what the loss's slope in the output makes of its slopes in queries, keys and values.</summary>
    /// <param name="shape">The sizes that all buffers follow.</param>
    /// <param name="query">[B, H, N, D]; in the layout LengthFirst [B, N, H, D], and so on for everything but logSumExp.</param>
    /// <param name="key">[B, G, M, D]; one key head serves H/G query heads.</param>
    /// <param name="value">[B, G, M, Dv]</param>
    /// <param name="output">[B, H, N, Dv]; what Forward wrote.</param>
    /// <param name="logSumExp">[B, H, N]; what Forward wrote.</param>
    /// <param name="outputGradient">[B, H, N, Dv]; dL/doutput.</param>
    /// <param name="queryGradient">[B, H, N, D]; dL/dquery, overwritten, must not overlap another buffer. Empty: not wanted.</param>
    /// <param name="keyGradient">[B, G, M, D]; dL/dkey, summed over the query heads that a key head serves; overwritten, must not overlap another buffer. Empty: not wanted.</param>
    /// <param name="valueGradient">[B, G, M, Dv]; dL/dvalue, likewise. Empty: not wanted.</param>
    /// <param name="mask">The mask that Forward was given.</param>
    /// <param name="options">The scale and layout that Forward was given; threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, a gradient overlaps another buffer, or the mask does not fit; the message does the arithmetic.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradients are half written.</exception>
    /// <remarks>
    /// With weights P = softmax(S), S = scale · Q Kᵀ + mask: dV = Pᵀ dO, dP = dO Vᵀ, dS = P ∘ (dP − δ), δ = Σ dO ∘ O, dQ = scale · dS K, dK = scale · dSᵀ Q.
    /// The weights are computed again, tile by tile, from the scores and logSumExp, so that never more than a few tiles of them exist (Dao et al. 2022, algorithm 4).
    /// logSumExp is a float: where scores are of size x, weights are right to about x · 10⁻⁷.
    /// <para>
    /// A hidden key gets no gradient and gives none, and neither does a query that sees no key; what they hold, NaN included, changes nothing. A row that Forward made NaN has NaN
    /// gradients, and so have all keys and values that it sees. A NaN or ∞ in one row of outputGradient spoils that query, and the keys and values that it sees.
    /// </para>
    /// </remarks>
    public static unsafe void Backward(
        AttentionShape shape,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> value,
        ReadOnlySpan<float> output,
        ReadOnlySpan<float> logSumExp,
        ReadOnlySpan<float> outputGradient,
        Span<float> queryGradient,
        Span<float> keyGradient,
        Span<float> valueGradient,
        Mask mask = default,
        AttentionOptions options = default)
    {
        CheckBackward(shape, query, key, value, output, logSumExp, outputGradient, queryGradient, keyGradient, valueGradient, mask, options);
        RowStrides queries = RowStrides.Of(options.Layout, shape.Heads, shape.Queries, shape.Width), keys = RowStrides.Of(options.Layout, shape.KeyHeads, shape.Keys, shape.Width);
        RowStrides values = RowStrides.Of(options.Layout, shape.KeyHeads, shape.Keys, shape.ValueWidth);
        RowStrides outputs = RowStrides.Of(options.Layout, shape.Heads, shape.Queries, shape.ValueWidth);
        fixed (float* q = query, k = key, v = value, o = output, l = logSumExp, dO = outputGradient, dQ = queryGradient, dK = keyGradient, dV = valueGradient)
        {
            var buffers = new BackwardBuffers
            {
                Query = new(q, queries),
                Key = new(k, keys),
                Value = new(v, values),
                Output = new(o, outputs),
                OutputGradient = new(dO, outputs),
                QueryGradient = new(dQ, queries),
                KeyGradient = new(dK, keys),
                ValueGradient = new(dV, values),
                LogSumExp = l,
            };
            RunBackward(shape, buffers, mask, options);
        }
    }

    /// <summary>The gradients, in buffers whose rows may lie anywhere. Nothing is checked.</summary>
    internal static unsafe void RunBackward(AttentionShape shape, BackwardBuffers buffers, Mask mask, AttentionOptions options)
    {
        KernelOptions kernel = options.ToKernelOptions();
        double pairs = (double)shape.Batch * shape.Heads * shape.Queries * shape.Keys;
        var plan = new BackwardPlan(shape);
        long tiles = BackwardTiles.CountOf(shape, plan);
        int threads = (int)Math.Clamp(tiles, 1, kernel.ThreadsFor(pairs * ((3.0 * shape.Width) + (2.0 * shape.ValueWidth))));
        long rows = (long)shape.Batch * shape.Heads * shape.Queries;
        Scratch scratch = Scratch.Rent((2 * rows) + (threads > 1 ? tiles : 0));
        try
        {
            int* progress = threads > 1 ? (int*)(scratch.Start + (2 * rows)) : null;
            if (threads > 1)
            {
                NativeMemory.Clear(progress, (nuint)tiles * sizeof(int));
            }

            var problem = new BackwardProblem
            {
                Shape = shape,
                Plan = plan,
                Buffers = buffers,
                Mask = mask,
                Scale = options.ScaleFor(shape.Width),
                Exponents = scratch.Start,
                Deltas = scratch.Start + rows,
            };
            Tiled.Run(new BackwardRowTiles(problem), threads, kernel);
            Tiled.Run(new BackwardTiles(problem, threads, progress), threads, kernel);
        }
        finally
        {
            Scratch.Return(scratch);
        }
    }

    private static void CheckBackward(
        AttentionShape shape,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> value,
        ReadOnlySpan<float> output,
        ReadOnlySpan<float> logSumExp,
        ReadOnlySpan<float> outputGradient,
        ReadOnlySpan<float> queryGradient,
        ReadOnlySpan<float> keyGradient,
        ReadOnlySpan<float> valueGradient,
        Mask mask,
        AttentionOptions options)
    {
        shape.Check();
        options.Check();
        Guard.Length(nameof(query), query.Length, shape.Batch, shape.Heads, shape.Queries, shape.Width);
        Guard.Length(nameof(key), key.Length, shape.Batch, shape.KeyHeads, shape.Keys, shape.Width);
        Guard.Length(nameof(value), value.Length, shape.Batch, shape.KeyHeads, shape.Keys, shape.ValueWidth);
        Guard.Length(nameof(output), output.Length, shape.Batch, shape.Heads, shape.Queries, shape.ValueWidth);
        Guard.Length(nameof(logSumExp), logSumExp.Length, shape.Batch, shape.Heads, shape.Queries);
        Guard.Length(nameof(outputGradient), outputGradient.Length, shape.Batch, shape.Heads, shape.Queries, shape.ValueWidth);
        mask.Check(shape);
        if (!queryGradient.IsEmpty)
        {
            Guard.Length(nameof(queryGradient), queryGradient.Length, shape.Batch, shape.Heads, shape.Queries, shape.Width);
            CheckGradientApart(nameof(queryGradient), queryGradient, query, key, value, output, logSumExp, outputGradient, mask);
            Guard.Apart(nameof(queryGradient), queryGradient, nameof(keyGradient), keyGradient);
            Guard.Apart(nameof(queryGradient), queryGradient, nameof(valueGradient), valueGradient);
        }

        if (!keyGradient.IsEmpty)
        {
            Guard.Length(nameof(keyGradient), keyGradient.Length, shape.Batch, shape.KeyHeads, shape.Keys, shape.Width);
            CheckGradientApart(nameof(keyGradient), keyGradient, query, key, value, output, logSumExp, outputGradient, mask);
            Guard.Apart(nameof(keyGradient), keyGradient, nameof(valueGradient), valueGradient);
        }

        if (!valueGradient.IsEmpty)
        {
            Guard.Length(nameof(valueGradient), valueGradient.Length, shape.Batch, shape.KeyHeads, shape.Keys, shape.ValueWidth);
            CheckGradientApart(nameof(valueGradient), valueGradient, query, key, value, output, logSumExp, outputGradient, mask);
        }
    }

    private static void CheckGradientApart(
        string name,
        ReadOnlySpan<float> gradient,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> value,
        ReadOnlySpan<float> output,
        ReadOnlySpan<float> logSumExp,
        ReadOnlySpan<float> outputGradient,
        Mask mask)
    {
        CheckApart(name, gradient, query, key, value, mask);
        Guard.Apart(name, gradient, nameof(output), output);
        Guard.Apart(name, gradient, nameof(logSumExp), logSumExp);
        Guard.Apart(name, gradient, nameof(outputGradient), outputGradient);
    }
}
