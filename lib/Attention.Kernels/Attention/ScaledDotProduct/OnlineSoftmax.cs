using System.Runtime.CompilerServices;

namespace Attention.Kernels;

/// <summary>Softmax of rows that arrive in pieces (Milakov and Gimelshein 2018): what was summed before is measured against the maximum known before.</summary>
/// <remarks>
/// Every exponential is a power of two, 2^(score · factor − maximum), whose exponent is one multiply–add and so is rounded once, at the size of the difference and not of the
/// score. Queries lie in the lanes, so maximum and sum never cross them. The maximum itself is a rounded product, which does no harm as long as its rounding is small against
/// one; above <see cref="Coarse"/> the scores are rounded in the same way first.
/// </remarks>
internal static unsafe class OnlineSoftmax
{
    private const double Ln2 = 0.69314718055994531;

    /// <summary>From here on an exponent's own rounding may exceed a quarter, and 2 to that power would no longer be near one.</summary>
    private const float Coarse = 1 << 22;

    /// <summary>Takes a block of scores in and turns it into weights, in place, relative to the new maximum.</summary>
    /// <param name="panel">The queries; maximum, sum and rescale are brought up to date.</param>
    /// <param name="scores">[keys, 48]; −∞ where hidden.</param>
    /// <param name="keys">Rows of the block.</param>
    /// <param name="factor">Turns scores into exponents of two; positive.</param>
    /// <param name="column">The first of the queries that the scores are for.</param>
    /// <param name="columns">How many they are; a multiple of a register.</param>
    internal static void Update<TLanes>(QueryPanel panel, float* scores, int keys, float factor, int column, int columns)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes scale = TLanes.Broadcast(factor);
        int end = column + columns;
        for (; column <= end - (3 * TLanes.Count); column += 3 * TLanes.Count)
        {
            UpdateThree(panel, scores, keys, column, scale);
        }

        for (; column < end; column += TLanes.Count)
        {
            UpdateOne(panel, scores, keys, column, scale);
        }
    }

    /// <summary>Three registers of queries at a time: while one waits for its exponential, the others compute.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void UpdateThree<TLanes>(QueryPanel panel, float* scores, int keys, int column, TLanes scale)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float* first = scores + column;
        float* end = first + ((long)keys * QueryPanel.Columns);
        TLanes maximum0 = TLanes.Broadcast(float.NegativeInfinity), maximum1 = maximum0, maximum2 = maximum0;
        for (float* row = first; row < end; row += QueryPanel.Columns)
        {
            maximum0 = TLanes.Max(maximum0, TLanes.Load(row));
            maximum1 = TLanes.Max(maximum1, TLanes.Load(row + TLanes.Count));
            maximum2 = TLanes.Max(maximum2, TLanes.Load(row + (2 * TLanes.Count)));
        }

        TLanes minus0 = Raise(panel, column, maximum0 * scale);
        TLanes minus1 = Raise(panel, column + TLanes.Count, maximum1 * scale);
        TLanes minus2 = Raise(panel, column + (2 * TLanes.Count), maximum2 * scale);
        if (TLanes.MaxOf(TLanes.Max(TLanes.Max(Size(minus0), Size(minus1)), Size(minus2))) >= Coarse)
        {
            ToExponents(panel, first, end, column, 3, scale);
            scale = TLanes.Broadcast(1);
            minus0 = minus1 = minus2 = TLanes.Broadcast(0);
        }

        TLanes sum0 = TLanes.Broadcast(0), sum1 = sum0, sum2 = sum0;
        for (float* row = first; row < end; row += QueryPanel.Columns)
        {
            sum0 += Weigh(row, scale, minus0);
            sum1 += Weigh(row + TLanes.Count, scale, minus1);
            sum2 += Weigh(row + (2 * TLanes.Count), scale, minus2);
        }

        AddSum(panel, column, sum0);
        AddSum(panel, column + TLanes.Count, sum1);
        AddSum(panel, column + (2 * TLanes.Count), sum2);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void UpdateOne<TLanes>(QueryPanel panel, float* scores, int keys, int column, TLanes scale)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float* first = scores + column;
        float* end = first + ((long)keys * QueryPanel.Columns);
        TLanes maximum = TLanes.Broadcast(float.NegativeInfinity);
        for (float* row = first; row < end; row += QueryPanel.Columns)
        {
            maximum = TLanes.Max(maximum, TLanes.Load(row));
        }

        TLanes minus = Raise(panel, column, maximum * scale);
        if (TLanes.MaxOf(Size(minus)) >= Coarse)
        {
            ToExponents(panel, first, end, column, 1, scale);
            scale = TLanes.Broadcast(1);
            minus = TLanes.Broadcast(0);
        }

        TLanes sum = TLanes.Broadcast(0);
        for (float* row = first; row < end; row += QueryPanel.Columns)
        {
            sum += Weigh(row, scale, minus);
        }

        AddSum(panel, column, sum);
    }

    /// <summary>Raises the maximum to what the block brings, and notes what that makes of the sums so far.</summary>
    /// <returns>What to add to an exponent so that the maximum is subtracted.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Raise<TLanes>(QueryPanel panel, int column, TLanes blockMaximum)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes before = TLanes.Load(panel.Maximum + column);
        TLanes maximum = TLanes.Max(before, blockMaximum);
        TLanes.Store(panel.Maximum + column, maximum);

        TLanes minus = Minus(maximum);
        TLanes.Store(panel.Rescale + column, TLanes.PowerOfTwo(before + minus));
        return minus;
    }

    /// <summary>Where nothing was visible yet, −∞ − −∞ would be NaN; 0 makes every weight 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Minus<TLanes>(TLanes maximum)
        where TLanes : unmanaged, ILanes<TLanes> =>
        TLanes.Broadcast(0) - TLanes.WhereLess(maximum, TLanes.Broadcast(-float.MaxValue), TLanes.Broadcast(0), maximum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Size<TLanes>(TLanes value)
        where TLanes : unmanaged, ILanes<TLanes> =>
        TLanes.Max(value, TLanes.Broadcast(0) - value);

    /// <summary>Turns scores into exponents. Those of a coarse maximum are rounded as it was, so that their difference is exact; the others as ever, since no query minds its neighbours.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ToExponents<TLanes>(QueryPanel panel, float* first, float* end, int column, int registers, TLanes scale)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        for (int r = 0; r < registers; r++)
        {
            TLanes minus = Minus(TLanes.Load(panel.Maximum + column + (r * TLanes.Count)));
            TLanes size = Size(minus);
            for (float* row = first + (r * TLanes.Count); row < end; row += QueryPanel.Columns)
            {
                TLanes score = TLanes.Load(row);
                TLanes fused = TLanes.MultiplyAdd(score, scale, minus), rounded = (score * scale) + minus;
                TLanes.Store(row, TLanes.WhereLess(size, TLanes.Broadcast(Coarse), fused, rounded));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Weigh<TLanes>(float* score, TLanes scale, TLanes minus)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes weight = TLanes.PowerOfTwo(TLanes.MultiplyAdd(TLanes.Load(score), scale, minus));
        TLanes.Store(score, weight);
        return weight;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddSum<TLanes>(QueryPanel panel, int column, TLanes sum)
        where TLanes : unmanaged, ILanes<TLanes> =>
        TLanes.Store(panel.Sum + column, TLanes.MultiplyAdd(TLanes.Load(panel.Sum + column), TLanes.Load(panel.Rescale + column), sum));

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
        TLanes zero = TLanes.Broadcast(0), one = TLanes.Broadcast(1);
        for (int column = 0; column < panel.Active; column += TLanes.Count)
        {
            TLanes sum = TLanes.Load(panel.Sum + column);
            TLanes.Store(panel.Rescale + column, TLanes.WhereLess(zero, sum, one / sum, sum)); // 0 stays 0, and NaN stays NaN
        }

        for (int i = 0; i < panel.Count && logSumExp != null; i++)
        {
            logSumExp[i] = panel.Sum[i] == 0 ? float.NegativeInfinity : (float)((panel.Maximum[i] * Ln2) + MathF.Log(panel.Sum[i]));
        }

        MultiplyRows<TLanes>(panel.Context, valueWidth, panel.Rescale, panel.Active);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
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
