namespace Attention.Kernels;

/// <summary>The gradients of one key head and of all the query heads that it serves.</summary>
/// <remarks>
/// On the way forth the state S grows key by key and gives each query its gradient; on the way back R, which the queries fill, gives each key and value theirs.
/// As in <see cref="LinearTile{TLanes}"/>, a causal chunk that holds NaN or ∞ is taken row by row.
/// </remarks>
internal readonly unsafe ref struct LinearGradientTile<TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    private readonly AttentionShape _shape;
    private readonly LinearAttentionForm _form;
    private readonly LinearGradientPanels _gradients;
    private readonly LinearPanels _panels;
    private readonly int _group;
    private readonly LinearBuffers _at;
    private readonly LinearBuffers _into;

    /// <param name="shape">The sizes.</param>
    /// <param name="form">Feature map and mask.</param>
    /// <param name="buffers">What Forward read and wrote.</param>
    /// <param name="gradients">In the place of each buffer its gradient.</param>
    /// <param name="keyHead">Over all sequences.</param>
    /// <param name="scratch">This thread's.</param>
    internal LinearGradientTile(AttentionShape shape, LinearAttentionForm form, LinearBuffers buffers, LinearBuffers gradients, long keyHead, float* scratch)
    {
        (_shape, _form, _group) = (shape, form, shape.Heads / shape.KeyHeads);
        _gradients = new(shape, form, scratch);
        _panels = _gradients.Rows;
        _at = Head(buffers, keyHead);
        _into = Head(gradients, keyHead);
    }

    internal void Run(CancellationToken cancellation)
    {
        (int chunk, int keys, int queries) = (_panels.Chunk, _shape.Keys, _shape.Queries);
        _panels.OpenState(_shape, _at.State);
        for (long first = 0; first < keys && !cancellation.IsCancellationRequested; first += chunk)
        {
            Forth((int)first, (int)Math.Min(chunk, keys - first));
        }

        if (!_form.Causal)
        {
            TransposeState();
        }

        float* sums = _panels.State; // from here on R
        for (long first = 0; first < queries && !_form.Causal && !cancellation.IsCancellationRequested; first += chunk)
        {
            for (int head = 0; head < _group; head++)
            {
                int count = (int)Math.Min(chunk, queries - first);
                OpenQueries(head, (int)first, count);
                QueryGradient(head, (int)first, count, keys: 0);
            }
        }

        _panels.OpenState(_shape, _into.State);
        for (long first = 0; first < queries && !_form.Causal && !cancellation.IsCancellationRequested; first += chunk)
        {
            for (int head = 0; head < _group; head++)
            {
                int count = (int)Math.Min(chunk, queries - first);
                OpenQueries(head, (int)first, count);
                AddQueries(count);
            }
        }

        for (long first = (keys - 1L) / chunk * chunk; first >= 0 && keys > 0 && !cancellation.IsCancellationRequested; first -= chunk)
        {
            Back((int)first, (int)Math.Min(chunk, keys - first));
        }

        if (_into.State != null)
        {
            Padded.Store(_shape.Width, _shape.ValueWidth + 1, sums, _panels.ValueWidth, _into.State);
        }
    }

    /// <summary>The gradients of a chunk of queries, which see the state and the keys of their own chunk; then the keys join the state.</summary>
    private void Forth(int first, int count)
    {
        if (MustSplit(first, count))
        {
            for (int row = first; row < first + count; row++)
            {
                Forth(row, 1);
            }

            return;
        }

        OpenKeys(first, count);
        if (_form.Causal)
        {
            TransposeState();
            for (int head = 0; head < _group; head++)
            {
                OpenQueries(head, first, count);
                QueryGradient(head, first, count, count);
            }
        }

        TileProduct.Run<TLanes>(
            _shape.Width, _panels.ValueWidth, count, _panels.Key, 1, _panels.Width, _panels.Value, _panels.State, _panels.ValueWidth, accumulate: true);
    }

    /// <summary>The gradients of a chunk of keys and values, which are seen by the queries in R and by those of their own chunk; then these join R.</summary>
    private void Back(int first, int count)
    {
        if (MustSplit(first, count))
        {
            for (int row = first + count - 1; row >= first; row--)
            {
                Back(row, 1);
            }

            return;
        }

        OpenKeys(first, count);
        TransposeState();
        int width = _panels.Width, valueWidth = _panels.ValueWidth, pairs = _panels.Pairs;
        TileProduct.Run<TLanes>(count, width, _shape.ValueWidth + 1, _panels.Value, valueWidth, 1, _gradients.StateTransposed, _gradients.Key, width, accumulate: false);
        TileProduct.Run<TLanes>(count, valueWidth, _shape.Width, _panels.Key, width, 1, _panels.State, _gradients.Value, valueWidth, accumulate: false);
        for (int head = 0; head < _group && _form.Causal; head++)
        {
            OpenQueries(head, first, count);
            Slopes(count);
            TileProduct.Run<TLanes>(count, width, count, _gradients.Slopes, 1, pairs, _panels.Query, _gradients.Key, width, accumulate: true);
            TileProduct.Run<TLanes>(
                count, Padded.Count(count), _shape.Width, _panels.Query, width, 1, _panels.KeyTransposed, _panels.Weights, pairs, accumulate: false);
            _panels.HideFuture(_panels.Weights, count);
            TileProduct.Run<TLanes>(count, valueWidth, count, _panels.Weights, 1, pairs, _panels.Context, _gradients.Value, valueWidth, accumulate: true);
            AddQueries(count);
        }

        Features.ApplySlope<TLanes>(_form.Map, _panels.Key, _gradients.Key, (long)count * width);
        Padded.Store(count, _shape.Width, _gradients.Key, width, _into.Key + ((long)first * _shape.Width));
        Padded.Store(count, _shape.ValueWidth, _gradients.Value, valueWidth, _into.Value + ((long)first * _shape.ValueWidth));
    }

    private void QueryGradient(int head, int first, int count, int keys)
    {
        int width = _panels.Width;
        TileProduct.Run<TLanes>(
            count, width, _shape.ValueWidth + 1, _panels.Context, _panels.ValueWidth, 1, _gradients.StateTransposed, _gradients.Query, width, accumulate: false);
        if (keys > 0)
        {
            Slopes(count);
            TileProduct.Run<TLanes>(count, width, keys, _gradients.Slopes, _panels.Pairs, 1, _panels.Key, _gradients.Query, width, accumulate: true);
        }

        Features.ApplySlope<TLanes>(_form.Map, _panels.Query, _gradients.Query, (long)count * width);
        Padded.Store(count, _shape.Width, _gradients.Query, width, _into.Query + ((((long)head * _shape.Queries) + first) * _shape.Width));
    }

    /// <summary>dL/dweights of the chunk: [do dz]·[v 1], and zero where a key is hidden.</summary>
    private void Slopes(int count)
    {
        TileProduct.Run<TLanes>(
            count, Padded.Count(count), _shape.ValueWidth + 1, _panels.Context, _panels.ValueWidth, 1, _gradients.ValueTransposed, _gradients.Slopes, _panels.Pairs, accumulate: false);
        _panels.HideFuture(_gradients.Slopes, count);
    }

    private void AddQueries(int count) => TileProduct.Run<TLanes>(
        _shape.Width, _panels.ValueWidth, count, _panels.Query, 1, _panels.Width, _panels.Context, _panels.State, _panels.ValueWidth, accumulate: true);

    private void TransposeState() =>
        Transpose.Scaled(_shape.Width, _shape.ValueWidth + 1, _panels.State, _panels.ValueWidth, _gradients.StateTransposed, _panels.Width, 1);

    private void OpenKeys(int first, int count)
    {
        _panels.LoadFeatures<TLanes>(_form.Map, count, _shape.Width, _at.Key + ((long)first * _shape.Width), _panels.Key);
        _panels.LoadValues(count, _shape.ValueWidth, _at.Value + ((long)first * _shape.ValueWidth));
        Transpose.Scaled(count, _shape.Width, _panels.Key, _panels.Width, _panels.KeyTransposed, _panels.Pairs, 1);
        Transpose.Scaled(count, _shape.ValueWidth + 1, _panels.Value, _panels.ValueWidth, _gradients.ValueTransposed, _panels.Pairs, 1);
    }

    /// <summary>Brings queries in, and what their outputs' gradients make of the sums that were divided: do = dout / z, dz = −Σ dout·output / z.</summary>
    private void OpenQueries(int head, int first, int count)
    {
        long row = ((long)head * _shape.Queries) + first;
        int width = _shape.ValueWidth;
        _panels.LoadFeatures<TLanes>(_form.Map, count, _shape.Width, _at.Query + (row * _shape.Width), _panels.Query);
        for (int i = 0; i < count; i++, row++)
        {
            float* context = _panels.Context + ((long)i * _panels.ValueWidth);
            float* slopes = _into.Output + (row * width);
            float sum = _at.Normaliser[row];
            new Span<float>(context, _panels.ValueWidth).Clear();
            if (sum != 0)
            {
                RowLanes.Divide<TLanes>(slopes, sum, context, width);
                context[width] = -RowLanes.Dot<TLanes>(context, _at.Output + (row * width), width);
            }
        }
    }

    private bool MustSplit(int first, int count)
    {
        if (!_form.Causal || count == 1)
        {
            return false;
        }

        bool finite = Finite.All<TLanes>(_at.Key + ((long)first * _shape.Width), count, _shape.Width, _shape.Width)
            && Finite.All<TLanes>(_at.Value + ((long)first * _shape.ValueWidth), count, _shape.ValueWidth, _shape.ValueWidth);
        for (int head = 0; head < _group && finite; head++)
        {
            long row = ((long)head * _shape.Queries) + first;
            finite = Finite.All<TLanes>(_at.Query + (row * _shape.Width), count, _shape.Width, _shape.Width)
                && Finite.All<TLanes>(_at.Output + (row * _shape.ValueWidth), count, _shape.ValueWidth, _shape.ValueWidth)
                && Finite.All<TLanes>(_at.Normaliser + row, 1, count, count)
                && Finite.All<TLanes>(_into.Output + (row * _shape.ValueWidth), count, _shape.ValueWidth, _shape.ValueWidth);
        }

        return !finite;
    }

    private LinearBuffers Head(LinearBuffers all, long keyHead)
    {
        long row = keyHead * _group * _shape.Queries, keyRow = keyHead * _shape.Keys;
        return new(
            all.Query + (row * _shape.Width),
            all.Key + (keyRow * _shape.Width),
            all.Value + (keyRow * _shape.ValueWidth),
            all.Output + (row * _shape.ValueWidth),
            all.Normaliser == null ? null : all.Normaliser + row,
            all.State == null ? null : all.State + (keyHead * _shape.Width * (_shape.ValueWidth + 1)));
    }
}
