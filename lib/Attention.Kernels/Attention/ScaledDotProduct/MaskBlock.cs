using System.Runtime.CompilerServices;

namespace Attention.Kernels;

/// <summary>What the mask does to one panel of queries and one block of keys. Mostly nothing, and that is found out before any score is computed.</summary>
internal readonly unsafe ref struct MaskBlock
{
    private readonly Mask.Head _mask;
    private readonly QueryPanel _panel;
    private readonly Mask.Sight _sight;

    internal MaskBlock(Mask.Head mask, QueryPanel panel, int firstKey, int endKey)
    {
        _mask = mask;
        _panel = panel;
        _sight = mask.Look(panel.FirstQuery, panel.FirstQuery + panel.Count, firstKey, endKey);
    }

    /// <summary>The first key of the block that some query may see.</summary>
    internal int FirstKey => _sight.FirstKey;

    /// <summary>How many keys there are from the first to the last that some query may see; none when the panel sees nothing of the block.</summary>
    internal int Keys => _sight.Keys;

    /// <summary>Some score must be changed before the softmax.</summary>
    internal bool ChangesScores => _sight.HidesSome || _mask.AddsToScores;

    /// <summary>Some keys are out of reach of some queries, because of their place alone.</summary>
    internal bool CutsRange => _sight.CutsRange;

    /// <summary>The keys, counted from the first, that the queries in some neighbouring columns can reach.</summary>
    internal (int First, int End) Rows(int column, int columns)
    {
        if (!CutsRange)
        {
            return (0, Keys);
        }

        int firstQuery = _panel.FirstQuery + Math.Min(column, _panel.Count - 1), lastQuery = _panel.FirstQuery + Math.Min(column + columns, _panel.Count) - 1;
        int first = Math.Clamp(_mask.NextKey(FirstKey, firstQuery, lastQuery) - FirstKey, 0, Keys);
        return (first, Math.Clamp(_mask.KeyEnd(lastQuery) - FirstKey, first, Keys));
    }

    /// <summary>Adds the bias and hides what is to be hidden.</summary>
    /// <param name="scores">[keys, 48]; exponents of two afterwards if something is added, and untouched in scale if not.</param>
    /// <param name="factor">Turns scores into exponents of two.</param>
    /// <param name="scratch">[144, 48]</param>
    internal void Apply<TLanes>(float* scores, float factor, float* scratch)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        if (!_mask.Bias.IsEmpty)
        {
            AddBias<TLanes>(scores, factor, scratch);
        }

        if (_mask.HasDistanceBias)
        {
            AddDistanceBias<TLanes>(scores, _mask.Bias.IsEmpty ? factor : 1, scratch);
        }

        if (_sight.HasHoles)
        {
            _mask.HidePattern(_panel.FirstQuery, _panel.Count, FirstKey, Keys, scores, QueryPanel.Columns);
        }

        if (_sight.HasHiddenBlocks)
        {
            _mask.HideBlocks(_panel.FirstQuery, _panel.Count, FirstKey, Keys, scores, QueryPanel.Columns);
        }

        if (_sight.CutsRange)
        {
            HideOutside<TLanes>(scores);
        }
    }

    /// <summary>In the row of a key, the queries that are too early for it come first, and those that have left it behind come last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void HideOutside<TLanes>(float* scores)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        // All see the keys between where the last query begins to see and where the first one ends.
        TLanes hidden = TLanes.Broadcast(float.NegativeInfinity);
        int allFrom = _mask.WindowStart(_panel.FirstQuery + _panel.Count - 1) - FirstKey, allTo = _mask.KeyEnd(_panel.FirstQuery) - FirstKey;
        for (int j = 0; j < Keys; j++)
        {
            if (j >= allFrom && j < allTo)
            {
                j = allTo - 1;
                continue;
            }

            int first = _mask.FirstQuery(FirstKey + j) - _panel.FirstQuery, end = _mask.EndQuery(FirstKey + j) - _panel.FirstQuery;
            if (first <= 0 && end >= _panel.Count)
            {
                continue;
            }

            // As floats, so that lanes can compare them: a panel's columns are small numbers, whatever lies outside.
            TLanes before = TLanes.Broadcast(Math.Clamp(first, 0, QueryPanel.Columns)), last = TLanes.Broadcast(Math.Clamp(end, 0, QueryPanel.Columns) - 1);
            float* row = scores + ((long)j * QueryPanel.Columns);
            for (int column = 0; column < _panel.Active; column += TLanes.Count)
            {
                TLanes query = TLanes.Indices + TLanes.Broadcast(column);
                TLanes seen = TLanes.WhereLess(query, before, hidden, TLanes.Load(row + column));
                TLanes.Store(row + column, TLanes.WhereLess(last, query, hidden, seen));
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
            float* first = bias + ((long)_panel.FirstQuery * _mask.Stride) + FirstKey;
            Transpose.Scaled(_panel.Count, Keys, first, _mask.Stride, scratch, QueryPanel.Columns, 1);
        }

        for (int j = 0; j < Keys; j++, scores += QueryPanel.Columns, scratch += QueryPanel.Columns)
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

    /// <summary>What depends on the distance alone is one line of numbers, and each key's row of queries lies in it one float further on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void AddDistanceBias<TLanes>(float* scores, float factor, float* line)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes lowest = TLanes.Broadcast(-float.MaxValue), minusInfinity = TLanes.Broadcast(float.NegativeInfinity);
        _mask.WriteDistances(FirstKey + Keys - 1 - _panel.FirstQuery, new Span<float>(line, Keys + QueryPanel.Columns - 1), Exponential.Log2E);
        line += Keys - 1;
        for (int j = 0; j < Keys; j++, scores += QueryPanel.Columns, line--)
        {
            for (int column = 0; column < _panel.Active; column += TLanes.Count)
            {
                TLanes bias = TLanes.Load(line + column), score = TLanes.Load(scores + column);
                TLanes sum = TLanes.WhereLess(score, lowest, score, TLanes.MultiplyAdd(score, TLanes.Broadcast(factor), bias)); // hidden by another bias stays so
                TLanes.Store(scores + column, TLanes.WhereLess(bias, lowest, minusInfinity, sum));
            }
        }
    }
}
