namespace Attention.Kernels;

/// <summary>One query after the other with its window. Rows of scratch are padded with −∞ or zero, which weigh nothing.</summary>
internal readonly unsafe ref struct LocalTile<TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    private readonly AttentionShape _shape;
    private readonly LocalWindow _window;
    private readonly LocalBuffers _at;
    private readonly LocalBuffers _into;
    private readonly float _scale;
    private readonly float* _weights;
    private readonly float* _factors;
    private readonly float* _slopes;

    internal LocalTile(AttentionShape shape, LocalWindow window, float scale, LocalBuffers buffers, LocalBuffers gradients, float* scratch)
    {
        (_shape, _window, _scale, _at, _into) = (shape, window, scale, buffers, gradients);
        int row = Padded.Count(window.MostKeys(shape.Keys));
        _weights = scratch;
        _factors = _weights + row;
        _slopes = _factors + row;
    }

    /// <summary>Floats of scratch: three rows as long as a window.</summary>
    internal static long ScratchCount(AttentionShape shape, LocalWindow window) => 3L * Padded.Count(window.MostKeys(shape.Keys));

    internal void Attend(long row)
    {
        (int valueWidth, float centre) = (_shape.ValueWidth, Centre(row));
        Span<float> output = new(_at.Output + (row * valueWidth), valueWidth);
        (int first, int count) = float.IsNaN(centre) ? (0, 0) : _window.Around(centre, _shape.Keys);
        float logSumExp = float.NegativeInfinity;
        if (count == 0)
        {
            logSumExp = float.IsNaN(centre) ? float.NaN : logSumExp;
            output.Fill(float.IsNaN(centre) ? float.NaN : 0);
        }
        else
        {
            int columns = Padded.Count(count);
            Score(row, first, count);
            float maximum = RelativeRows.Maximum<TLanes>(_weights, columns);
            float peak = float.IsNegativeInfinity(maximum) ? 0 : maximum;
            float sum = RelativeRows.Weigh<TLanes>(_weights, columns, peak);
            logSumExp = sum == 0 ? float.NegativeInfinity : peak + MathF.Log(sum);
            RowLanes.Multiply<TLanes>(sum == 0 ? 0 : 1 / sum, _weights, _weights, columns);
            if (_window.Gaussian)
            {
                LocalRows.Gaussian<TLanes>(first, centre, _window.Sharpness, _factors, columns);
                LocalRows.Multiply<TLanes>(_weights, _factors, columns);
            }

            LocalRows.WeightedSum<TLanes>(_weights, Values(row, first), count, valueWidth, _at.Output + (row * valueWidth));
        }

        if (_at.LogSumExp != null)
        {
            _at.LogSumExp[row] = logSumExp;
        }
    }

    internal void Differentiate(long row)
    {
        (int width, int valueWidth, float centre) = (_shape.Width, _shape.ValueWidth, Centre(row));
        float* query = _at.Query + (row * width), queryGradient = _into.Query + (row * width), slopes = _into.Output + (row * valueWidth);
        (int first, int count) = float.IsNaN(centre) ? (0, 0) : _window.Around(centre, _shape.Keys);
        float centreGradient = 0;
        if (count == 0 || float.IsNegativeInfinity(_at.LogSumExp[row]))
        {
            centreGradient = float.IsNaN(centre) ? float.NaN : 0;
            new Span<float>(queryGradient, width).Fill(centreGradient);
        }
        else
        {
            int columns = Padded.Count(count);
            Score(row, first, count);
            RelativeRows.Weigh<TLanes>(_weights, columns, _at.LogSumExp[row]);
            LocalRows.Dots<TLanes>(slopes, Values(row, first), count, valueWidth, 1, _slopes);
            new Span<float>(_slopes + count, columns - count).Clear();
            if (_window.Gaussian)
            {
                LocalRows.Gaussian<TLanes>(first, centre, _window.Sharpness, _factors, columns);
                LocalRows.Multiply<TLanes>(_slopes, _factors, columns);
                centreGradient = _window.Sharpness * LocalRows.CentreGradient<TLanes>(first, centre, _weights, _slopes, columns);
            }

            // The values take the weights with their Gaussian; the softmax is differentiated without it.
            float* values = KeyRow(_into.Value, row, first, valueWidth), keys = KeyRow(_into.Key, row, first, width);
            for (int j = 0; j < count; j++)
            {
                RowLanes.AddScaled<TLanes>(_window.Gaussian ? _weights[j] * _factors[j] : _weights[j], slopes, values + ((long)j * valueWidth), valueWidth);
            }

            float mean = RowLanes.Dot<TLanes>(_weights, _slopes, columns);
            RelativeRows.ScoreGradient<TLanes>(_weights, _slopes, columns, mean, _scale);
            LocalRows.WeightedSum<TLanes>(_slopes, Keys(row, first), count, width, queryGradient);
            for (int j = 0; j < count; j++)
            {
                RowLanes.AddScaled<TLanes>(_slopes[j], query, keys + ((long)j * width), width);
            }
        }

        if (_into.Centre != null)
        {
            _into.Centre[row] = centreGradient;
        }
    }

    private void Score(long row, int first, int count)
    {
        LocalRows.Dots<TLanes>(_at.Query + (row * _shape.Width), Keys(row, first), count, _shape.Width, _scale, _weights);
        new Span<float>(_weights + count, Padded.Count(count) - count).Fill(float.NegativeInfinity);
    }

    private float Centre(long row) => _at.Centre == null ? row % _shape.Queries : _at.Centre[row];

    private float* Keys(long row, int first) => KeyRow(_at.Key, row, first, _shape.Width);

    private float* Values(long row, int first) => KeyRow(_at.Value, row, first, _shape.ValueWidth);

    /// <summary>The row of a key, or of its value or gradient, of the key head that serves this query.</summary>
    private float* KeyRow(float* buffer, long row, int first, int width) =>
        buffer + (((row / _shape.Queries / (_shape.Heads / _shape.KeyHeads) * _shape.Keys) + first) * width);
}
