using System.Runtime.CompilerServices;

namespace Attention.Kernels;

public static partial class Exponential
{
    private readonly unsafe struct ForwardTiles(long count, float* x, float* y) : ITiles
    {
        private readonly bool _streams = Streaming.Pays(count, x, y);

        public long Count => ElementBlock.CountOf(count);

        public long ScratchCount => 0;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            ElementBlock block = new(count, tile);
            float* source = x + block.First, destination = y + block.First;
            if (_streams)
            {
                ForwardStreaming<TLanes>(source, destination, block.Count);
            }
            else
            {
                ForwardSimd<TLanes>(source, destination, block.Count);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe void ForwardSimd<TLanes>(float* x, float* y, long count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        long i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            TLanes.Store(y + i, Power(TLanes.Load(x + i)));
        }

        if (i < count)
        {
            int rest = (int)(count - i);
            Partial.Store(y + i, rest, Power(Partial.Load<TLanes>(x + i, rest, 0)));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe void ForwardStreaming<TLanes>(float* x, float* y, long count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        long i = Math.Min(Streaming.FloatsBeforeAligned<TLanes>(y), count);
        ForwardSimd<TLanes>(x, y, i);
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            TLanes.StoreStreaming(y + i, Power(TLanes.Load(x + i)));
        }

        ForwardSimd<TLanes>(x + i, y + i, count - i);
        Streaming.Finish();
    }

    private readonly unsafe struct BackwardTiles(long count, float* y, float* yGradient, float* xGradient) : ITiles
    {
        public long Count => ElementBlock.CountOf(count);

        public long ScratchCount => 0;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            ElementBlock block = new(count, tile);
            BackwardSimd<TLanes>(y + block.First, yGradient + block.First, xGradient + block.First, block.Count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe void BackwardSimd<TLanes>(float* y, float* yGradient, float* xGradient, long count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        long i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            TLanes.Store(xGradient + i, TLanes.Load(yGradient + i) * TLanes.Load(y + i));
        }

        for (; i < count; i++)
        {
            xGradient[i] = yGradient[i] * y[i];
        }
    }
}
