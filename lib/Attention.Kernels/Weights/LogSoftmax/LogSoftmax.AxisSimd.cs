using System.Runtime.CompilerServices;

namespace Attention.Kernels;

public static partial class LogSoftmax
{
    private readonly struct AlongAxis : IAxisFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Keep<TLanes>(TLanes difference, TLanes exponential)
            where TLanes : unmanaged, ILanes<TLanes> => difference;

        /// <summary>ln of the sum, and 0 where that is 0: −∞ is not subtracted from −∞.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Share<TLanes>(TLanes sum)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            TLanes zero = TLanes.Broadcast(0);
            return Elementary.Log(TLanes.WhereLess(zero, sum, sum, sum + TLanes.Broadcast(1)));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Of<TLanes>(TLanes kept, TLanes share)
            where TLanes : unmanaged, ILanes<TLanes> => kept - share;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes AddTerm<TLanes>(TLanes result, TLanes slope, TLanes sum)
            where TLanes : unmanaged, ILanes<TLanes> => sum + WhereFinite(result, slope);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Gradient<TLanes>(TLanes result, TLanes slope, TLanes sum)
            where TLanes : unmanaged, ILanes<TLanes> => WhereFinite(result, slope - (Exponential.Power(result) * sum));

        /// <summary>0 where the result is −∞, which no score moves.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TLanes WhereFinite<TLanes>(TLanes result, TLanes value)
            where TLanes : unmanaged, ILanes<TLanes> => TLanes.WhereLess(result, TLanes.Broadcast(-float.MaxValue), TLanes.Broadcast(0), value);
    }
}
