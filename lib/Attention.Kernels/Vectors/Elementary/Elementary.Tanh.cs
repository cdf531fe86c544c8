using System.Runtime.CompilerServices;

namespace Attention.Kernels;

internal static partial class Elementary
{
    /// <summary>tanh x: ±1 at ±∞, x itself where x is tiny, −0 and NaN kept.</summary>
    /// <remarks>
    /// Within 1.5 units in the last place. From 0.625 on, 1 − 2 / (e^(2|x|) + 1); below, where that would cancel, x + x³ P(x²) with the minimax polynomial of degree 4,
    /// relative error 4.6e-9.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLanes Tanh<TLanes>(TLanes x)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        const float Small = 0.625f;
        TLanes size = TLanes.Abs(x);
        TLanes square = size * size;
        TLanes p = TLanes.MultiplyAdd(TLanes.Broadcast(-0.00569208851f), square, TLanes.Broadcast(0.020628063f));
        p = TLanes.MultiplyAdd(p, square, TLanes.Broadcast(-0.0537365042f));
        p = TLanes.MultiplyAdd(p, square, TLanes.Broadcast(0.133314058f));
        p = TLanes.MultiplyAdd(p, square, TLanes.Broadcast(-0.333332807f));
        TLanes near = TLanes.MultiplyAdd(square * size, p, size);

        TLanes one = TLanes.Broadcast(1);
        TLanes far = one - (TLanes.Broadcast(2) / (Exponential.Power(size + size) + one));
        return TLanes.CopySign(TLanes.WhereLess(size, TLanes.Broadcast(Small), near, far), x);
    }

    /// <summary>1 / (1 + e^−x): 1 at +∞, 0 at −∞, NaN kept. Small results are exact too, down through the subnormals.</summary>
    /// <remarks>Within 2.4 units in the last place. With e = e^−|x|, which cannot overflow: 1 / (1 + e), and e / (1 + e) where x is negative.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLanes Sigmoid<TLanes>(TLanes x)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes one = TLanes.Broadcast(1);
        TLanes e = Exponential.Power(TLanes.Broadcast(0) - TLanes.Abs(x));
        return TLanes.WhereLess(x, TLanes.Broadcast(0), e, one) / (one + e);
    }
}
