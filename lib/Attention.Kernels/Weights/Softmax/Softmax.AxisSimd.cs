using System.Runtime.CompilerServices;

namespace Attention.Kernels;

public static partial class Softmax
{
    private readonly struct AlongAxis : IAxisFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Keep<TLanes>(TLanes difference, TLanes exponential)
            where TLanes : unmanaged, ILanes<TLanes> => exponential;

        /// <summary>1 over the sum: 1 where that is 0, and NaN where it is NaN.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Share<TLanes>(TLanes sum)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            TLanes zero = TLanes.Broadcast(0), one = TLanes.Broadcast(1);
            return one / TLanes.WhereLess(zero, sum, sum, sum + one);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Of<TLanes>(TLanes kept, TLanes share)
            where TLanes : unmanaged, ILanes<TLanes> => kept * share;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes AddTerm<TLanes>(TLanes result, TLanes slope, TLanes sum)
            where TLanes : unmanaged, ILanes<TLanes> => TLanes.MultiplyAdd(result, slope, sum);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Gradient<TLanes>(TLanes result, TLanes slope, TLanes sum)
            where TLanes : unmanaged, ILanes<TLanes> => result * (slope - sum);
    }
}
