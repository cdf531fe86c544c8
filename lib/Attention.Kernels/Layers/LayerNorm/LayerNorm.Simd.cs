using System.Runtime.CompilerServices;

namespace Attention.Kernels;

public static partial class LayerNorm
{
    private readonly unsafe struct ForwardTiles(
        RowShape shape, float* x, float* gain, float* bias, float* y, float* mean, float* reciprocalDeviation, float epsilon) : ITiles
    {
        public long Count => RowBlock.CountOf(shape);

        public long ScratchCount => 0;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            RowBlock block = new(shape, tile);
            bool streaming = Streaming.Pays((long)shape.Rows * shape.Columns, x, y);
            for (long row = block.First; row < block.End; row++)
            {
                float* input = x + (row * shape.Columns);
                float rough = SumSimd<TLanes>(input, shape.Columns) / shape.Columns;
                float rest = 0, variance = 0;
                MomentsSimd<TLanes>(input, shape.Columns, rough, &rest, &variance);
                float r = 1 / MathF.Sqrt(variance + epsilon);
                float* output = y + (row * shape.Columns);
                if (streaming)
                {
                    RowStreaming<TLanes>(input, gain, bias, output, shape.Columns, rough, -rest * r, r);
                }
                else
                {
                    RowSimd<TLanes>(input, gain, bias, output, shape.Columns, rough, -rest * r, r);
                }

                if (mean is not null)
                {
                    mean[row] = rough + rest;
                }

                if (reciprocalDeviation is not null)
                {
                    reciprocalDeviation[row] = r;
                }
            }

            if (streaming)
            {
                Streaming.Finish();
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe float SumSimd<TLanes>(float* x, int columns)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        // Four, so that none need wait for the sum before.
        TLanes sum0 = TLanes.Broadcast(0), sum1 = sum0, sum2 = sum0, sum3 = sum0;
        int i = 0;
        for (; i <= columns - (4 * TLanes.Count); i += 4 * TLanes.Count)
        {
            sum0 += TLanes.Load(x + i);
            sum1 += TLanes.Load(x + i + TLanes.Count);
            sum2 += TLanes.Load(x + i + (2 * TLanes.Count));
            sum3 += TLanes.Load(x + i + (3 * TLanes.Count));
        }

        for (; i <= columns - TLanes.Count; i += TLanes.Count)
        {
            sum0 += TLanes.Load(x + i);
        }

        float sum = TLanes.SumOf(sum0 + sum1 + (sum2 + sum3));
        for (; i < columns; i++)
        {
            sum += x[i];
        }

        return sum;
    }

    /// <summary>The mean of x − rough, which is what rounding took from the rough mean, and the variance about the true one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe void MomentsSimd<TLanes>(float* x, int columns, float rough, float* rest, float* variance)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes center = TLanes.Broadcast(rough);
        TLanes sum0 = TLanes.Broadcast(0), sum1 = sum0, square0 = sum0, square1 = sum0;
        int i = 0;
        for (; i <= columns - (2 * TLanes.Count); i += 2 * TLanes.Count)
        {
            TLanes x0 = TLanes.Load(x + i) - center;
            TLanes x1 = TLanes.Load(x + i + TLanes.Count) - center;
            sum0 += x0;
            sum1 += x1;
            square0 = TLanes.MultiplyAdd(x0, x0, square0);
            square1 = TLanes.MultiplyAdd(x1, x1, square1);
        }

        float sum = TLanes.SumOf(sum0 + sum1), square = TLanes.SumOf(square0 + square1);
        for (; i < columns; i++)
        {
            float d = x[i] - rough;
            sum += d;
            square += d * d;
        }

        *rest = sum / columns;
        *variance = MathF.Max(0, (square / columns) - (*rest * *rest));
    }

    /// <summary>y = gain ((x − center) r + shift) + bias</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe void RowSimd<TLanes>(float* x, float* gain, float* bias, float* y, int columns, float center, float shift, float r)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes centers = TLanes.Broadcast(center), shifts = TLanes.Broadcast(shift), scales = TLanes.Broadcast(r);
        int i = 0;
        for (; i <= columns - TLanes.Count; i += TLanes.Count)
        {
            TLanes value = TLanes.MultiplyAdd(TLanes.Load(x + i) - centers, scales, shifts);
            if (gain is not null)
            {
                value *= TLanes.Load(gain + i);
            }

            if (bias is not null)
            {
                value += TLanes.Load(bias + i);
            }

            TLanes.Store(y + i, value);
        }

        // In registers too: rounded in other places, an element would have other bits wherever the loop happens to end.
        if (i < columns)
        {
            int rest = columns - i;
            TLanes value = TLanes.MultiplyAdd(Partial.Load<TLanes>(x + i, rest, 0) - centers, scales, shifts);
            if (gain is not null)
            {
                value *= Partial.Load<TLanes>(gain + i, rest, 0);
            }

            if (bias is not null)
            {
                value += Partial.Load<TLanes>(bias + i, rest, 0);
            }

            Partial.Store(y + i, rest, value);
        }
    }

    /// <summary>The same past the caches, where the result is too large for them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe void RowStreaming<TLanes>(float* x, float* gain, float* bias, float* y, int columns, float center, float shift, float r)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes centers = TLanes.Broadcast(center), shifts = TLanes.Broadcast(shift), scales = TLanes.Broadcast(r);
        int i = Math.Min(Streaming.FloatsBeforeAligned<TLanes>(y), columns);
        RowSimd<TLanes>(x, gain, bias, y, i, center, shift, r);
        for (; i <= columns - TLanes.Count; i += TLanes.Count)
        {
            Streaming.Prefetch(x + i + columns); // the next row, so that reading goes on while this one is written
            TLanes value = TLanes.MultiplyAdd(TLanes.Load(x + i) - centers, scales, shifts);
            if (gain is not null)
            {
                value *= TLanes.Load(gain + i);
            }

            if (bias is not null)
            {
                value += TLanes.Load(bias + i);
            }

            TLanes.StoreStreaming(y + i, value);
        }

        RowSimd<TLanes>(x + i, gain is null ? null : gain + i, bias is null ? null : bias + i, y + i, columns - i, center, shift, r);
    }
}
