using System.Runtime.CompilerServices;

namespace Attention.Kernels;

public static partial class Logarithm
{
    private readonly struct Function : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Of<TLanes>(TLanes x)
            where TLanes : unmanaged, ILanes<TLanes> => Elementary.Log(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Derivative<TLanes>(TLanes x)
            where TLanes : unmanaged, ILanes<TLanes> => TLanes.Broadcast(1) / x;
    }
}
