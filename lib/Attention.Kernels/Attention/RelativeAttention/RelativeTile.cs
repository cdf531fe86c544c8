using System.Runtime.InteropServices;

namespace Attention.Kernels;

/// <summary>A block of queries of one head, attended to all keys that it sees, block after block with a running maximum (Dao et al. 2022, algorithm 1).</summary>
internal readonly unsafe ref struct RelativeTile<TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    private readonly AttentionShape _shape;
    private readonly RelativePanels _panels;
    private readonly RelativeBuffers _at;

    internal RelativeTile(AttentionShape shape, RelativeBuffers buffers, int batch, int head, float* scratch)
    {
        _shape = shape;
        _panels = new(shape, scratch);
        _at = buffers.ForHead(shape, batch, head);
    }

    internal void Run(int firstQuery, float scale, CancellationToken cancellation)
    {
        int count = Math.Min(RelativePanels.Queries, _shape.Queries - firstQuery);
        int seen = firstQuery + 1 + (_shape.Keys - _shape.Queries), end = seen + count - 1;
        _panels.LoadQueries<TLanes>(count, _shape.Width, _at.Query + ((long)firstQuery * _shape.Width), _at.ContentBias, _at.PositionBias);
        new Span<float>(_panels.Maximum, count).Fill(float.NegativeInfinity);
        new Span<float>(_panels.Sum, count).Clear();
        NativeMemory.Clear(_panels.Context, (nuint)count * (nuint)_panels.ValueWidth * sizeof(float));
        for (long key = 0; key < end && !cancellation.IsCancellationRequested; key += RelativePanels.Keys)
        {
            Attend(count, (int)key, Math.Min(RelativePanels.Keys, end - (int)key), seen - (int)key, scale);
        }

        Close(firstQuery, count);
    }

    private void Attend(int count, int firstKey, int keys, int visible, float scale)
    {
        float* value = _at.Value + ((long)firstKey * _shape.ValueWidth);
        _panels.Score<TLanes>(0, count, visible, keys, _shape.Width, _at.Key + ((long)firstKey * _shape.Width), _at.Position, scale);
        Padded.Load(keys, _shape.ValueWidth, value, _panels.Value, _panels.ValueWidth);
        for (int i = 0; i < count; i++)
        {
            Update(i, Padded.Count(keys));
        }

        // Where a hidden value is NaN or ∞, each query takes only the values that it sees: 0 · NaN is NaN.
        int rows = visible < keys && !Finite.All<TLanes>(value, keys, _shape.ValueWidth, _shape.ValueWidth) ? 1 : 8;
        for (int i = 0; i < count; i += rows)
        {
            int some = Math.Min(rows, count - i);
            TileProduct.Run<TLanes>(
                some,
                _panels.ValueWidth,
                Math.Clamp(visible + i + some - 1, 0, keys),
                _panels.Scores + ((long)i * RelativePanels.Keys),
                RelativePanels.Keys,
                1,
                _panels.Value,
                _panels.Context + ((long)i * _panels.ValueWidth),
                _panels.ValueWidth,
                accumulate: true);
        }
    }

    /// <summary>Turns a row of scores into weights against the maximum so far; what was summed against an older one is measured again.</summary>
    private void Update(int i, int columns)
    {
        float* scores = _panels.Scores + ((long)i * RelativePanels.Keys);
        float before = _panels.Maximum[i], maximum = MathF.Max(before, RelativeRows.Maximum<TLanes>(scores, columns));
        float peak = float.IsNegativeInfinity(maximum) ? 0 : maximum; // −∞ − −∞ would be NaN
        float sum = RelativeRows.Weigh<TLanes>(scores, columns, peak);
        if (maximum > before)
        {
            float rescale = MathF.Exp(before - peak);
            float* context = _panels.Context + ((long)i * _panels.ValueWidth);
            RowLanes.Multiply<TLanes>(rescale, context, context, _panels.ValueWidth);
            _panels.Sum[i] *= rescale;
        }

        _panels.Maximum[i] = maximum;
        _panels.Sum[i] += sum;
    }

    private void Close(int firstQuery, int count)
    {
        for (int i = 0; i < count; i++)
        {
            float sum = _panels.Sum[i];
            float* output = _at.Output + ((long)(firstQuery + i) * _shape.ValueWidth);
            if (sum == 0)
            {
                new Span<float>(output, _shape.ValueWidth).Clear();
            }
            else
            {
                RowLanes.Divide<TLanes>(_panels.Context + ((long)i * _panels.ValueWidth), sum, output, _shape.ValueWidth);
            }

            if (_at.LogSumExp != null)
            {
                _at.LogSumExp[firstQuery + i] = sum == 0 ? float.NegativeInfinity : _panels.Maximum[i] + MathF.Log(sum);
            }
        }
    }
}
