using System.Runtime.CompilerServices;

namespace Attention.Kernels;

/// <summary>Scores between −cap and cap: <c>cap · tanh(score / cap)</c>, before anything is added to them or hides them.</summary>
internal static unsafe class CappedScores
{
    /// <summary>One score.</summary>
    internal static float Of(float score, float cap) => cap * MathF.Tanh(score / cap);

    /// <summary>What a small change of the score makes of the capped one, as the capped one tells: 1 − tanh².</summary>
    internal static float SlopeOf(float capped, float cap)
    {
        float tanh = capped / cap;
        return 1 - (tanh * tanh);
    }

    /// <summary>Caps scores in place.</summary>
    /// <param name="rows">Of the scores.</param>
    /// <param name="columns">A multiple of a register.</param>
    /// <param name="scores">[rows, columns]; products in, capped scores out.</param>
    /// <param name="stride">From one row to the next.</param>
    /// <param name="scale">What turns products into scores.</param>
    /// <param name="cap">Where scores end.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void Apply<TLanes>(int rows, int columns, float* scores, nint stride, float scale, float cap)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes factor = TLanes.Broadcast(scale), limit = TLanes.Broadcast(cap);
        for (int r = 0; r < rows; r++, scores += stride)
        {
            for (int column = 0; column < columns; column += TLanes.Count)
            {
                TLanes.Store(scores + column, limit * Elementary.Tanh(TLanes.Load(scores + column) * factor / limit));
            }
        }
    }

    /// <summary>Caps scores in place, and writes down the slope of each.</summary>
    /// <param name="rows">Of the scores.</param>
    /// <param name="columns">A multiple of a register.</param>
    /// <param name="scores">[rows, columns]; products in, capped scores out.</param>
    /// <param name="slopes">[rows, columns]; overwritten with 1 − tanh².</param>
    /// <param name="stride">From one row to the next.</param>
    /// <param name="scale">What turns products into scores.</param>
    /// <param name="cap">Where scores end.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void ApplyWithSlopes<TLanes>(int rows, int columns, float* scores, float* slopes, nint stride, float scale, float cap)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes factor = TLanes.Broadcast(scale), limit = TLanes.Broadcast(cap), one = TLanes.Broadcast(1);
        for (int r = 0; r < rows; r++, scores += stride, slopes += stride)
        {
            for (int column = 0; column < columns; column += TLanes.Count)
            {
                TLanes tanh = Elementary.Tanh(TLanes.Load(scores + column) * factor / limit);
                TLanes.Store(scores + column, limit * tanh);
                TLanes.Store(slopes + column, one - (tanh * tanh));
            }
        }
    }

    /// <summary>From the gradient of capped scores to that of the scores themselves: slopes ∘= gradient. What is hidden stays without gradient, whatever its slope.</summary>
    /// <param name="rows">Of the scores.</param>
    /// <param name="columns">A multiple of a register.</param>
    /// <param name="gradient">[rows, columns]; of the capped scores.</param>
    /// <param name="slopes">[rows, columns]; multiplied in place.</param>
    /// <param name="stride">From one row to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void MultiplyGradient<TLanes>(int rows, int columns, float* gradient, float* slopes, nint stride)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes zero = TLanes.Broadcast(0);
        for (int r = 0; r < rows; r++, gradient += stride, slopes += stride)
        {
            for (int column = 0; column < columns; column += TLanes.Count)
            {
                // Where a hidden score was NaN its slope is too, but its gradient is 0; a gradient that is NaN is above no size.
                TLanes of = TLanes.Load(gradient + column), product = of * TLanes.Load(slopes + column), size = TLanes.Abs(of);
                TLanes.Store(slopes + column, TLanes.WhereLess(size, TLanes.Broadcast(float.Epsilon), zero, product));
            }
        }
    }
}
