using System.Runtime.CompilerServices;

namespace Attention.Kernels;

public static partial class LayerNorm
{
    private readonly unsafe struct BackwardTiles(
        RowShape shape, float* yGradient, float* x, float* gain, float* mean, float* reciprocalDeviation, float* xGradient, float* partials) : ITiles
    {
        public long Count => new PartialSums(shape).Count;

        public long ScratchCount => 0;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            PartialSums block = new(shape);
            float* sums = partials + (tile * 2 * shape.Columns);
            new Span<float>(sums, shape.Columns).Clear();
            new Span<float>(sums + shape.Columns, shape.Columns).Clear();
            for (long row = block.First(tile); row < block.End(tile) && !cancellation.IsCancellationRequested; row++)
            {
                float* dy = yGradient + (row * shape.Columns), input = x + (row * shape.Columns);
                float meanOfG = 0, meanOfGX = 0;
                SumsSimd<TLanes>(dy, input, gain, sums, shape.Columns, mean[row], reciprocalDeviation[row], &meanOfG, &meanOfGX);
                if (xGradient is not null)
                {
                    float* dx = xGradient + (row * shape.Columns);
                    BackwardRowSimd<TLanes>(dy, input, gain, dx, shape.Columns, mean[row], reciprocalDeviation[row], meanOfG, meanOfGX);
                }
            }
        }
    }

    /// <summary>What a row adds to the gradients of gain and bias, which lie behind each other, and the means that its own gradient needs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe void SumsSimd<TLanes>(
        float* yGradient, float* x, float* gain, float* sums, int columns, float mean, float r, float* meanOfG, float* meanOfGX)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes centers = TLanes.Broadcast(mean), scales = TLanes.Broadcast(r);
        TLanes sumOfG = TLanes.Broadcast(0), sumOfGX = sumOfG;
        float* biasSums = sums + columns;
        int i = 0;
        for (; i <= columns - TLanes.Count; i += TLanes.Count)
        {
            TLanes dy = TLanes.Load(yGradient + i);
            TLanes normal = (TLanes.Load(x + i) - centers) * scales;
            TLanes.Store(sums + i, TLanes.MultiplyAdd(dy, normal, TLanes.Load(sums + i)));
            TLanes.Store(biasSums + i, dy + TLanes.Load(biasSums + i));
            TLanes g = gain is null ? dy : dy * TLanes.Load(gain + i);
            sumOfG += g;
            sumOfGX = TLanes.MultiplyAdd(g, normal, sumOfGX);
        }

        float ofG = TLanes.SumOf(sumOfG), ofGX = TLanes.SumOf(sumOfGX);
        for (; i < columns; i++)
        {
            float normal = (x[i] - mean) * r;
            sums[i] += yGradient[i] * normal;
            biasSums[i] += yGradient[i];
            float g = gain is null ? yGradient[i] : yGradient[i] * gain[i];
            ofG += g;
            ofGX += g * normal;
        }

        *meanOfG = ofG / columns;
        *meanOfGX = ofGX / columns;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe void BackwardRowSimd<TLanes>(
        float* yGradient, float* x, float* gain, float* xGradient, int columns, float mean, float r, float meanOfG, float meanOfGX)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes centers = TLanes.Broadcast(mean), scales = TLanes.Broadcast(r), means = TLanes.Broadcast(meanOfG), meansX = TLanes.Broadcast(meanOfGX);
        int i = 0;
        for (; i <= columns - TLanes.Count; i += TLanes.Count)
        {
            TLanes dy = TLanes.Load(yGradient + i);
            TLanes normal = (TLanes.Load(x + i) - centers) * scales;
            TLanes g = gain is null ? dy : dy * TLanes.Load(gain + i);
            TLanes.Store(xGradient + i, scales * (g - means - (normal * meansX)));
        }

        for (; i < columns; i++)
        {
            float g = gain is null ? yGradient[i] : yGradient[i] * gain[i];
            xGradient[i] = r * (g - meanOfG - ((x[i] - mean) * r * meanOfGX));
        }
    }
}
