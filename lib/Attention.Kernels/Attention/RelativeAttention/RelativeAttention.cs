using static System.FormattableString;

namespace Attention.Kernels;

/// <summary>Causal attention whose scores depend on how far back a key lies, not on where it stands, so that keys of an earlier segment can be remembered: Transformer-XL.</summary>
/// <remarks>
/// <para>
/// <c>scoreᵢⱼ = ((qᵢ + u)·kⱼ + (qᵢ + v)·r_t) / √D</c> with the distance <c>t = i + M − N − j</c> (Dai et al. 2019, § 3.3, terms a to d). u and v are learnt, one of each per head; r_t is the
/// sinusoidal row of distance t, projected. The first M − N keys are the memory: query i sees them, and the keys of its own segment up to its own.
/// </para>
/// <para>
/// A NaN in a query or in a key that it sees makes that query's row NaN, and so does a score of +∞; a NaN in a value makes its column NaN in every row that sees it. What is hidden
/// is not looked at.
/// </para>
/// <para>
/// What a query sees is part of the definition: a distance is a row of positions, and a query has none to the keys after it, so there is no mask. Buffers are heads first, as the memory grows by whole
/// rows of a head; another scale than 1/√D is a factor on the queries and on both biases.
/// </para>
/// </remarks>
public static partial class RelativeAttention
{
    /// <summary>Attends every query row to the memory and to its own past.</summary>
    /// <param name="shape">The sizes that all buffers follow; M is the length of the memory and of the segment together, so N ≤ M.</param>
    /// <param name="query">[B, H, N, D]</param>
    /// <param name="key">[B, G, M, D]; the memory's first. One key head serves H/G query heads.</param>
    /// <param name="value">[B, G, M, Dv]</param>
    /// <param name="position">[H, M, D]; row t belongs to the distance t, from 0 for a query's own position to M − 1.</param>
    /// <param name="contentBias">[H, D]; u.</param>
    /// <param name="positionBias">[H, D]; v.</param>
    /// <param name="output">[B, H, N, Dv]; overwritten, must not overlap another buffer.</param>
    /// <param name="logSumExp">[B, H, N]; ln Σ e^score of each row, which the backward pass needs. Empty: not wanted.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, a result overlaps another buffer, or N &gt; M; the message does the arithmetic.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the outputs are half written.</exception>
    public static unsafe void Forward(
        AttentionShape shape,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> value,
        ReadOnlySpan<float> position,
        ReadOnlySpan<float> contentBias,
        ReadOnlySpan<float> positionBias,
        Span<float> output,
        Span<float> logSumExp = default,
        KernelOptions options = default)
    {
        options.Check();
        Check(shape, query, key, value, position, contentBias, positionBias, output, logSumExp);
        if (output.IsEmpty)
        {
            return;
        }

        fixed (float* q = query, k = key, v = value, r = position)
        fixed (float* cb = contentBias, pb = positionBias, o = output, l = logSumExp)
        {
            Tiled.Run(new ForwardTiles(shape, new(q, k, v, r, cb, pb, o, l)), options.ThreadsFor(Cost(shape)), options);
        }
    }

    private static double Cost(AttentionShape shape) => (double)shape.Batch * shape.Heads * shape.Queries * shape.Keys * ((2.5 * shape.Width) + shape.ValueWidth) / 2;

    private static float Scale(AttentionShape shape) => 1 / MathF.Sqrt(shape.Width);

    /// <summary>A tile is a block of queries of one head.</summary>
    private readonly unsafe struct ForwardTiles(AttentionShape shape, RelativeBuffers buffers) : ITiles
    {
        public long Count => (long)shape.Batch * shape.Heads * QueryBlocks;

        public long ScratchCount => RelativePanels.CountOf(shape);

        private long QueryBlocks => (shape.Queries + RelativePanels.Queries - 1L) / RelativePanels.Queries;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            // The last queries first: they have the most to do.
            int block = (int)(QueryBlocks - 1 - (tile % QueryBlocks));
            long head = tile / QueryBlocks;
            new RelativeTile<TLanes>(shape, buffers, (int)(head / shape.Heads), (int)(head % shape.Heads), scratch).Run(block * RelativePanels.Queries, Scale(shape), cancellation);
        }
    }

    private static void Check(
        AttentionShape shape,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> value,
        ReadOnlySpan<float> position,
        ReadOnlySpan<float> contentBias,
        ReadOnlySpan<float> positionBias,
        ReadOnlySpan<float> output,
        ReadOnlySpan<float> logSumExp)
    {
        Inputs inputs = new(query, key, value, position, contentBias, positionBias);
        inputs.CheckLengths(shape);
        Guard.Length(nameof(output), output.Length, shape.Batch, shape.Heads, shape.Queries, shape.ValueWidth);
        inputs.CheckApart(nameof(output), output);
        if (!logSumExp.IsEmpty)
        {
            Guard.Length(nameof(logSumExp), logSumExp.Length, shape.Batch, shape.Heads, shape.Queries);
            inputs.CheckApart(nameof(logSumExp), logSumExp);
            Guard.Apart(nameof(logSumExp), logSumExp, nameof(output), output);
        }
    }

    /// <summary>What both passes read.</summary>
    private readonly ref struct Inputs(
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> value,
        ReadOnlySpan<float> position,
        ReadOnlySpan<float> contentBias,
        ReadOnlySpan<float> positionBias)
    {
        private readonly ReadOnlySpan<float> _query = query, _key = key, _value = value, _position = position, _contentBias = contentBias, _positionBias = positionBias;

        internal void CheckLengths(AttentionShape shape)
        {
            shape.Check();
            if (shape.Keys < shape.Queries)
            {
                throw new ArgumentException(Invariant($"Keys: expected at least Queries = {shape.Queries}, the segment's own, got {shape.Keys}"));
            }

            Guard.Length("query", _query.Length, shape.Batch, shape.Heads, shape.Queries, shape.Width);
            Guard.Length("key", _key.Length, shape.Batch, shape.KeyHeads, shape.Keys, shape.Width);
            Guard.Length("value", _value.Length, shape.Batch, shape.KeyHeads, shape.Keys, shape.ValueWidth);
            Guard.Length("position", _position.Length, shape.Heads, shape.Keys, shape.Width);
            Guard.Length("contentBias", _contentBias.Length, shape.Heads, shape.Width);
            Guard.Length("positionBias", _positionBias.Length, shape.Heads, shape.Width);
        }

        internal void CheckApart(string name, ReadOnlySpan<float> result)
        {
            Guard.Apart(name, result, "query", _query);
            Guard.Apart(name, result, "key", _key);
            Guard.Apart(name, result, "value", _value);
            Guard.Apart(name, result, "position", _position);
            Guard.Apart(name, result, "contentBias", _contentBias);
            Guard.Apart(name, result, "positionBias", _positionBias);
        }
    }
}
