using System.Runtime.CompilerServices;

namespace Attention.Kernels;

/// <summary>Functions of one float that the runtime offers one at a time, on all lanes at once.</summary>
/// <remarks>Widths whose multiply–add rounds once give the same bits. Each bound is measured over floats of all magnitudes.</remarks>
internal static partial class Elementary
{
    /// <summary>ln x: −∞ at ±0, NaN below, +∞ at +∞, NaN kept, subnormals included.</summary>
    /// <remarks>
    /// Within 0.85 units in the last place. With x = m · 2ⁿ and f = m − 1, which is exact, ln x = n ln 2 + f − f²/2 + f³ P(f); ln 2 comes in two parts, so that n times the
    /// first is exact. P is the minimax polynomial of degree 7 on [√½ − 1, √2 − 1], which errs by 8.5e-9 of the logarithm.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLanes Log<TLanes>(TLanes x)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        const float SmallestNormal = 1.17549435e-38f, Ln2High = 0.693359375f, Ln2Low = -2.12194440e-4f;
        const float Up = 1 << 23; // makes every subnormal normal

        TLanes normal = TLanes.WhereLess(x, TLanes.Broadcast(SmallestNormal), x * TLanes.Broadcast(Up), x);
        TLanes n = TLanes.Exponent(normal);
        n = TLanes.WhereLess(x, TLanes.Broadcast(SmallestNormal), n - TLanes.Broadcast(23), n);
        TLanes f = TLanes.Significand(normal) - TLanes.Broadcast(1);

        TLanes p = TLanes.MultiplyAdd(TLanes.Broadcast(-0.0763630122f), f, TLanes.Broadcast(0.127616227f));
        p = TLanes.MultiplyAdd(p, f, TLanes.Broadcast(-0.131581873f));
        p = TLanes.MultiplyAdd(p, f, TLanes.Broadcast(0.142010927f));
        p = TLanes.MultiplyAdd(p, f, TLanes.Broadcast(-0.166234508f));
        p = TLanes.MultiplyAdd(p, f, TLanes.Broadcast(0.20001258f));
        p = TLanes.MultiplyAdd(p, f, TLanes.Broadcast(-0.250008196f));
        p = TLanes.MultiplyAdd(p, f, TLanes.Broadcast(0.333333313f));
        TLanes square = f * f;
        TLanes small = TLanes.MultiplyAdd(square * f, p, n * TLanes.Broadcast(Ln2Low));
        small = TLanes.MultiplyAdd(TLanes.Broadcast(-0.5f), square, small);
        TLanes log = TLanes.MultiplyAdd(n, TLanes.Broadcast(Ln2High), f + small);

        // A comparison with NaN is false: the first line keeps NaN, and +∞ with it.
        log = TLanes.WhereLess(x, TLanes.Broadcast(float.PositiveInfinity), log, x);
        log = TLanes.WhereLess(x, TLanes.Broadcast(float.Epsilon), TLanes.Broadcast(float.NegativeInfinity), log);
        return TLanes.WhereLess(x, TLanes.Broadcast(0), TLanes.Broadcast(float.NaN), log);
    }

    /// <summary>ln(1 + e^x): 0 at −∞, +∞ at +∞, NaN kept. Small results keep their digits, down through the subnormals.</summary>
    /// <remarks>
    /// Within 3 units in the last place. With e = e^−|x| and u = 1 + e as rounded, what the rounding took is e − (u − 1) exactly, and ln(1 + e) = ln u + (e − (u − 1)) / u but for its square.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLanes Softplus<TLanes>(TLanes x)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes one = TLanes.Broadcast(1);
        TLanes e = Exponential.Power(TLanes.Broadcast(0) - TLanes.Abs(x));
        TLanes u = one + e;
        return Relu.Positive(x) + (Log(u) + ((e - (u - one)) / u));
    }
}
