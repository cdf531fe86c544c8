using System.Runtime.CompilerServices;

namespace Attention.Kernels;

public static partial class SquareRoot
{
    private readonly struct Function : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Of<TLanes>(TLanes x)
            where TLanes : unmanaged, ILanes<TLanes> => TLanes.SquareRoot(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Derivative<TLanes>(TLanes y)
            where TLanes : unmanaged, ILanes<TLanes> => TLanes.Broadcast(0.5f) / y;
    }
}
