using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Attention.Kernels;

/// <summary>A block of queries of one head, attended to all keys that it can see.</summary>
internal readonly unsafe ref struct ForwardTile<TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    /// <summary>Queries that go through the keys together: as many as the widest tile holds, whose registers then meet every key before the next ones do.</summary>
    private static int StripColumns => 3 * TLanes.Count;

    private readonly AttentionShape _shape;
    private readonly Mask.Head _mask;
    private readonly float _sign;
    private readonly float _factor;
    private readonly float _scale;
    private readonly float _cap;
    private readonly WeightDropout _dropout;
    private readonly ulong _weight;
    private readonly int _firstQuery;
    private readonly int _panels;
    private readonly nint _queryStride;
    private readonly nint _keyStride;
    private readonly nint _valueStride;
    private readonly nint _outputStride;
    private readonly float* _query;
    private readonly float* _key;
    private readonly float* _value;
    private readonly float* _output;
    private readonly float* _logSumExp;
    private readonly float* _scratch;
    private readonly float* _scores;
    private readonly float* _bias;

    internal ForwardTile(AttentionShape shape, ForwardBuffers buffers, Mask.Head mask, float scale, float cap, WeightDropout dropout, int batch, int head, int firstQuery, int panels, float* scratch)
    {
        _mask = mask;
        (_shape, _firstQuery) = (shape, firstQuery);
        (_dropout, _weight) = (dropout, WeightDropout.IndexOf(shape, batch, head, 0, 0));

        // A maximum of scores stays one when they are multiplied by a positive factor, so the sign goes into the queries; a zero does too, where it makes no 0 · −∞.
        _sign = MathF.Sign(scale);
        (_scale, _cap) = (scale == 0 ? 1 : MathF.Abs(scale), cap);
        _factor = cap == 0 ? Exponential.Log2E * _scale : Exponential.Log2E;
        int keyHead = head / (shape.Heads / shape.KeyHeads);
        (_queryStride, _keyStride, _valueStride, _outputStride) = ((nint)buffers.Query.Stride, (nint)buffers.Key.Stride, (nint)buffers.Value.Stride, (nint)buffers.Output.Stride);
        _query = buffers.Query.Head(batch, head) + (firstQuery * _queryStride);
        _key = buffers.Key.Head(batch, keyHead);
        _value = buffers.Value.Head(batch, keyHead);
        _output = buffers.Output.Head(batch, head) + (firstQuery * _outputStride);
        _logSumExp = buffers.LogSumExp == null ? null : buffers.LogSumExp + ((((long)batch * shape.Heads) + head) * shape.Queries) + firstQuery;
        _panels = Math.Min(panels, (shape.Queries - firstQuery + QueryPanel.Columns - 1) / QueryPanel.Columns);
        _scratch = scratch;
        _scores = scratch + (panels * QueryPanel.PanelCount(shape));
        _bias = _scores + (QueryPanel.Columns * QueryPanel.KeysPerBlock);
    }

    internal void Run(CancellationToken cancellation)
    {
        for (int p = 0; p < _panels; p++)
        {
            Open(Panel(p));
        }

        QueryPanel last = Panel(_panels - 1);
        int end = _mask.KeyEnd(last.FirstQuery + last.Count - 1);
        int begun = 0; // one bit per panel: whether its context holds anything yet
        // Blocks begin at the same keys for every panel, whatever their panel or tile may skip: the sums are then the same, however panels are grouped.
        for (long key = NextBlock(0, last); key < end && !cancellation.IsCancellationRequested; key = NextBlock(key + QueryPanel.KeysPerBlock, last))
        {
            for (int p = 0; p < _panels; p++)
            {
                if (Attend(Panel(p), (int)key, isFirst: (begun & (1 << p)) == 0))
                {
                    begun |= 1 << p;
                }
            }
        }

        for (int p = 0; p < _panels; p++)
        {
            Close(Panel(p), isEmpty: (begun & (1 << p)) == 0);
        }
    }

    private long NextBlock(long key, QueryPanel last)
    {
        int next = _mask.NextKey((int)Math.Min(key, _shape.Keys), _firstQuery, last.FirstQuery + last.Count - 1);
        return Math.Max(key, next - (next % QueryPanel.KeysPerBlock));
    }

    private QueryPanel Panel(int index) =>
        new(_scratch + (index * QueryPanel.PanelCount(_shape)), _shape, _firstQuery + (index * QueryPanel.Columns), TLanes.Count);

    /// <summary>Brings the queries in, and forgets everything else.</summary>
    private void Open(QueryPanel panel)
    {
        new Span<float>(panel.Maximum, QueryPanel.Columns).Fill(float.NegativeInfinity);
        new Span<float>(panel.Sum, QueryPanel.Columns).Clear();
        if (panel.Count < panel.Active)
        {
            Clear(panel.Query, _shape.Width);
        }

        float* queries = _query + ((panel.FirstQuery - _firstQuery) * _queryStride);
        Transpose.Scaled(panel.Count, _shape.Width, queries, _queryStride, panel.Query, QueryPanel.Columns, _sign);
    }

    private static void Clear(float* rows, int count) => NativeMemory.Clear(rows, (nuint)count * QueryPanel.Columns * sizeof(float));

    /// <summary>Attends the panel to one block of keys.</summary>
    /// <returns>Whether there was anything to attend to.</returns>
    private bool Attend(QueryPanel panel, int blockStart, bool isFirst)
    {
        var block = new MaskBlock(_mask, panel, blockStart, (int)Math.Min(_shape.Keys, (long)blockStart + QueryPanel.KeysPerBlock));
        (int firstKey, int keys) = (block.FirstKey, block.Keys);
        if (keys == 0)
        {
            return false;
        }

        float* value = _value + (firstKey * _valueStride);
        Score(panel, block);
        if (block.ChangesScores)
        {
            block.Apply<TLanes>(_scores, _factor, _bias);
        }

        float factor = _mask.AddsToScores ? 1 : _factor; // a bias is added to exponents of two
        for (int column = 0; column < panel.Active; column += StripColumns)
        {
            (int first, int end) = block.Rows(column, StripColumns);
            OnlineSoftmax.Update<TLanes>(panel, _scores + (first * QueryPanel.Columns), end - first, factor, column, StripOf(panel, column));
        }

        if (_dropout.IsActive)
        {
            // After the sums: dropout leaves the denominator alone.
            ulong weight = _weight + ((ulong)panel.FirstQuery * (ulong)_shape.Keys) + (ulong)firstKey;
            _dropout.DropAcrossQueries<TLanes>(weight, _shape.Keys, _scores, keys, panel.Active, QueryPanel.Columns, _bias);
        }

        if (!isFirst)
        {
            OnlineSoftmax.RescaleContext<TLanes>(panel, _shape.ValueWidth);
        }

        if (block.ChangesScores && !Finite.All<TLanes>(value, keys, _shape.ValueWidth, _valueStride))
        {
            if (isFirst)
            {
                Clear(panel.Context, _shape.ValueWidth);
            }

            AddVisibleValues(panel, firstKey, value, keys);
        }
        else
        {
            AddValues(panel, block, value, accumulate: !isFirst);
        }

        return true;
    }

    private static int StripOf(QueryPanel panel, int column) => Math.Min(StripColumns, panel.Active - column);

    /// <summary>The scores: in one product where every query reaches every key, and else in strips, each with the keys that it reaches.</summary>
    private void Score(QueryPanel panel, MaskBlock block)
    {
        int columns = block.CutsRange ? StripColumns : QueryPanel.Columns;
        for (int column = 0; column < panel.Active; column += columns)
        {
            (int first, int end) = block.Rows(column, columns);
            TileProduct.Run<TLanes>(
                end - first, Math.Min(columns, panel.Active - column), _shape.Width, _key + ((block.FirstKey + first) * _keyStride), _keyStride, 1,
                panel.Query + column, _scores + (first * QueryPanel.Columns) + column, QueryPanel.Columns, accumulate: false);
            if (_cap != 0)
            {
                CappedScores.Apply<TLanes>(
                    end - first, Math.Min(columns, panel.Active - column), _scores + (first * QueryPanel.Columns) + column, QueryPanel.Columns, _scale, _cap);
            }
        }
    }

    /// <summary>The weighted sum, likewise.</summary>
    private void AddValues(QueryPanel panel, MaskBlock block, float* value, bool accumulate)
    {
        int columns = block.CutsRange ? StripColumns : QueryPanel.Columns;
        for (int column = 0; column < panel.Active; column += columns)
        {
            (int first, int end) = block.Rows(column, columns);
            TileProduct.Run<TLanes>(
                _shape.ValueWidth, Math.Min(columns, panel.Active - column), end - first, value + (first * _valueStride), 1, _valueStride,
                _scores + (first * QueryPanel.Columns) + column, panel.Context + column, QueryPanel.Columns, accumulate);
        }
    }

    /// <summary>The weighted sum where a value may be NaN or ∞ and must not reach the queries that it is hidden from: 0 · NaN is NaN.</summary>
    /// <remarks>The same sums in the same order as the tile product: what is hidden changes no bit of what is seen.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void AddVisibleValues(QueryPanel panel, int firstKey, float* value, int keys)
    {
        TLanes lowest = TLanes.Broadcast(-float.MaxValue);
        float* seen = _bias; // the bias has been added; one row of it serves again
        new Span<float>(seen, QueryPanel.Columns).Clear();
        for (int j = 0; j < keys; j++, value += _valueStride)
        {
            // The mask is asked, not the score: a key whose own score is −∞ is seen.
            for (int i = 0; i < panel.Count; i++)
            {
                seen[i] = _mask.At(panel.FirstQuery + i, firstKey + j);
            }

            float* weights = _scores + ((long)j * QueryPanel.Columns);
            for (int c = 0; c < _shape.ValueWidth; c++)
            {
                float* context = panel.Context + ((long)c * QueryPanel.Columns);
                for (int column = 0; column < panel.Active; column += TLanes.Count)
                {
                    TLanes before = TLanes.Load(context + column);
                    TLanes after = TLanes.MultiplyAdd(TLanes.Broadcast(value[c]), TLanes.Load(weights + column), before);
                    TLanes.Store(context + column, TLanes.WhereLess(TLanes.Load(seen + column), lowest, before, after));
                }
            }
        }
    }

    /// <summary>Writes the panel's contexts out: sums divided by the sum of the weights.</summary>
    private void Close(QueryPanel panel, bool isEmpty)
    {
        if (isEmpty)
        {
            Clear(panel.Context, _shape.ValueWidth);
        }

        int row = panel.FirstQuery - _firstQuery;
        OnlineSoftmax.Normalise<TLanes>(panel, _shape.ValueWidth, _logSumExp == null ? null : _logSumExp + row);
        Transpose.Scaled(_shape.ValueWidth, panel.Count, panel.Context, QueryPanel.Columns, _output + (row * _outputStride), _outputStride, 1);
    }
}
