namespace Attention.Kernels;

public static partial class RelativeAttention
{
    /// <summary>The gradient of <see cref="Forward"/>.</summary>
    /// <param name="shape">The sizes that all buffers follow; N ≤ M.</param>
    /// <param name="query">[B, H, N, D]</param>
    /// <param name="key">[B, G, M, D]</param>
    /// <param name="value">[B, G, M, Dv]</param>
    /// <param name="position">[H, M, D]</param>
    /// <param name="contentBias">[H, D]; u.</param>
    /// <param name="positionBias">[H, D]; v.</param>
    /// <param name="output">[B, H, N, Dv]; what Forward wrote.</param>
    /// <param name="logSumExp">[B, H, N]; what Forward wrote.</param>
    /// <param name="outputGradient">[B, H, N, Dv]; dL/doutput.</param>
    /// <param name="queryGradient">[B, H, N, D]; overwritten.</param>
    /// <param name="keyGradient">[B, G, M, D]; overwritten. The paper stops the gradient at the memory: ignore its first M − N rows then.</param>
    /// <param name="valueGradient">[B, G, M, Dv]; overwritten.</param>
    /// <param name="positionGradient">[H, M, D]; overwritten.</param>
    /// <param name="contentBiasGradient">[H, D]; overwritten.</param>
    /// <param name="positionBiasGradient">[H, D]; overwritten.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, a result overlaps another buffer, or N &gt; M; the message does the arithmetic.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradients are half written.</exception>
    /// <remarks>
    /// With <c>g = dscore / √D</c>: <c>dqᵢ = Σⱼ g (kⱼ + r_t)</c>, <c>dkⱼ = Σᵢ g (qᵢ + u)</c>, <c>dr_t = Σ g (qᵢ + v)</c> over the pairs at the distance t, <c>du = Σ g kⱼ</c> and
    /// <c>dv = Σ g r_t</c>. The weights are computed again from logSumExp, block by block. A key head with all that it serves is one thread's, over all sequences.
    /// </remarks>
    public static unsafe void Backward(
        AttentionShape shape,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> value,
        ReadOnlySpan<float> position,
        ReadOnlySpan<float> contentBias,
        ReadOnlySpan<float> positionBias,
        ReadOnlySpan<float> output,
        ReadOnlySpan<float> logSumExp,
        ReadOnlySpan<float> outputGradient,
        Span<float> queryGradient,
        Span<float> keyGradient,
        Span<float> valueGradient,
        Span<float> positionGradient,
        Span<float> contentBiasGradient,
        Span<float> positionBiasGradient,
        KernelOptions options = default)
    {
        options.Check();
        Inputs inputs = new(query, key, value, position, contentBias, positionBias);
        Gradients gradients = new(queryGradient, keyGradient, valueGradient, positionGradient, contentBiasGradient, positionBiasGradient);
        CheckBackward(shape, inputs, gradients, output, logSumExp, outputGradient);
        keyGradient.Clear();
        valueGradient.Clear();
        positionGradient.Clear();
        contentBiasGradient.Clear();
        positionBiasGradient.Clear();
        if (queryGradient.IsEmpty)
        {
            return;
        }

        fixed (float* q = query, k = key, v = value, r = position, cb = contentBias, pb = positionBias, o = output, l = logSumExp)
        fixed (float* dq = queryGradient, dk = keyGradient, dv = valueGradient, dr = positionGradient, dcb = contentBiasGradient, dpb = positionBiasGradient, dout = outputGradient)
        {
            Tiled.Run(new BackwardTiles(shape, new(q, k, v, r, cb, pb, o, l), new(dq, dk, dv, dr, dcb, dpb, dout, null)), options.ThreadsFor(3 * Cost(shape)), options);
        }
    }

    /// <summary>A tile is a key head, over all sequences: it owns every gradient that it adds to.</summary>
    private readonly unsafe struct BackwardTiles(AttentionShape shape, RelativeBuffers buffers, RelativeBuffers gradients) : ITiles
    {
        public long Count => shape.KeyHeads;

        public long ScratchCount => RelativeGradientPanels.CountOf(shape);

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            int group = shape.Heads / shape.KeyHeads;
            for (int batch = 0; batch < shape.Batch && !cancellation.IsCancellationRequested; batch++)
            {
                for (int head = (int)tile * group; head < ((int)tile + 1) * group; head++)
                {
                    new RelativeGradientTile<TLanes>(shape, buffers, gradients, batch, head, scratch).Run(Scale(shape), cancellation);
                }
            }
        }
    }

    private static void CheckBackward(
        AttentionShape shape, Inputs inputs, Gradients gradients, ReadOnlySpan<float> output, ReadOnlySpan<float> logSumExp, ReadOnlySpan<float> outputGradient)
    {
        inputs.CheckLengths(shape);
        Guard.Length(nameof(output), output.Length, shape.Batch, shape.Heads, shape.Queries, shape.ValueWidth);
        Guard.Length(nameof(logSumExp), logSumExp.Length, shape.Batch, shape.Heads, shape.Queries);
        Guard.Length(nameof(outputGradient), outputGradient.Length, shape.Batch, shape.Heads, shape.Queries, shape.ValueWidth);
        gradients.Check(shape, inputs, output, logSumExp, outputGradient);
    }

    /// <summary>What the backward pass writes.</summary>
    private readonly ref struct Gradients(
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> value,
        ReadOnlySpan<float> position,
        ReadOnlySpan<float> contentBias,
        ReadOnlySpan<float> positionBias)
    {
        private readonly ReadOnlySpan<float> _query = query, _key = key, _value = value, _position = position, _contentBias = contentBias, _positionBias = positionBias;

        internal void Check(AttentionShape shape, Inputs inputs, ReadOnlySpan<float> output, ReadOnlySpan<float> logSumExp, ReadOnlySpan<float> outputGradient)
        {
            Guard.Length("queryGradient", _query.Length, shape.Batch, shape.Heads, shape.Queries, shape.Width);
            Guard.Length("keyGradient", _key.Length, shape.Batch, shape.KeyHeads, shape.Keys, shape.Width);
            Guard.Length("valueGradient", _value.Length, shape.Batch, shape.KeyHeads, shape.Keys, shape.ValueWidth);
            Guard.Length("positionGradient", _position.Length, shape.Heads, shape.Keys, shape.Width);
            Guard.Length("contentBiasGradient", _contentBias.Length, shape.Heads, shape.Width);
            Guard.Length("positionBiasGradient", _positionBias.Length, shape.Heads, shape.Width);
            int number = 0;
            foreach (string name in (ReadOnlySpan<string>)["queryGradient", "keyGradient", "valueGradient", "positionGradient", "contentBiasGradient", "positionBiasGradient"])
            {
                ReadOnlySpan<float> gradient = Number(number++);
                inputs.CheckApart(name, gradient);
                Guard.Apart(name, gradient, "output", output);
                Guard.Apart(name, gradient, "logSumExp", logSumExp);
                Guard.Apart(name, gradient, "outputGradient", outputGradient);
                for (int other = number; other < 6; other++)
                {
                    Guard.Apart(name, gradient, "another gradient", Number(other));
                }
            }
        }

        private ReadOnlySpan<float> Number(int number) => number switch
        {
            0 => _query,
            1 => _key,
            2 => _value,
            3 => _position,
            4 => _contentBias,
            _ => _positionBias,
        };
    }
}
