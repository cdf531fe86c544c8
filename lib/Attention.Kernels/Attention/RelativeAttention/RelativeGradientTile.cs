using System.Runtime.InteropServices;

namespace Attention.Kernels;

/// <summary>The gradients of one head of one sequence: block of queries after block, against each block of keys.</summary>
internal readonly unsafe ref struct RelativeGradientTile<TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    private readonly AttentionShape _shape;
    private readonly RelativeGradientPanels _gradients;
    private readonly RelativePanels _panels;
    private readonly RelativeBuffers _at;
    private readonly RelativeBuffers _into;

    internal RelativeGradientTile(AttentionShape shape, RelativeBuffers buffers, RelativeBuffers gradients, int batch, int head, float* scratch)
    {
        _shape = shape;
        _gradients = new(shape, scratch);
        _panels = _gradients.Rows;
        _at = buffers.ForHead(shape, batch, head);
        _into = gradients.ForHead(shape, batch, head);
    }

    internal void Run(float scale, CancellationToken cancellation)
    {
        for (int first = 0; first < _shape.Queries && !cancellation.IsCancellationRequested; first += RelativePanels.Queries)
        {
            int count = Math.Min(RelativePanels.Queries, _shape.Queries - first);
            int seen = first + 1 + (_shape.Keys - _shape.Queries), end = seen + count - 1;
            Open(first, count);
            for (long key = 0; key < end && !cancellation.IsCancellationRequested; key += RelativePanels.Keys)
            {
                Block(first, 0, count, (int)key, Math.Min(RelativePanels.Keys, end - (int)key), seen - (int)key, scale);
            }

            Close(first, count);
        }
    }

    private void Open(int first, int count)
    {
        int width = _shape.Width, valueWidth = _shape.ValueWidth;
        float* slopes = _into.Output + ((long)first * valueWidth), output = _at.Output + ((long)first * valueWidth);
        _panels.LoadQueries<TLanes>(count, width, _at.Query + ((long)first * width), _at.ContentBias, _at.PositionBias);
        Padded.Load(count, valueWidth, slopes, _gradients.OutputGradient, _panels.ValueWidth);
        for (int i = 0; i < count; i++)
        {
            _gradients.Mean[i] = RowLanes.Dot<TLanes>(slopes + ((long)i * valueWidth), output + ((long)i * valueWidth), valueWidth);
        }

        nuint bytes = (nuint)count * (nuint)_panels.Width * sizeof(float);
        NativeMemory.Clear(_gradients.ContentQuery, bytes);
        NativeMemory.Clear(_gradients.PositionQuery, bytes);
    }

    /// <summary>What some of the loaded queries and a block of keys give each other.</summary>
    /// <param name="first">The first of the loaded queries.</param>
    /// <param name="row">The first of those to take, counted from it.</param>
    /// <param name="count">How many to take.</param>
    /// <param name="firstKey">The first key.</param>
    /// <param name="keys">How many keys.</param>
    /// <param name="visible">How many of them the first query sees; each later one sees one more.</param>
    /// <param name="scale">1/√D.</param>
    private void Block(int first, int row, int count, int firstKey, int keys, int visible, float scale)
    {
        if (count > 1 && !IsFinite(first, count, firstKey, keys, visible))
        {
            // One query at a time meets nothing that it does not see: 0 · NaN would be NaN.
            for (int i = 0; i < count; i++)
            {
                int some = Math.Min(visible + i, keys);
                if (some > 0)
                {
                    Block(first, i, 1, firstKey, some, visible + i, scale);
                }
            }

            return;
        }

        int distances = RelativePanels.DistancesOf(count, visible, keys);
        long farthest = visible + count - 2L;
        float* key = _at.Key + ((long)firstKey * _shape.Width);
        _panels.Score<TLanes>(row, count, visible, keys, _shape.Width, key, _at.Position, scale);
        Padded.Load(keys, _shape.Width, key, _gradients.Key, _panels.Width);
        for (int c = 0; c < distances; c++)
        {
            Padded.Load(1, _shape.Width, _at.Position + ((farthest - c) * _shape.Width), _gradients.Position + ((long)c * _panels.Width), _panels.Width);
        }

        ScoreGradient(first, row, count, firstKey, keys, visible, scale);
        Multiply(row, count, firstKey, keys, distances, farthest);
    }

    /// <summary>Weights again, then dL/dscores, and the same shifted to where the position terms were.</summary>
    private void ScoreGradient(int first, int row, int count, int firstKey, int keys, int visible, float scale)
    {
        int columns = Padded.Count(keys);
        float* slopes = _gradients.Slopes + ((long)row * RelativePanels.Keys), outputGradient = _gradients.OutputGradient + ((long)row * _panels.ValueWidth);
        Transpose.Scaled(keys, _shape.ValueWidth, _at.Value + ((long)firstKey * _shape.ValueWidth), _shape.ValueWidth, _gradients.ValueTransposed, RelativePanels.Keys, 1);
        TileProduct.Run<TLanes>(
            count, columns, _shape.ValueWidth, outputGradient, _panels.ValueWidth, 1, _gradients.ValueTransposed, slopes, RelativePanels.Keys, accumulate: false);
        for (int i = 0; i < count; i++, slopes += RelativePanels.Keys)
        {
            float* weights = _panels.Scores + ((long)(row + i) * RelativePanels.Keys), shifted = _panels.PositionScores + ((long)(row + i) * RelativePanels.Distances);
            float logSumExp = _at.LogSumExp[first + row + i];
            RelativeRows.Weigh<TLanes>(weights, columns, float.IsNegativeInfinity(logSumExp) ? 0 : logSumExp);
            RelativeRows.ScoreGradient<TLanes>(weights, slopes, columns, _gradients.Mean[row + i], scale);
            int seen = Math.Clamp(visible + i, 0, keys);
            new Span<float>(slopes + seen, RelativePanels.Keys - seen).Clear();
            new Span<float>(shifted, RelativePanels.Distances).Clear();
            new ReadOnlySpan<float>(slopes, seen).CopyTo(new Span<float>(shifted + count - 1 - i, seen));
        }
    }

    private void Multiply(int row, int count, int firstKey, int keys, int distances, long farthest)
    {
        int width = _panels.Width, valueWidth = _panels.ValueWidth;
        float* slopes = _gradients.Slopes + ((long)row * RelativePanels.Keys), shifted = _panels.PositionScores + ((long)row * RelativePanels.Distances);
        float* weights = _panels.Scores + ((long)row * RelativePanels.Keys), sums = _gradients.Sums;
        TileProduct.Run<TLanes>(count, width, keys, slopes, RelativePanels.Keys, 1, _gradients.Key, _gradients.ContentQuery + ((long)row * width), width, accumulate: true);
        TileProduct.Run<TLanes>(
            count, width, distances, shifted, RelativePanels.Distances, 1, _gradients.Position, _gradients.PositionQuery + ((long)row * width), width, accumulate: true);

        TileProduct.Run<TLanes>(keys, width, count, slopes, 1, RelativePanels.Keys, _panels.ContentQuery + ((long)row * width), sums, width, accumulate: false);
        AddRows(keys, _shape.Width, width, _into.Key + ((long)firstKey * _shape.Width), _shape.Width);
        TileProduct.Run<TLanes>(
            keys, valueWidth, count, weights, 1, RelativePanels.Keys, _gradients.OutputGradient + ((long)row * valueWidth), sums, valueWidth, accumulate: false);
        AddRows(keys, _shape.ValueWidth, valueWidth, _into.Value + ((long)firstKey * _shape.ValueWidth), _shape.ValueWidth);
        TileProduct.Run<TLanes>(
            distances, width, count, shifted, 1, RelativePanels.Distances, _panels.PositionQuery + ((long)row * width), sums, width, accumulate: false);
        AddRows(distances, _shape.Width, width, _into.Position + (farthest * _shape.Width), -_shape.Width);
    }

    /// <summary>Adds the sums to a gradient, whose rows may run backwards.</summary>
    private void AddRows(int rows, int width, int stride, float* gradient, nint gradientStride)
    {
        for (int row = 0; row < rows; row++)
        {
            RowLanes.AddScaled<TLanes>(1, _gradients.Sums + ((long)row * stride), gradient + (row * gradientStride), width);
        }
    }

    private void Close(int first, int count)
    {
        int width = _shape.Width;
        for (int i = 0; i < count; i++)
        {
            float* content = _gradients.ContentQuery + ((long)i * _panels.Width), position = _gradients.PositionQuery + ((long)i * _panels.Width);
            RowLanes.AddScaled<TLanes>(1, content, _into.ContentBias, width);
            RowLanes.AddScaled<TLanes>(1, position, _into.PositionBias, width);
            RowLanes.AddScaled<TLanes>(1, position, content, width);
        }

        Padded.Store(count, width, _gradients.ContentQuery, _panels.Width, _into.Query + ((long)first * width));
    }

    private bool IsFinite(int first, int count, int firstKey, int keys, int visible)
    {
        (int width, int valueWidth) = (_shape.Width, _shape.ValueWidth);
        int distances = RelativePanels.DistancesOf(count, visible, keys);
        return Finite.All<TLanes>(_at.Query + ((long)first * width), count, width, width)
            && Finite.All<TLanes>(_into.Output + ((long)first * valueWidth), count, valueWidth, valueWidth)
            && Finite.All<TLanes>(_at.Output + ((long)first * valueWidth), count, valueWidth, valueWidth)
            && Finite.All<TLanes>(_at.Key + ((long)firstKey * width), keys, width, width)
            && Finite.All<TLanes>(_at.Value + ((long)firstKey * valueWidth), keys, valueWidth, valueWidth)
            && Finite.All<TLanes>(_at.Position + ((visible + count - 1L - distances) * width), distances, width, width);
    }
}
