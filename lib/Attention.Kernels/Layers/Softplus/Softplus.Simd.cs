using System.Runtime.CompilerServices;

namespace Attention.Kernels;

public static partial class Softplus
{
    private readonly struct Function : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Of<TLanes>(TLanes x)
            where TLanes : unmanaged, ILanes<TLanes> => Elementary.Softplus(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Derivative<TLanes>(TLanes x)
            where TLanes : unmanaged, ILanes<TLanes> => Elementary.Sigmoid(x);
    }
}
