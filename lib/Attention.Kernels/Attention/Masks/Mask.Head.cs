namespace Attention.Kernels;

public readonly partial struct Mask
{
    /// <summary>The mask of one head of one sequence.</summary>
    internal Head ForHead(AttentionShape shape, int batch, int head) => new(this, shape, batch, head);

    private static ReadOnlySpan<T> HeadOf<T>(ReadOnlySpan<T> pattern, AttentionShape shape, int batch, int head, bool isPerHead)
    {
        int matrix = shape.Queries * shape.Keys;
        int index = isPerHead ? head
            : pattern.Length == matrix ? 0
            : pattern.Length == (long)matrix * shape.Batch ? batch
            : (batch * shape.Heads) + head;
        return pattern.Slice(index * matrix, matrix);
    }

    /// <summary>The mask of one head of one sequence: what is left to ask is only which query and which key.</summary>
    /// <remarks>
    /// What windows, causality and padding leave to a query is one range of keys, and the sinks, the sequence's first keys, before it. From one query to the next, both ends of both move forward or stay.
    /// </remarks>
    internal readonly ref partial struct Head
    {
        private readonly int _queries;
        private readonly int _keys;
        private readonly int _shift;
        private readonly int _first;
        private readonly int _end;
        private readonly bool _isCausal;
        private readonly long _before;
        private readonly long _after;
        private readonly int _sinkEnd;
        private readonly int _blockSize;
        private readonly int _blockColumns;
        private readonly float _slope;
        private readonly ReadOnlySpan<bool> _visible;
        private readonly ReadOnlySpan<bool> _blocks;
        private readonly ReadOnlySpan<float> _bias;
        private readonly ReadOnlySpan<float> _table;
        private readonly RelativeBuckets _buckets;

        internal Head(Mask mask, AttentionShape shape, int batch, int head)
        {
            (_queries, _keys, _shift) = (shape.Queries, shape.Keys, shape.Keys - shape.Queries);

            // The caller owns the lengths: another thread may have changed them since they were checked, and must not lead the kernel outside its buffers.
            _end = mask.Ends.IsGiven ? Math.Clamp(mask.Ends.Span[batch], 0, _keys) : _keys;
            _first = mask.Starts.IsGiven ? Math.Clamp(mask.Starts.Span[batch], 0, _end) : 0;
            _isCausal = mask.IsCausal;
            (_before, _after) = mask.Near.IsGiven ? (mask.Near.Before, mask.Near.After) : (int.MaxValue, int.MaxValue);
            _after = _isCausal ? 0 : _after;
            _sinkEnd = mask.Near.Sinks == 0 ? 0 : (int)Math.Min(_end, (long)_first + mask.Near.Sinks);
            _visible = mask.Pattern.IsGiven ? HeadOf(mask.Pattern.Span, shape, batch, head, false) : default;
            _bias = mask.Added.IsGiven ? HeadOf(mask.Added.Span, shape, batch, head, mask.IsAddedPerHead) : default;
            if (mask.Grid.Layout.IsGiven)
            {
                (_blockSize, _blockColumns) = (mask.Grid.Size, mask.BlocksIn(_keys));
                int matrix = mask.BlocksIn(_queries) * _blockColumns;
                _blocks = mask.Grid.Layout.Span.Slice(mask.Grid.Layout.Length == matrix ? 0 : head * matrix, matrix);
            }

            _slope = mask.Slopes.IsGiven ? mask.Slopes.Span[head] : 0;
            if (mask.Relative.Table.IsGiven)
            {
                _buckets = mask.Relative.Buckets;
                _table = mask.Relative.Table.Span.Slice(head * _buckets.Count, _buckets.Count);
            }
        }

        /// <summary>[N, M], or empty.</summary>
        internal ReadOnlySpan<float> Bias => _bias;

        /// <summary>From one query's row of the bias to the next.</summary>
        internal int Stride => _keys;

        /// <summary>Something is added that depends on the distance of query and key alone.</summary>
        internal bool HasDistanceBias => _slope != 0 || !_table.IsEmpty;

        /// <summary>Scores are not only hidden, but changed.</summary>
        internal bool AddsToScores => HasDistanceBias || !_bias.IsEmpty;

        /// <summary>The keys from here on are hidden from this query, and from all before it.</summary>
        internal int KeyEnd(int query) => Math.Max(RangeEnd(query), SinkEnd(query));

        /// <summary>The first key that this query sees beyond the sinks; no later query sees an earlier one.</summary>
        internal int WindowStart(int query) => (int)Math.Clamp(query + _shift - _before, _first, _end);

        /// <summary>The first key from this one on that may be seen by one of these queries; skips what lies between the sinks and the window.</summary>
        internal int NextKey(int key, int firstQuery, int lastQuery)
        {
            int next = Math.Max(key, _first);
            return next < SinkEnd(lastQuery) ? next : Math.Max(next, WindowStart(firstQuery));
        }

        /// <summary>The queries before this one are too early to see the key.</summary>
        internal int FirstQuery(int key) =>
            key >= _sinkEnd ? (int)Math.Clamp(key - _shift - _after, 0, _queries)
            : _isCausal ? Math.Clamp(key - _shift, 0, _queries)
            : 0;

        /// <summary>The queries from this one on have left the key behind.</summary>
        internal int EndQuery(int key) => key < _sinkEnd ? _queries : (int)Math.Clamp(key - _shift + _before + 1, 0, _queries);

        /// <summary>What is added to the score of this pair; −∞ when the key is hidden.</summary>
        internal float At(int query, int key)
        {
            float bias = _bias.IsEmpty ? 0 : _bias[(query * Stride) + key];
            float distanceBias = HasDistanceBias ? DistanceBias(key - query - _shift) : 0;
            return !Sees(query, key) || float.IsNegativeInfinity(bias) || float.IsNegativeInfinity(distanceBias) ? float.NegativeInfinity : bias + distanceBias;
        }

        private bool Sees(int query, int key)
        {
            bool inRange = (key >= WindowStart(query) && key < RangeEnd(query)) || (key >= _first && key < SinkEnd(query));
            return inRange
                && (_visible.IsEmpty || _visible[(query * Stride) + key])
                && (_blocks.IsEmpty || _blocks[(query / _blockSize * _blockColumns) + (key / _blockSize)]);
        }

        /// <summary>What is added at a distance.</summary>
        /// <param name="relativePosition">The key's position minus the query's.</param>
        private float DistanceBias(int relativePosition)
        {
            float bias = _slope == 0 ? 0 : -_slope * Math.Abs((float)relativePosition);
            return _table.IsEmpty ? bias : bias + _table[_buckets.Of(relativePosition)];
        }

        private int RangeEnd(int query) => (int)Math.Clamp(query + _shift + 1 + _after, _first, _end);

        private int SinkEnd(int query) => Math.Clamp(_isCausal ? Math.Min(_sinkEnd, query + _shift + 1) : _sinkEnd, _first, _end);
    }
}
