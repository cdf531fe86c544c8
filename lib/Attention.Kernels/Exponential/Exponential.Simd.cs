namespace Attention.Kernels;

public static partial class Exponential
{
    internal static unsafe void ForwardSimd<TLanes>(ReadOnlySpan<float> x, Span<float> y)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        fixed (float* source = x, destination = y)
        {
            int i = 0;
            for (; i <= x.Length - TLanes.Count; i += TLanes.Count)
            {
                TLanes.Store(destination + i, Power(TLanes.Load(source + i)));
            }

            if (i < x.Length)
            {
                float* rest = stackalloc float[TLanes.Count];
                var lanes = new Span<float>(rest, TLanes.Count);
                x[i..].CopyTo(lanes);
                TLanes.Store(rest, Power(TLanes.Load(rest)));
                lanes[..(x.Length - i)].CopyTo(y[i..]);
            }
        }
    }
}
