using System.Runtime.CompilerServices;

namespace Attention.Kernels;

public static partial class Exponential
{
    /// <summary>log₂ e: what turns an exponent of e into one of two.</summary>
    internal const float Log2E = 1.44269504f;

    /// <summary>1.5 · 2²³ + 127. Adding it to a float below 2²² rounds it to an integer, which then stands, biased like an exponent, in the lowest bits.</summary>
    private const float Rounder = 12582912f + 127f;

    /// <summary>Likewise with twice the bias, for two exponents that together make one.</summary>
    private const float HalvesRounder = 12582912f + 254f;

    /// <summary>e^x within 1.02 ulp over all floats: overflow to +∞, gradual underflow through the subnormals to 0, NaN kept.</summary>
    /// <remarks>
    /// e^x = 2^n · e^r with n = round(x / ln 2) and |r| ≤ ln 2 / 2. ln 2 is subtracted in two parts, the first of few enough bits that its products are exact
    /// (Cody and Waite 1980). The polynomial is the minimax one of degree 6, relative error 3.1e-9. Where 2^n is no float, its two halves are, and only the
    /// last product rounds.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLanes Power<TLanes>(TLanes x)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        const float Ln2High = 0.693359375f, Ln2Low = -2.12194440e-4f;
        const float Zero = -104, Infinity = 89; // e^x rounds to 0 below the one and to +∞ above the other
        x = TLanes.Min(TLanes.Broadcast(Infinity), TLanes.Max(TLanes.Broadcast(Zero), x));

        TLanes rounder = TLanes.Broadcast(Rounder);
        TLanes n = TLanes.MultiplyAdd(x, TLanes.Broadcast(Log2E), rounder) - rounder;
        TLanes r = TLanes.MultiplyAdd(n, TLanes.Broadcast(-Ln2High), x);
        r = TLanes.MultiplyAdd(n, TLanes.Broadcast(-Ln2Low), r);

        // Two terms at a time, so that fewer steps wait for one another.
        TLanes square = r * r;
        TLanes second = TLanes.MultiplyAdd(TLanes.Broadcast(0.16666521f), r, TLanes.Broadcast(0.49999993f));
        TLanes fourth = TLanes.MultiplyAdd(TLanes.Broadcast(0.00836871f), r, TLanes.Broadcast(0.041668387f));
        fourth = TLanes.MultiplyAdd(TLanes.Broadcast(0.0013814613f), square, fourth);
        second = TLanes.MultiplyAdd(fourth, square, second);
        TLanes p = TLanes.MultiplyAdd(second, square, r) + TLanes.Broadcast(1);
        return TLanes.TimesPowerOfTwo(p, n);
    }

    /// <summary>value · 2ⁿ where 2ⁿ itself may be no float: times one half of it, exactly, and times the other, which alone rounds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLanes TimesPowerOfTwoByBits<TLanes>(TLanes value, TLanes n)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        // n + 254 in the lowest bits; half of it is an exponent with its bias of 127, and so is what that leaves.
        TLanes bits = n + TLanes.Broadcast(HalvesRounder);
        TLanes half = TLanes.ShiftIntegerRight(bits, 1);
        return value * TLanes.LowBitsToExponent(half) * TLanes.LowBitsToExponent(TLanes.SubtractInteger(bits, half));
    }

    /// <summary>2^x for x ≤ 0, what an online softmax needs: relative error below 2e-7 down to −126, exactly 1 at 0, and 0 at −∞. NaN is kept.</summary>
    /// <remarks>
    /// 2^x = 2^n · 2^r with n = round(x) and |r| ≤ ½. At n = −127 the scale's exponent bits are zero, and so is the scale: below −126.5 the result is flushed to 0 without a comparison.
    /// (<see cref="Lanes512"/> has its own way, whose underflow is gradual.)
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLanes PowerOfTwoByBits<TLanes>(TLanes x)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes rounder = TLanes.Broadcast(Rounder);
        x = TLanes.Max(TLanes.Broadcast(-127), x);
        TLanes n = x + rounder;
        return PowerOfTwoOfFraction(x - (n - rounder)) * TLanes.LowBitsToExponent(n);
    }

    /// <summary>2^r for |r| ≤ ½: a polynomial of degree 5, minimax under the condition 2^0 = 1, relative error 9.1e-8.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLanes PowerOfTwoOfFraction<TLanes>(TLanes r)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes p = TLanes.MultiplyAdd(TLanes.Broadcast(0.0013264727f), r, TLanes.Broadcast(0.009671513f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Broadcast(0.055507337f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Broadcast(0.24022242f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Broadcast(0.69314698f));
        return TLanes.MultiplyAdd(p, r, TLanes.Broadcast(1));
    }
}
