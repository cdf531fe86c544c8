using System.Runtime.CompilerServices;

namespace Attention.Kernels;

public static partial class Tanh
{
    private readonly struct Function : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Of<TLanes>(TLanes x)
            where TLanes : unmanaged, ILanes<TLanes> => Elementary.Tanh(x);

        /// <summary>1 − y² as a product: near ±1 the difference is exact, and the square would be rounded.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Derivative<TLanes>(TLanes y)
            where TLanes : unmanaged, ILanes<TLanes> => (TLanes.Broadcast(1) - y) * (TLanes.Broadcast(1) + y);
    }
}
