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
    /// <param name="options">The scale, cap, layout and dropout that Forward was given; threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, a gradient overlaps another buffer, or the mask does not fit; the message does the arithmetic.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradients are half written.</exception>
    /// <remarks>
    /// With weights P = softmax(S), S = scale · Q Kᵀ + mask: dV = Pᵀ dO, dP = dO Vᵀ, dS = P ∘ (dP − δ), δ = Σ dO ∘ O, dQ = scale · dS K, dK = scale · dSᵀ Q.
    /// With a cap, dQ and dK have dS ∘ (1 − tanh²) for dS, and bias and table have dS itself. With dropout, dV has the weights that are left and dP those factors, which are drawn again.
    /// The weights are computed again, tile by tile, from the scores and logSumExp, so that never more than a few tiles of them exist (Dao et al. 2022, algorithm 4).
    /// logSumExp is a float: where scores are of size x, weights are right to about x · 10⁻⁷.
    /// <para>
    /// A hidden key gets no gradient and gives none, and neither does a query that sees no key; what they hold, NaN included, changes nothing. A row that Forward made NaN has NaN
    /// gradients, and so have all keys and values that it sees. A NaN or ∞ in one row of outputGradient spoils that query, and the keys and values that it sees.
    /// </para>
    /// </remarks>
    public static void Backward(
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
        AttentionOptions options = default) =>
        BackwardWithBias(shape, query, key, value, output, logSumExp, outputGradient, queryGradient, keyGradient, valueGradient, default, default, mask, options);

    /// <summary>The gradient of <see cref="Forward"/> with a mask that learns: also what the loss's slope makes of the slopes in the mask's bias and table.</summary>
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
    /// <param name="biasGradient">[N, M], [B, 1, N, M], [B, H, N, M] or [H, N, M], as the mask's bias is; dL/dbias, summed over what shares a place, zero where hidden;
    /// overwritten, must not overlap another buffer. Empty: not wanted.</param>
    /// <param name="tableGradient">[H, buckets], as the table of the mask's relative bias is; dL/dtable, summed over all distances of a bucket; likewise.
    /// Empty: not wanted.</param>
    /// <param name="mask">The mask that Forward was given.</param>
    /// <param name="options">The scale, cap, layout and dropout that Forward was given; threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, a gradient overlaps another buffer, or the mask does not fit; the message does the arithmetic.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradients are half written.</exception>
    /// <remarks>See <see cref="Backward"/>. A bias of −∞ hides, and has no gradient.</remarks>
    public static unsafe void BackwardWithBias(
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
        Span<float> biasGradient,
        Span<float> tableGradient,
        Mask mask,
        AttentionOptions options = default)
    {
        CheckBackward(shape, query, key, value, output, logSumExp, outputGradient, queryGradient, keyGradient, valueGradient, mask, options);
        CheckBiasGradients(query, key, value, output, logSumExp, outputGradient, queryGradient, keyGradient, valueGradient, biasGradient, tableGradient, mask);
        biasGradient.Clear();
        RowStrides queries = RowStrides.Of(options.Layout, shape.Heads, shape.Queries, shape.Width), keys = RowStrides.Of(options.Layout, shape.KeyHeads, shape.Keys, shape.Width);
        RowStrides values = RowStrides.Of(options.Layout, shape.KeyHeads, shape.Keys, shape.ValueWidth);
        RowStrides outputs = RowStrides.Of(options.Layout, shape.Heads, shape.Queries, shape.ValueWidth);
        fixed (float* q = query, k = key, v = value, o = output, l = logSumExp, dO = outputGradient, dQ = queryGradient, dK = keyGradient, dV = valueGradient, dBias = biasGradient, dTable = tableGradient)
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
                BiasGradient = dBias,
                TableGradient = dTable,
            };
            RunBackward(shape, buffers, mask, options);
        }
    }

    /// <summary>The gradients, in buffers whose rows may lie anywhere. Nothing is checked.</summary>
    internal static unsafe void RunBackward(AttentionShape shape, BackwardBuffers buffers, Mask mask, AttentionOptions options)
    {
        KernelOptions kernel = options.ToKernelOptions();
        double pairs = (double)shape.Batch * shape.Heads * shape.Queries * shape.Keys;
        var plan = new BackwardPlan(shape, options.Cap != 0);
        long tiles = BackwardTiles.CountOf(shape, plan);
        int threads = (int)Math.Clamp(tiles, 1, kernel.ThreadsFor(pairs * ((3.0 * shape.Width) + (2.0 * shape.ValueWidth))));
        long rows = (long)shape.Batch * shape.Heads * shape.Queries, turns = threads > 1 ? tiles : 0;
        long parts = buffers.TableGradient == null ? 0 : tiles * (shape.Heads / shape.KeyHeads) * mask.Buckets;
        Scratch scratch = Scratch.Rent((2 * rows) + turns + parts);
        try
        {
            float* shared = scratch.Start + (2 * rows);
            NativeMemory.Clear(shared, (nuint)(turns + parts) * sizeof(float));
            var problem = new BackwardProblem
            {
                Shape = shape,
                Plan = plan,
                Buffers = buffers,
                Mask = mask,
                Scale = options.ScaleFor(shape.Width),
                Cap = options.Cap,
                Dropout = options.Dropout,
                Exponents = scratch.Start,
                Deltas = scratch.Start + rows,
                TableParts = buffers.TableGradient == null ? null : shared + turns,
            };
            Tiled.Run(new BackwardRowTiles(problem), threads, kernel);
            Tiled.Run(new BackwardTiles(problem, threads, threads > 1 ? (int*)shared : null), threads, kernel);
            SumTable(problem);
        }
        finally
        {
            Scratch.Return(scratch);
        }
    }

    /// <summary>Adds up what the tiles found, in their order.</summary>
    private static unsafe void SumTable(BackwardProblem problem)
    {
        AttentionShape shape = problem.Shape;
        if (problem.Buffers.TableGradient == null)
        {
            return;
        }

        long heads = (long)shape.Heads / shape.KeyHeads * problem.Mask.Buckets, tiles = BackwardTiles.CountOf(shape, problem.Plan);
        NativeMemory.Clear(problem.Buffers.TableGradient, (nuint)(heads * shape.KeyHeads) * sizeof(float));
        for (long tile = 0; tile < tiles; tile++)
        {
            float* sums = problem.Buffers.TableGradient + (tile / problem.Plan.Panels % shape.KeyHeads * heads), part = problem.TableParts + (tile * heads);
            for (long u = 0; u < heads; u++)
            {
                sums[u] += part[u];
            }
        }
    }
}
