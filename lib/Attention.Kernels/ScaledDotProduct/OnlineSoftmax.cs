namespace Attention.Kernels;

/// <summary>Softmax of rows that arrive in pieces (Milakov and Gimelshein 2018): what was summed before is measured against the maximum known before.</summary>
/// <remarks>
/// Every exponential is a power of two, 2^(score · factor − maximum), whose exponent is one multiply–add and so is rounded once, at the size of the difference and not of the
/// score. Queries lie in the lanes, so maximum and sum never cross them.
/// </remarks>
internal static unsafe class OnlineSoftmax
{
    /// <summary>Takes a block of scores in and turns it into weights, in place, relative to the new maximum.</summary>
    /// <param name="panel">The queries; maximum, sum and rescale are brought up to date.</param>
    /// <param name="scores">[keys, 64]; −∞ where hidden.</param>
    /// <param name="keys">Rows of the block.</param>
    /// <param name="factor">Turns scores into exponents of two; positive.</param>
    internal static void Update<TLanes>(QueryPanel panel, float* scores, int keys, float factor)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes scale = TLanes.Broadcast(factor);
        float* end = scores + ((long)keys * QueryPanel.Columns);
        for (int column = 0; column < panel.Active; column += 2 * TLanes.Count)
        {
            int next = column + TLanes.Count;
            TLanes before0 = TLanes.Load(panel.Maximum + column), before1 = TLanes.Load(panel.Maximum + next);
            TLanes maximum0 = TLanes.Broadcast(float.NegativeInfinity), maximum1 = maximum0;
            for (float* row = scores; row < end; row += QueryPanel.Columns)
            {
                maximum0 = TLanes.Max(maximum0, TLanes.Load(row + column));
                maximum1 = TLanes.Max(maximum1, TLanes.Load(row + next));
            }

            maximum0 = TLanes.Max(before0, maximum0 * scale);
            maximum1 = TLanes.Max(before1, maximum1 * scale);
            TLanes.Store(panel.Maximum + column, maximum0);
            TLanes.Store(panel.Maximum + next, maximum1);
            TLanes minus0 = Minus(maximum0), minus1 = Minus(maximum1);
            TLanes rescale0 = Exponential.PowerOfTwo(before0 + minus0), rescale1 = Exponential.PowerOfTwo(before1 + minus1);
            TLanes sum0 = TLanes.Broadcast(0), sum1 = sum0;
            for (float* row = scores; row < end; row += QueryPanel.Columns)
            {
                TLanes weight0 = Exponential.PowerOfTwo(TLanes.MultiplyAdd(TLanes.Load(row + column), scale, minus0));
                TLanes weight1 = Exponential.PowerOfTwo(TLanes.MultiplyAdd(TLanes.Load(row + next), scale, minus1));
                TLanes.Store(row + column, weight0);
                TLanes.Store(row + next, weight1);
                sum0 += weight0;
                sum1 += weight1;
            }

            TLanes.Store(panel.Rescale + column, rescale0);
            TLanes.Store(panel.Rescale + next, rescale1);
            TLanes.Store(panel.Sum + column, TLanes.MultiplyAdd(TLanes.Load(panel.Sum + column), rescale0, sum0));
            TLanes.Store(panel.Sum + next, TLanes.MultiplyAdd(TLanes.Load(panel.Sum + next), rescale1, sum1));
        }
    }

    /// <summary>Measures the context that was summed before the newest block against the newest maximum.</summary>
    internal static void RescaleContext<TLanes>(QueryPanel panel, int valueWidth)
        where TLanes : unmanaged, ILanes<TLanes> =>
        MultiplyRows<TLanes>(panel.Context, valueWidth, panel.Rescale, panel.Active);

    /// <summary>Divides the context by the sum of the weights, and saves ln Σ e^score. A query that saw no key gets zeros and −∞.</summary>
    /// <param name="panel">The queries.</param>
    /// <param name="valueWidth">Dv</param>
    /// <param name="logSumExp">[panel.Count], or null when not wanted.</param>
    internal static void Normalise<TLanes>(QueryPanel panel, int valueWidth, float* logSumExp)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        for (int i = 0; i < panel.Active; i++)
        {
            float sum = panel.Sum[i];
            panel.Rescale[i] = sum == 0 ? 0 : 1 / sum;
            if (logSumExp != null && i < panel.Count)
            {
                logSumExp[i] = sum == 0 ? float.NegativeInfinity : (float)((panel.Maximum[i] * Ln2) + MathF.Log(sum));
            }
        }

        MultiplyRows<TLanes>(panel.Context, valueWidth, panel.Rescale, panel.Active);
    }

    private const double Ln2 = 0.69314718055994531;

    /// <summary>What to add so that the maximum is subtracted. Where nothing was visible yet, −∞ − −∞ would be NaN; 0 makes every weight 0.</summary>
    private static TLanes Minus<TLanes>(TLanes maximum)
        where TLanes : unmanaged, ILanes<TLanes> =>
        TLanes.Broadcast(0) - TLanes.WhereLess(maximum, TLanes.Broadcast(-float.MaxValue), TLanes.Broadcast(0), maximum);

    private static void MultiplyRows<TLanes>(float* rows, int count, float* factors, int active)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        for (int r = 0; r < count; r++, rows += QueryPanel.Columns)
        {
            for (int column = 0; column < active; column += TLanes.Count)
            {
                TLanes.Store(rows + column, TLanes.Load(rows + column) * TLanes.Load(factors + column));
            }
        }
    }
}
