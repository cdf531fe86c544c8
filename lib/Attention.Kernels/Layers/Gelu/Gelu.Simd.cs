using System.Runtime.CompilerServices;

namespace Attention.Kernels;

public static partial class Gelu
{
    private readonly struct Exact : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Of<TLanes>(TLanes x)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            TLanes a = Elementary.UpToNormalEnd(TLanes.Abs(x));
            return Relu.Positive(x) - (a * (Elementary.Bell(a) * Elementary.TailOverBell(a)));
        }

        /// <summary>The slope at −a is Φ(−a) − a φ(a), and the slopes at a and −a add up to 1.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Derivative<TLanes>(TLanes x)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            const float DensityAtZero = 0.398942280f; // 1 / √(2π)
            TLanes a = Elementary.UpToNormalEnd(TLanes.Abs(x));
            TLanes below = Elementary.Bell(a) * (Elementary.TailOverBell(a) - (a * TLanes.Broadcast(DensityAtZero)));
            return TLanes.WhereLess(x, TLanes.Broadcast(0), below, TLanes.Broadcast(1) - below);
        }
    }

    /// <summary>½ (1 + tanh u) = σ(2u), and σ keeps its digits where it is small.</summary>
    private readonly struct Approximate : IFunction
    {
        private const float End = 20; // beyond it σ(2u) is smaller than any float
        private const float Slope = 1.59576912f; // 2 √(2/π)
        private const float Cubic = 0.0713548163f; // 0.044715 of it

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Of<TLanes>(TLanes x)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            TLanes a = UpToEnd(x);
            TLanes v = a * TLanes.MultiplyAdd(TLanes.Broadcast(Cubic), a * a, TLanes.Broadcast(Slope));
            return Relu.Positive(x) - (a * Elementary.Sigmoid(TLanes.Broadcast(0) - v));
        }

        /// <summary>The slope at −a is s − a s (1 − s) dv/da with s = σ(−v), and the slopes at a and −a add up to 1.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Derivative<TLanes>(TLanes x)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            TLanes one = TLanes.Broadcast(1), a = UpToEnd(x);
            TLanes v = a * TLanes.MultiplyAdd(TLanes.Broadcast(Cubic), a * a, TLanes.Broadcast(Slope));
            TLanes rise = a * TLanes.MultiplyAdd(TLanes.Broadcast(3 * Cubic), a * a, TLanes.Broadcast(Slope));
            TLanes s = Elementary.Sigmoid(TLanes.Broadcast(0) - v);
            TLanes below = s * (one - (rise * (one - s)));
            return TLanes.WhereLess(x, TLanes.Broadcast(0), below, one - below);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TLanes UpToEnd<TLanes>(TLanes x)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            TLanes a = TLanes.Abs(x);
            return TLanes.WhereLess(TLanes.Broadcast(End), a, TLanes.Broadcast(End), a);
        }
    }
}
