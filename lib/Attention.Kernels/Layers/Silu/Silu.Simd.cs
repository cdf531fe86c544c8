using System.Runtime.CompilerServices;

namespace Attention.Kernels;

public static partial class Silu
{
    internal readonly struct Function : IFunction
    {
        private const float End = 120; // beyond it σ(−a) is smaller than any float

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Of<TLanes>(TLanes x)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            TLanes a = UpToEnd(x);
            return Relu.Positive(x) - (a * Elementary.Sigmoid(TLanes.Broadcast(0) - a));
        }

        /// <summary>The slope at −a is s (1 − a (1 − s)) with s = σ(−a), and the slopes at a and −a add up to 1.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Derivative<TLanes>(TLanes x)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            TLanes one = TLanes.Broadcast(1), a = UpToEnd(x);
            TLanes s = Elementary.Sigmoid(TLanes.Broadcast(0) - a);
            TLanes below = s * (one - (a * (one - s)));
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
