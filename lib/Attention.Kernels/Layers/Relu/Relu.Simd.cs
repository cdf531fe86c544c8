using System.Runtime.CompilerServices;

namespace Attention.Kernels;

public static partial class Relu
{
    private readonly struct Function : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Of<TLanes>(TLanes x)
            where TLanes : unmanaged, ILanes<TLanes> => Positive(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Derivative<TLanes>(TLanes x)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            TLanes zero = TLanes.Broadcast(0);
            TLanes falling = TLanes.WhereLess(x, TLanes.Broadcast(float.Epsilon), zero, x);
            return TLanes.WhereLess(zero, x, TLanes.Broadcast(1), falling);
        }
    }

    /// <summary>max(x, 0), and NaN where x is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLanes Positive<TLanes>(TLanes x)
        where TLanes : unmanaged, ILanes<TLanes> => TLanes.WhereLess(x, TLanes.Broadcast(float.Epsilon), TLanes.Broadcast(0), x);
}
