using System.Runtime.CompilerServices;

namespace Attention.Kernels;

/// <summary>From the scores and the gradient of the weights to the weights and the gradient of the scores, in place.</summary>
/// <remarks>
/// P = 2^(S · factor − log₂ Σ e^score) and dS = P ∘ (dP − δ). An exponent above zero is a rounding error, and taken for zero: the weight is one.
/// </remarks>
internal static unsafe class BackwardWeights
{
    /// <summary>Where every query sees every key.</summary>
    /// <param name="rows">Queries.</param>
    /// <param name="columns">Keys, a multiple of a register.</param>
    /// <param name="scores">[rows, columns]; weights afterwards.</param>
    /// <param name="gradient">[rows, columns]; of the weights, and of the scores afterwards.</param>
    /// <param name="stride">From one row to the next.</param>
    /// <param name="exponents">[rows]</param>
    /// <param name="deltas">[rows]</param>
    /// <param name="factor">Turns scores into exponents of two.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void Weigh<TLanes>(int rows, int columns, float* scores, float* gradient, nint stride, float* exponents, float* deltas, float factor)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes scale = TLanes.Broadcast(factor), zero = TLanes.Broadcast(0);
        for (int r = 0; r < rows; r++, scores += stride, gradient += stride)
        {
            TLanes shift = TLanes.Broadcast(exponents[r]), delta = TLanes.Broadcast(deltas[r]);
            for (int column = 0; column < columns; column += TLanes.Count)
            {
                TLanes exponent = TLanes.MultiplyAdd(TLanes.Load(scores + column), scale, shift);
                TLanes weight = TLanes.PowerOfTwo(TLanes.WhereLess(zero, exponent, zero, exponent));
                TLanes.Store(scores + column, weight);
                TLanes.Store(gradient + column, weight * (TLanes.Load(gradient + column) - delta));
            }
        }
    }

    /// <summary>Where something is added to the scores, or hides them: what is hidden has the weight 0 and the gradient 0, whatever was computed for it.</summary>
    /// <param name="rows">Queries.</param>
    /// <param name="columns">Keys, a multiple of a register.</param>
    /// <param name="scores">[rows, columns]; weights afterwards.</param>
    /// <param name="gradient">[rows, columns]; of the weights, and of the scores afterwards.</param>
    /// <param name="bias">[rows, columns]; −∞ where hidden.</param>
    /// <param name="stride">From one row to the next.</param>
    /// <param name="exponents">[rows]</param>
    /// <param name="deltas">[rows]</param>
    /// <param name="factor">Turns scores into exponents of two.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void WeighMasked<TLanes>(
        int rows, int columns, float* scores, float* gradient, float* bias, nint stride, float* exponents, float* deltas, float factor)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes scale = TLanes.Broadcast(factor), zero = TLanes.Broadcast(0), lowest = TLanes.Broadcast(-float.MaxValue), highest = TLanes.Broadcast(float.MaxValue);
        for (int r = 0; r < rows; r++, scores += stride, gradient += stride, bias += stride)
        {
            TLanes shift = TLanes.Broadcast(exponents[r]), delta = TLanes.Broadcast(deltas[r]);
            for (int column = 0; column < columns; column += TLanes.Count)
            {
                // A large finite bias stays finite, though log2(e) times it would not: only −∞ hides.
                TLanes added = TLanes.Load(bias + column);
                TLanes scaled = TLanes.Max(lowest, added * TLanes.Broadcast(Exponential.Log2E));
                scaled = TLanes.WhereLess(highest, scaled, TLanes.WhereLess(highest, added, added, highest), scaled);
                TLanes exponent = TLanes.MultiplyAdd(TLanes.Load(scores + column), scale, scaled + shift);
                TLanes weight = TLanes.PowerOfTwo(TLanes.WhereLess(zero, exponent, zero, exponent));
                TLanes slope = weight * (TLanes.Load(gradient + column) - delta);
                TLanes.Store(scores + column, TLanes.WhereLess(added, lowest, zero, weight));
                TLanes.Store(gradient + column, TLanes.WhereLess(added, lowest, zero, slope));
            }
        }
    }
}
