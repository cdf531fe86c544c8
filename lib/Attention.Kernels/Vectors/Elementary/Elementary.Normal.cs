using System.Runtime.CompilerServices;

namespace Attention.Kernels;

internal static partial class Elementary
{
    /// <summary>Beyond it Φ(−a) is smaller than any float.</summary>
    private const float NormalEnd = 15;

    /// <summary>The smaller of a and 15; NaN kept.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLanes UpToNormalEnd<TLanes>(TLanes a)
        where TLanes : unmanaged, ILanes<TLanes> => TLanes.WhereLess(TLanes.Broadcast(NormalEnd), a, TLanes.Broadcast(NormalEnd), a);

    /// <summary>e^(−a²/2) for a from 0 to 15, where the square's rounding would be magnified a²/2 times. NaN is kept.</summary>
    /// <remarks>Within 2.5 units in the last place. a = h + l, where h has so few bits that h² is exact; then a² = h² + l (a + h), and the second part is small.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLanes Bell<TLanes>(TLanes a)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        const float Rounder = 3 << 14; // adding it leaves eight bits behind the point
        TLanes rounder = TLanes.Broadcast(Rounder);
        TLanes high = a + rounder - rounder;
        TLanes minusHalf = TLanes.Broadcast(-0.5f);
        TLanes bell = Exponential.Power(minusHalf * high * high);
        TLanes rest = minusHalf * (a - high) * (a + high);
        TLanes change = TLanes.MultiplyAdd(TLanes.MultiplyAdd(TLanes.Broadcast(1f / 6), rest, TLanes.Broadcast(0.5f)), rest * rest, rest);
        return TLanes.MultiplyAdd(bell, change, bell);
    }

    /// <summary>Φ(−a) / e^(−a²/2) for a from 0 to 15: what is left of the normal distribution's tail when its steep part is taken out. NaN is kept.</summary>
    /// <remarks>
    /// With s = 1 / (a + 2.5) and t = a s it is s P(t), where P is the minimax polynomial of degree 9 with P(0) = 1.25, relative error 2.3e-8.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLanes TailOverBell<TLanes>(TLanes a)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes s = TLanes.Broadcast(1) / (a + TLanes.Broadcast(2.5f));
        TLanes t = a * s;
        TLanes p = TLanes.MultiplyAdd(TLanes.Broadcast(-0.0798427686f), t, TLanes.Broadcast(0.279851556f));
        p = TLanes.MultiplyAdd(p, t, TLanes.Broadcast(-0.313508779f));
        p = TLanes.MultiplyAdd(p, t, TLanes.Broadcast(0.138112664f));
        p = TLanes.MultiplyAdd(p, t, TLanes.Broadcast(-0.149808973f));
        p = TLanes.MultiplyAdd(p, t, TLanes.Broadcast(0.0560591035f));
        p = TLanes.MultiplyAdd(p, t, TLanes.Broadcast(0.291861862f));
        p = TLanes.MultiplyAdd(p, t, TLanes.Broadcast(0.169607729f));
        p = TLanes.MultiplyAdd(p, t, TLanes.Broadcast(-1.24339223f));
        p = TLanes.MultiplyAdd(p, t, TLanes.Broadcast(1.25f));
        return s * p;
    }

    /// <summary>Φ(−a) = ½ erfc(a / √2) for a ≥ 0: the share of a normal distribution beyond a. Exact in the tail too, where 1 + erf cancels; NaN kept.</summary>
    /// <remarks>Within 4.5 units in the last place.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLanes NormalTail<TLanes>(TLanes a)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        a = UpToNormalEnd(a);
        return Bell(a) * TailOverBell(a);
    }

    /// <summary>Φ(x) = ½ erfc(−x / √2), in double precision and one at a time, for the naive forms: the series near 0, the continued fraction farther out.</summary>
    /// <remarks>Abramowitz and Stegun 1964, 26.2.11 and 26.2.14.</remarks>
    internal static double NormalCumulative(double x)
    {
        double a = Math.Abs(x);
        double density = Math.Exp(-0.5 * a * a) / Math.Sqrt(2 * Math.PI);
        double tail;
        if (a < 3)
        {
            double sum = 0, term = a;
            for (int n = 1; n < 100; n++)
            {
                sum += term;
                term *= a * a / ((2 * n) + 1);
            }

            tail = 0.5 - (density * sum);
        }
        else
        {
            double fraction = a;
            for (int n = 100; n > 0; n--)
            {
                fraction = a + (n / fraction);
            }

            tail = density / fraction;
        }

        return x < 0 ? tail : 1 - tail;
    }
}
