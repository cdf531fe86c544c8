namespace Attention.Kernels;

/// <summary>One key head, and all the query heads that it serves: chunk after chunk, with the sum over all earlier chunks at hand.</summary>
/// <remarks>
/// Inside a chunk the weights are written down, chunk × chunk; what lies before it has folded into the state. Under a causal form both meet at each query's own position. A chunk
/// that holds NaN or ∞ is taken row by row, so that 0 · NaN brings nothing back from the future.
/// </remarks>
internal readonly unsafe ref struct LinearTile<TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    private readonly AttentionShape _shape;
    private readonly LinearAttentionForm _form;
    private readonly LinearPanels _panels;
    private readonly int _group;
    private readonly float* _query;
    private readonly float* _key;
    private readonly float* _value;
    private readonly float* _output;
    private readonly float* _normaliser;
    private readonly float* _state;

    internal LinearTile(AttentionShape shape, LinearAttentionForm form, LinearBuffers buffers, long keyHead, float* scratch)
    {
        (_shape, _form) = (shape, form);
        _panels = new(shape, form, scratch);
        _group = shape.Heads / shape.KeyHeads;
        long row = keyHead * _group * shape.Queries, keyRow = keyHead * shape.Keys;
        _query = buffers.Query + (row * shape.Width);
        _output = buffers.Output + (row * shape.ValueWidth);
        _normaliser = buffers.Normaliser == null ? null : buffers.Normaliser + row;
        _key = buffers.Key + (keyRow * shape.Width);
        _value = buffers.Value + (keyRow * shape.ValueWidth);
        _state = buffers.State == null ? null : buffers.State + (keyHead * shape.Width * (shape.ValueWidth + 1));
    }

    internal void Run(CancellationToken cancellation)
    {
        _panels.OpenState(_shape, _state);
        for (long first = 0; first < _shape.Keys && !cancellation.IsCancellationRequested; first += _panels.Chunk)
        {
            Keys((int)first, (int)Math.Min(_panels.Chunk, _shape.Keys - first));
        }

        for (long first = 0; first < _shape.Queries && !_form.Causal && !cancellation.IsCancellationRequested; first += _panels.Chunk)
        {
            for (int head = 0; head < _group; head++)
            {
                Queries(head, (int)first, (int)Math.Min(_panels.Chunk, _shape.Queries - first), keys: 0);
            }
        }

        if (_state != null)
        {
            Padded.Store(_shape.Width, _shape.ValueWidth + 1, _panels.State, _panels.ValueWidth, _state);
        }
    }

    /// <summary>Adds a chunk of keys to the state, after a causal form's queries of the same positions have seen both.</summary>
    private void Keys(int first, int count)
    {
        float* key = _key + ((long)first * _shape.Width), value = _value + ((long)first * _shape.ValueWidth);
        if (_form.Causal && count > 1 && !(Finite.All<TLanes>(key, count, _shape.Width, _shape.Width) && Finite.All<TLanes>(value, count, _shape.ValueWidth, _shape.ValueWidth)))
        {
            for (int row = first; row < first + count; row++)
            {
                Keys(row, 1);
            }

            return;
        }

        _panels.LoadFeatures<TLanes>(_form.Map, count, _shape.Width, key, _panels.Key);
        _panels.LoadValues(count, _shape.ValueWidth, value);
        if (_form.Causal)
        {
            Transpose.Scaled(count, _shape.Width, _panels.Key, _panels.Width, _panels.KeyTransposed, _panels.Pairs, 1);
            for (int head = 0; head < _group; head++)
            {
                Queries(head, first, count, count);
            }
        }

        TileProduct.Run<TLanes>(
            _shape.Width, _panels.ValueWidth, count, _panels.Key, 1, _panels.Width, _panels.Value, _panels.State, _panels.ValueWidth, accumulate: true);
    }

    /// <summary>Attends a chunk of queries to the state, and to the keys of the same chunk.</summary>
    /// <param name="head">Of those that the key head serves.</param>
    /// <param name="first">The first query.</param>
    /// <param name="count">How many.</param>
    /// <param name="keys">As many as queries, or none.</param>
    private void Queries(int head, int first, int count, int keys)
    {
        long row = ((long)head * _shape.Queries) + first;
        _panels.LoadFeatures<TLanes>(_form.Map, count, _shape.Width, _query + (row * _shape.Width), _panels.Query);
        TileProduct.Run<TLanes>(
            count, _panels.ValueWidth, _shape.Width, _panels.Query, _panels.Width, 1, _panels.State, _panels.Context, _panels.ValueWidth, accumulate: false);
        if (keys > 0)
        {
            TileProduct.Run<TLanes>(
                count, Padded.Count(keys), _shape.Width, _panels.Query, _panels.Width, 1, _panels.KeyTransposed, _panels.Weights, _panels.Pairs, accumulate: false);
            _panels.HideFuture(_panels.Weights, count);
            TileProduct.Run<TLanes>(
                count, _panels.ValueWidth, keys, _panels.Weights, _panels.Pairs, 1, _panels.Value, _panels.Context, _panels.ValueWidth, accumulate: true);
        }

        for (int i = 0; i < count; i++)
        {
            float* context = _panels.Context + ((long)i * _panels.ValueWidth);
            float* output = _output + ((row + i) * _shape.ValueWidth);
            float sum = context[_shape.ValueWidth];
            if (sum == 0)
            {
                new Span<float>(output, _shape.ValueWidth).Clear();
            }
            else
            {
                RowLanes.Divide<TLanes>(context, sum, output, _shape.ValueWidth);
            }

            if (_normaliser != null)
            {
                _normaliser[row + i] = sum;
            }
        }
    }
}
