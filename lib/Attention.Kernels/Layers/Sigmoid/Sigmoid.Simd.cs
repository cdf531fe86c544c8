using System.Runtime.CompilerServices;

namespace Attention.Kernels;

public static partial class Sigmoid
{
    private readonly struct Function : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Of<TLanes>(TLanes x)
            where TLanes : unmanaged, ILanes<TLanes> => Elementary.Sigmoid(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Derivative<TLanes>(TLanes y)
            where TLanes : unmanaged, ILanes<TLanes> => y * (TLanes.Broadcast(1) - y);
    }
}
