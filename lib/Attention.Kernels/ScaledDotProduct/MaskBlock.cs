using System.Runtime.CompilerServices;

namespace Attention.Kernels;

/// <summary>What the mask does to one panel of queries and one block of keys. Mostly nothing, and that is found out before any score is computed.</summary>
internal readonly unsafe ref struct MaskBlock
{
    private readonly Mask.Head _mask;
    private readonly QueryPanel _panel;
    private readonly int _firstKey;
    private readonly int _keys;
    private readonly int _shortRows;
    private readonly bool _hasHoles;

    internal MaskBlock(Mask.Head mask, QueryPanel panel, int firstKey, int keys)
    {
        _mask = mask;
        (_panel, _firstKey, _keys) = (panel, firstKey, keys);
        HidesAll = keys <= 0;
        if (HidesAll)
        {
            return;
        }

        // The first query sees the fewest keys: what it sees, all see.
        _shortRows = keys - Math.Clamp(mask.KeyEnd(panel.FirstQuery) - firstKey, 0, keys);
        if (!mask.Visible.IsEmpty)
        {
            (bool any, bool all) = Look();
            (HidesAll, _hasHoles) = (!any, !all);
        }
    }

    /// <summary>No query of the panel sees any key of the block.</summary>
    internal bool HidesAll { get; }

    /// <summary>Some score must be changed before the softmax.</summary>
    internal bool ChangesScores => _shortRows > 0 || _hasHoles || !_mask.Bias.IsEmpty;

    /// <summary>Adds the bias and hides what is to be hidden.</summary>
    /// <param name="scores">[keys, 48]; exponents of two afterwards if there is a bias, and untouched in scale if there is none.</param>
    /// <param name="factor">Turns scores into exponents of two.</param>
    /// <param name="scratch">[keys, 48]</param>
    internal void Apply<TLanes>(float* scores, float factor, float* scratch)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        if (!_mask.Bias.IsEmpty)
        {
            AddBias<TLanes>(scores, factor, scratch);
        }

        if (_hasHoles)
        {
            HideHoles(scores);
        }

        if (_shortRows > 0)
        {
            HideFuture<TLanes>(scores);
        }
    }

    private ReadOnlySpan<T> Row<T>(ReadOnlySpan<T> pattern, int query) =>
        pattern.Slice((int)(((long)(_panel.FirstQuery + query) * _mask.Stride) + _firstKey), _keys);

    private (bool Any, bool All) Look()
    {
        (bool any, bool all) = (false, true);
        for (int i = 0; i < _panel.Count && !(any && !all); i++)
        {
            ReadOnlySpan<bool> row = Row(_mask.Visible, i);
            any |= row.Contains(true);
            all &= !row.Contains(false);
        }

        return (any, all);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void HideHoles(float* scores)
    {
        for (int i = 0; i < _panel.Count; i++)
        {
            ReadOnlySpan<bool> row = Row(_mask.Visible, i);
            for (int j = 0; j < row.Length; j++)
            {
                if (!row[j])
                {
                    scores[((long)j * QueryPanel.Columns) + i] = float.NegativeInfinity;
                }
            }
        }
    }

    /// <summary>Causal: in the row of a key, the queries before it come first; they are hidden.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void HideFuture<TLanes>(float* scores)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        for (int j = _keys - _shortRows; j < _keys; j++)
        {
            TLanes firstToSee = TLanes.Broadcast(Math.Min(_mask.FirstQuery(_firstKey + j) - _panel.FirstQuery, QueryPanel.Columns));
            float* row = scores + ((long)j * QueryPanel.Columns);
            for (int column = 0; column < _panel.Active; column += TLanes.Count)
            {
                TLanes query = TLanes.Indices + TLanes.Broadcast(column);
                TLanes.Store(row + column, TLanes.WhereLess(query, firstToSee, TLanes.Broadcast(float.NegativeInfinity), TLanes.Load(row + column)));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void AddBias<TLanes>(float* scores, float factor, float* scratch)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes lowest = TLanes.Broadcast(-float.MaxValue), highest = TLanes.Broadcast(float.MaxValue), minusInfinity = TLanes.Broadcast(float.NegativeInfinity);
        fixed (float* bias = _mask.Bias)
        {
            float* first = bias + ((long)_panel.FirstQuery * _mask.Stride) + _firstKey;
            Transpose.Scaled(_panel.Count, _keys, first, _mask.Stride, scratch, QueryPanel.Columns, 1);
        }

        for (int j = 0; j < _keys; j++, scores += QueryPanel.Columns, scratch += QueryPanel.Columns)
        {
            for (int column = 0; column < _panel.Active; column += TLanes.Count)
            {
                // A large finite bias stays finite, though log2(e) times it would not: only −∞ hides.
                TLanes bias = TLanes.Load(scratch + column);
                TLanes scaled = TLanes.Max(lowest, bias * TLanes.Broadcast(Exponential.Log2E));
                scaled = TLanes.WhereLess(highest, scaled, TLanes.WhereLess(highest, bias, bias, highest), scaled);
                TLanes.Store(scores + column, TLanes.WhereLess(bias, lowest, minusInfinity, TLanes.MultiplyAdd(TLanes.Load(scores + column), TLanes.Broadcast(factor), scaled)));
            }
        }
    }
}
