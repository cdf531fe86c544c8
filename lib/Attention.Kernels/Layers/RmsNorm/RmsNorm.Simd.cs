using System.Runtime.CompilerServices;

namespace Attention.Kernels;

public static partial class RmsNorm
{
    private readonly unsafe struct ForwardTiles(RowShape shape, float* x, float* gain, float* y, float* reciprocalRoot, float epsilon) : ITiles
    {
        public long Count => RowBlock.CountOf(shape);

        public long ScratchCount => 0;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            RowBlock block = new(shape, tile);
            for (long row = block.First; row < block.End; row++)
            {
                float* input = x + (row * shape.Columns);
                float r = 1 / MathF.Sqrt((SquaresSimd<TLanes>(input, shape.Columns) / shape.Columns) + epsilon);
                RowSimd<TLanes>(input, gain, y + (row * shape.Columns), shape.Columns, r);
                if (reciprocalRoot is not null)
                {
                    reciprocalRoot[row] = r;
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe float SquaresSimd<TLanes>(float* x, int columns)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        // Four, so that none need wait for the sum before.
        TLanes sum0 = TLanes.Broadcast(0), sum1 = sum0, sum2 = sum0, sum3 = sum0;
        int i = 0;
        for (; i <= columns - (4 * TLanes.Count); i += 4 * TLanes.Count)
        {
            TLanes x0 = TLanes.Load(x + i), x1 = TLanes.Load(x + i + TLanes.Count);
            TLanes x2 = TLanes.Load(x + i + (2 * TLanes.Count)), x3 = TLanes.Load(x + i + (3 * TLanes.Count));
            sum0 = TLanes.MultiplyAdd(x0, x0, sum0);
            sum1 = TLanes.MultiplyAdd(x1, x1, sum1);
            sum2 = TLanes.MultiplyAdd(x2, x2, sum2);
            sum3 = TLanes.MultiplyAdd(x3, x3, sum3);
        }

        for (; i <= columns - TLanes.Count; i += TLanes.Count)
        {
            TLanes x0 = TLanes.Load(x + i);
            sum0 = TLanes.MultiplyAdd(x0, x0, sum0);
        }

        float sum = TLanes.SumOf(sum0 + sum1 + (sum2 + sum3));
        for (; i < columns; i++)
        {
            sum += x[i] * x[i];
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe void RowSimd<TLanes>(float* x, float* gain, float* y, int columns, float r)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes scales = TLanes.Broadcast(r);
        int i = 0;
        for (; i <= columns - TLanes.Count; i += TLanes.Count)
        {
            TLanes value = TLanes.Load(x + i) * scales;
            TLanes.Store(y + i, gain is null ? value : value * TLanes.Load(gain + i));
        }

        for (; i < columns; i++)
        {
            y[i] = gain is null ? x[i] * r : x[i] * r * gain[i];
        }
    }
}
