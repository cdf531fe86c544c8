using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Attention.Kernels;

/// <summary>A panel of keys of one key head, and all queries that see it.</summary>
internal readonly unsafe ref partial struct BackwardTile<TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    private readonly BackwardProblem _problem;
    private readonly AttentionShape _shape;
    private readonly BackwardTurn _turn;
    private readonly int _batch;
    private readonly int _keyHead;
    private readonly int _firstKey;
    private readonly int _columns;
    private readonly int _padded;
    private readonly nint _rowStride;
    private readonly nint _queryStride;
    private readonly nint _outputStride;

    // Scratch: the panel, and one block of queries.
    private readonly float* _keys; // [D, columns]
    private readonly float* _values; // [Dv, columns]
    private readonly float* _keyRows; // [columns, row stride]; scaled
    private readonly float* _keyGradient; // [D, columns]
    private readonly float* _valueGradient; // [Dv, columns]
    private readonly float* _weights; // [rows, columns]
    private readonly float* _slopes; // [rows, columns]; the gradient of the weights, then of the scores
    private readonly float* _bias; // [rows, columns]
    private readonly float* _productSlopes; // [rows, columns]; the gradient of what a cap is put on, which without one is the scores'
    private readonly float* _queryGradient; // [rows, row stride]
    private readonly float* _line; // [rows + columns]
    private readonly float* _tableParts; // [H/G, buckets], or null

    internal BackwardTile(BackwardProblem problem, int batch, int keyHead, int panel, float* scratch, BackwardTurn turn)
    {
        (_problem, _shape, _turn) = (problem, problem.Shape, turn);
        (_batch, _keyHead) = (batch, keyHead);
        _columns = problem.Plan.Columns;
        _firstKey = panel * _columns;
        (_padded, _rowStride) = ((int)problem.Plan.PaddedWidth, (nint)problem.Plan.RowStride);
        (_queryStride, _outputStride) = ((nint)problem.Buffers.Query.Stride, (nint)problem.Buffers.OutputGradient.Stride);
        long block = (long)problem.Plan.QueryRows * _columns;
        _keys = scratch;
        _values = _keys + ((long)_columns * _shape.Width);
        _keyRows = _values + ((long)_columns * _shape.ValueWidth);
        _keyGradient = _keyRows + (_columns * _rowStride);
        _valueGradient = _keyGradient + ((long)_columns * _shape.Width);
        _weights = _valueGradient + ((long)_columns * _shape.ValueWidth);
        _slopes = _weights + block;
        _bias = _slopes + block;
        _productSlopes = problem.Cap == 0 ? _slopes : _bias + block;
        _queryGradient = _bias + (problem.Cap == 0 ? block : 2 * block);
        _line = _queryGradient + (problem.Plan.QueryRows * _rowStride);
        long tile = ((((long)batch * _shape.KeyHeads) + keyHead) * problem.Plan.Panels) + panel;
        _tableParts = problem.TableParts == null ? null : problem.TableParts + (tile * (_shape.Heads / _shape.KeyHeads) * problem.Mask.Buckets);
    }

    internal void Run(CancellationToken cancellation)
    {
        int owned = Math.Min(_columns, _shape.Keys - _firstKey);
        int group = _shape.Heads / _shape.KeyHeads;
        int blocks = _problem.Plan.Blocks;
        int seen = 0;
        for (int h = 0; h < group && blocks > 0; h++)
        {
            // The last query sees the furthest.
            Mask.Head mask = _problem.Mask.ForHead(_shape, _batch, (_keyHead * group) + h);
            seen = Math.Max(seen, Math.Min(owned, mask.KeyEnd(_shape.Queries - 1) - _firstKey));
        }

        Open(seen);
        for (int step = 0; step < blocks * group && seen > 0 && !cancellation.IsCancellationRequested; step++)
        {
            Attend(step % group, step / group, seen, group);
        }

        Close(seen, owned);
        if (_turn.Await(blocks * group, blocks * group))
        {
            _turn.Pass(blocks * group);
        }
    }

    /// <summary>Brings the keys and values in that any query sees, and forgets everything else.</summary>
    private void Open(int seen)
    {
        (nint keyStride, nint valueStride) = ((nint)_problem.Buffers.Key.Stride, (nint)_problem.Buffers.Value.Stride);
        float* key = _problem.Buffers.Key.Head(_batch, _keyHead) + (_firstKey * keyStride);
        float* value = _problem.Buffers.Value.Head(_batch, _keyHead) + (_firstKey * valueStride);
        NativeMemory.Clear(_keyGradient, (nuint)(_weights - _keyGradient) * sizeof(float));
        if (seen < _columns || _padded > _shape.Width)
        {
            // What fills up to whole registers is computed with, though nobody reads the results.
            NativeMemory.Clear(_keys, (nuint)(_keyGradient - _keys) * sizeof(float));
        }

        Transpose.Scaled(seen, _shape.Width, key, keyStride, _keys, _columns, 1);
        Transpose.Scaled(seen, _shape.ValueWidth, value, valueStride, _values, _columns, 1);
        CopyScaled(seen, key, keyStride);
    }

    /// <summary>The keys row by row, as the product that leaves the panel wants them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void CopyScaled(int rows, float* source, nint stride)
    {
        TLanes scale = TLanes.Broadcast(_problem.Scale);
        float* destination = _keyRows;
        for (int j = 0; j < rows; j++, source += stride, destination += _rowStride)
        {
            int d = 0;
            for (; d <= _shape.Width - TLanes.Count; d += TLanes.Count)
            {
                TLanes.Store(destination + d, TLanes.Load(source + d) * scale);
            }

            for (; d < _shape.Width; d++)
            {
                destination[d] = source[d] * _problem.Scale;
            }
        }
    }

    /// <summary>One block of queries.</summary>
    private void Attend(int headOfGroup, int block, int seen, int group)
    {
        const int Half = BackwardPlan.HalfColumns;
        int head = (_keyHead * group) + headOfGroup;
        Mask.Head mask = _problem.Mask.ForHead(_shape, _batch, head);
        int firstQuery = block * _problem.Plan.QueryRows;
        int rows = Math.Min(_problem.Plan.QueryRows, _shape.Queries - firstQuery);
        var left = new BackwardMask(mask, firstQuery, rows, _firstKey, Math.Min(Half, seen));
        var right = new BackwardMask(mask, firstQuery, rows, _firstKey + Half, seen - Half);
        if (left.Count + right.Count == 0)
        {
            return;
        }

        // One product for both halves where all their rows are seen. Rows that no half adds to stay zero.
        bool together = left.SeesAll && (right.SeesAll || seen <= Half);
        if (!together)
        {
            NativeMemory.Clear(_queryGradient, (nuint)(rows * _rowStride) * sizeof(float));
        }

        Attend(left, head, firstQuery, 0, Math.Min(Half, seen), together);
        Attend(right, head, firstQuery, Half, seen - Half, together);
        if (_problem.Buffers.WantsQueries && together)
        {
            TileProduct.Run<TLanes>(rows, _padded, seen, _productSlopes, _columns, 1, _keyRows, _queryGradient, _rowStride, accumulate: false);
        }

        if (_tableParts != null)
        {
            AddToTable(mask, left, firstQuery, 0, headOfGroup);
            AddToTable(mask, right, firstQuery, Half, headOfGroup);
        }

        // The heads of a group share a bias, if they do, so an earlier group must have come through this block with all of its heads.
        if (_turn.Await((block * group) + headOfGroup + 1, (block + 1) * group))
        {
            if (_problem.Buffers.WantsQueries)
            {
                nint stride = (nint)_problem.Buffers.QueryGradient.Stride;
                AddRows(rows, _shape.Width, _queryGradient, _rowStride, _problem.Buffers.QueryGradient.Head(_batch, head) + (firstQuery * stride), stride);
            }

            if (_problem.Buffers.BiasGradient != null)
            {
                AddToBias(left, head, firstQuery, 0);
                AddToBias(right, head, firstQuery, Half);
            }

            _turn.Pass((block * group) + headOfGroup + 1);
        }
    }

    /// <summary>One block of queries, and one half of the keys.</summary>
    private void Attend(BackwardMask half, int head, int firstQuery, int firstColumn, int keys, bool together)
    {
        if (half.Count == 0)
        {
            return;
        }

        BackwardBuffers buffers = _problem.Buffers;
        firstQuery += half.First;
        (int count, int columns) = (half.Count, (keys + TLanes.Count - 1) / TLanes.Count * TLanes.Count);
        long row = ((((long)_batch * _shape.Heads) + head) * _shape.Queries) + firstQuery;
        float* query = buffers.Query.Head(_batch, head) + (firstQuery * _queryStride);
        float* slope = buffers.OutputGradient.Head(_batch, head) + (firstQuery * _outputStride);
        nint start = ((nint)half.First * _columns) + firstColumn;
        float* weights = _weights + start, slopes = _slopes + start, bias = _bias + start;
        float* productSlopes = _productSlopes + start;
        float factor = _problem.Cap == 0 ? Exponential.Log2E * _problem.Scale : Exponential.Log2E;

        TileProduct.Run<TLanes>(count, columns, _shape.Width, query, _queryStride, 1, _keys + firstColumn, weights, _columns, accumulate: false);
        TileProduct.Run<TLanes>(count, columns, _shape.ValueWidth, slope, _outputStride, 1, _values + firstColumn, slopes, _columns, accumulate: false);
        if (_problem.Cap != 0)
        {
            CappedScores.ApplyWithSlopes<TLanes>(count, columns, weights, productSlopes, _columns, _problem.Scale, _problem.Cap);
        }

        float* exponents = _problem.Exponents + row, deltas = _problem.Deltas + row;
        int changed = half.Changed;
        ulong index = WeightDropout.IndexOf(_shape, _batch, head, firstQuery, _firstKey + firstColumn);
        if (_problem.Dropout.IsActive)
        {
            _problem.Dropout.DropAlongKeys<TLanes>(index, _shape.Keys, slopes, count, columns, _columns);
        }

        nint rest = changed * (nint)_columns;
        BackwardWeights.Weigh<TLanes>(count - changed, columns, weights + rest, slopes + rest, _columns, exponents + changed, deltas + changed, factor);
        if (changed > 0)
        {
            half.Write(bias, columns, _columns);
            BackwardWeights.WeighMasked<TLanes>(changed, columns, weights, slopes, bias, _columns, exponents, deltas, factor);
        }

        if (_problem.Cap != 0)
        {
            CappedScores.MultiplyGradient<TLanes>(count, columns, slopes, productSlopes, _columns);
        }

        if (_problem.Dropout.IsActive)
        {
            _problem.Dropout.DropAlongKeys<TLanes>(index, _shape.Keys, weights, count, columns, _columns);
        }

        if (changed > 0
            && (!Finite.All<TLanes>(query, changed, _shape.Width, _queryStride)
                || !Finite.All<TLanes>(slope, changed, _shape.ValueWidth, _outputStride)
                || !Finite.All<TLanes>(_keyRows + (firstColumn * _rowStride), keys, _padded, _rowStride)))
        {
            NativeMemory.Clear(bias + rest, (nuint)((count - changed) * (nint)_columns) * sizeof(float));
            AddSeen(half, query, slope, firstColumn);
            return;
        }

        if (buffers.WantsValues)
        {
            TileProduct.Run<TLanes>(_shape.ValueWidth, columns, count, slope, 1, _outputStride, weights, _valueGradient + firstColumn, _columns, accumulate: true);
        }

        if (buffers.WantsKeys)
        {
            TileProduct.Run<TLanes>(_shape.Width, columns, count, query, 1, _queryStride, productSlopes, _keyGradient + firstColumn, _columns, accumulate: true);
        }

        if (buffers.WantsQueries && !together)
        {
            TileProduct.Run<TLanes>(
                count, _padded, keys, productSlopes, _columns, 1, _keyRows + (firstColumn * _rowStride), _queryGradient + (half.First * _rowStride), _rowStride, accumulate: true);
        }
    }

    /// <summary>Adds what the panel contributes to a gradient outside.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void AddRows(int rows, int width, float* source, nint sourceStride, float* destination, nint stride)
    {
        for (int i = 0; i < rows; i++, source += sourceStride, destination += stride)
        {
            int d = 0;
            for (; d <= width - TLanes.Count; d += TLanes.Count)
            {
                TLanes.Store(destination + d, TLanes.Load(destination + d) + TLanes.Load(source + d));
            }

            for (; d < width; d++)
            {
                destination[d] += source[d];
            }
        }
    }

    /// <summary>Writes out the gradients of keys and values. Those of keys that no query sees are zero.</summary>
    private void Close(int seen, int owned)
    {
        if (_problem.Buffers.WantsKeys)
        {
            Write(_keyGradient, _shape.Width, seen, owned, _problem.Buffers.KeyGradient, _problem.Scale);
        }

        if (_problem.Buffers.WantsValues)
        {
            Write(_valueGradient, _shape.ValueWidth, seen, owned, _problem.Buffers.ValueGradient, 1);
        }
    }

    private void Write(float* panel, int width, int seen, int owned, StridedRows gradient, float factor)
    {
        nint stride = (nint)gradient.Stride;
        float* rows = gradient.Head(_batch, _keyHead) + (_firstKey * stride);
        Transpose.Scaled(width, seen, panel, _columns, rows, stride, factor);
        for (int j = seen; j < owned; j++)
        {
            new Span<float>(rows + (j * stride), width).Clear();
        }
    }
}
