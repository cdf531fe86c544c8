using System.Runtime.CompilerServices;

namespace Attention.Kernels;

public static partial class RmsNorm
{
    private readonly unsafe struct BackwardTiles(
        RowShape shape, float* yGradient, float* x, float* gain, float* reciprocalRoot, float* xGradient, float* partials) : ITiles
    {
        public long Count => new PartialSums(shape).Count;

        public long ScratchCount => 0;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            PartialSums block = new(shape);
            float* sums = partials + (tile * shape.Columns);
            new Span<float>(sums, shape.Columns).Clear();
            for (long row = block.First(tile); row < block.End(tile) && !cancellation.IsCancellationRequested; row++)
            {
                float* dy = yGradient + (row * shape.Columns), input = x + (row * shape.Columns);
                float mean = SumsSimd<TLanes>(dy, input, gain, sums, shape.Columns, reciprocalRoot[row]) / shape.Columns;
                if (xGradient is not null)
                {
                    BackwardRowSimd<TLanes>(dy, input, gain, xGradient + (row * shape.Columns), shape.Columns, reciprocalRoot[row], mean);
                }
            }
        }
    }

    /// <summary>Adds what a row adds to the gain's gradient, and returns Σ g x̂.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe float SumsSimd<TLanes>(float* yGradient, float* x, float* gain, float* sums, int columns, float r)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes scales = TLanes.Broadcast(r), total = TLanes.Broadcast(0);
        int i = 0;
        for (; i <= columns - TLanes.Count; i += TLanes.Count)
        {
            TLanes term = TLanes.Load(yGradient + i) * (TLanes.Load(x + i) * scales);
            TLanes.Store(sums + i, term + TLanes.Load(sums + i));
            total += gain is null ? term : term * TLanes.Load(gain + i);
        }

        float sum = TLanes.SumOf(total);
        for (; i < columns; i++)
        {
            float term = yGradient[i] * (x[i] * r);
            sums[i] += term;
            sum += gain is null ? term : term * gain[i];
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe void BackwardRowSimd<TLanes>(float* yGradient, float* x, float* gain, float* xGradient, int columns, float r, float mean)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes scales = TLanes.Broadcast(r), means = TLanes.Broadcast(mean);
        int i = 0;
        for (; i <= columns - TLanes.Count; i += TLanes.Count)
        {
            TLanes dy = TLanes.Load(yGradient + i);
            TLanes g = gain is null ? dy : dy * TLanes.Load(gain + i);
            TLanes.Store(xGradient + i, scales * (g - (TLanes.Load(x + i) * scales * means)));
        }

        for (; i < columns; i++)
        {
            float g = gain is null ? yGradient[i] : yGradient[i] * gain[i];
            xGradient[i] = r * (g - (x[i] * r * mean));
        }
    }
}
