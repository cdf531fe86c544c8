using static System.FormattableString;

namespace Attention.Kernels;

public readonly partial struct Mask
{
    /// <summary>Refuses a mask that does not fit the shape.</summary>
    internal void Check(AttentionShape shape)
    {
        if (_hasKeyLengths)
        {
            CheckKeyLengths(shape);
        }

        if (_hasVisible)
        {
            CheckPattern("visible", _visible.Length, shape);
        }

        if (_hasBias)
        {
            CheckPattern("bias", _bias.Length, shape);
        }
    }

    /// <summary>The mask of one head of one sequence.</summary>
    internal Head ForHead(AttentionShape shape, int batch, int head)
    {
        // The caller owns the lengths: another thread may have changed them since they were checked, and must not lead the kernel outside its buffers.
        int keys = _hasKeyLengths ? Math.Clamp(_keyLengths.Span[batch], 0, shape.Keys) : shape.Keys;
        return new Head(
            shape,
            keys,
            _causal,
            _hasVisible ? HeadOf(_visible.Span, shape, batch, head) : default,
            _hasBias ? HeadOf(_bias.Span, shape, batch, head) : default);
    }

    internal ReadOnlySpan<float> BiasValues => _bias.Span;

    private void CheckKeyLengths(AttentionShape shape)
    {
        if (_keyLengths.Length != shape.Batch)
        {
            throw new ArgumentException($"key lengths: expected B = {shape.Batch} of them, got {_keyLengths.Length}");
        }

        ReadOnlySpan<int> lengths = _keyLengths.Span;
        for (int b = 0; b < lengths.Length; b++)
        {
            if (lengths[b] < 0 || lengths[b] > shape.Keys)
            {
                throw new ArgumentException(Invariant($"key lengths: expected 0 to M = {shape.Keys}, got {lengths[b]} for sequence {b}"));
            }
        }
    }

    private static void CheckPattern(string name, int actual, AttentionShape shape)
    {
        (long b, long h, long matrix) = (shape.Batch, shape.Heads, (long)shape.Queries * shape.Keys);
        // In 128 bits: a batch of many heads of long sequences may exceed even a long, and then simply does not match.
        bool fits = actual == matrix || actual == (Int128)matrix * b || actual == (Int128)matrix * b * h;
        if (!fits)
        {
            throw new ArgumentException(
                $"{name}: expected [N, M] = {shape.Queries}×{shape.Keys} = {matrix}, [B, 1, N, M] = {(Int128)matrix * b} or [B, H, N, M] = {(Int128)matrix * b * h} elements, got {actual}");
        }
    }

    private static ReadOnlySpan<T> HeadOf<T>(ReadOnlySpan<T> pattern, AttentionShape shape, int batch, int head)
    {
        int matrix = shape.Queries * shape.Keys;
        int index = pattern.Length == matrix ? 0
            : pattern.Length == (long)matrix * shape.Batch ? batch
            : (batch * shape.Heads) + head;
        return pattern.Slice(index * matrix, matrix);
    }

    /// <summary>The mask of one head of one sequence: what is left to ask is only which query and which key.</summary>
    internal readonly ref struct Head(AttentionShape shape, int keys, bool causal, ReadOnlySpan<bool> visible, ReadOnlySpan<float> bias)
    {
        private readonly int _shift = shape.Keys - shape.Queries;

        /// <summary>From one query's row of a pattern to the next.</summary>
        internal int Stride { get; } = shape.Keys;

        /// <summary>[N, M], or empty.</summary>
        internal ReadOnlySpan<bool> Visible { get; } = visible;

        /// <summary>[N, M], or empty.</summary>
        internal ReadOnlySpan<float> Bias { get; } = bias;

        /// <summary>The keys from here on are hidden from this query, and from all before it.</summary>
        internal int KeyEnd(int query) => causal ? Math.Clamp(query + 1 + _shift, 0, keys) : keys;

        /// <summary>The queries before this one are too early to see the key; may be negative, or beyond the last query.</summary>
        internal int FirstQuery(int key) => causal ? key - _shift : 0;

        /// <summary>What is added to the score of this pair; −∞ when the key is hidden.</summary>
        internal float At(int query, int key)
        {
            int index = (query * Stride) + key;
            return key >= KeyEnd(query) || (!Visible.IsEmpty && !Visible[index]) ? float.NegativeInfinity
                : Bias.IsEmpty ? 0
                : Bias[index];
        }
    }
}
