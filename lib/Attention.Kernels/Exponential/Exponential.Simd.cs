using System.Runtime.CompilerServices;

namespace Attention.Kernels;

public static partial class Exponential
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static unsafe void ForwardSimd<TLanes>(ReadOnlySpan<float> x, Span<float> y)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        fixed (float* source = x, destination = y)
        {
            int rest = x.Length % TLanes.Count;
            int whole = x.Length - rest;
            for (int i = 0; i < whole; i += TLanes.Count)
            {
                TLanes.Store(destination + i, Power(TLanes.Load(source + i)));
            }

            if (rest > 0)
            {
                Partial.Store(destination + whole, rest, Power(Partial.Load<TLanes>(source + whole, rest, 0)));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static unsafe void BackwardSimd<TLanes>(ReadOnlySpan<float> y, ReadOnlySpan<float> yGradient, Span<float> xGradient)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        fixed (float* result = y, gradient = yGradient, destination = xGradient)
        {
            int i = 0;
            for (; i <= y.Length - TLanes.Count; i += TLanes.Count)
            {
                TLanes.Store(destination + i, TLanes.Load(gradient + i) * TLanes.Load(result + i));
            }

            for (; i < y.Length; i++)
            {
                destination[i] = gradient[i] * result[i];
            }
        }
    }
}
