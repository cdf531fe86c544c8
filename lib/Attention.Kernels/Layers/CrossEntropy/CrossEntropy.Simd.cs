using System.Runtime.CompilerServices;

namespace Attention.Kernels;

public static partial class CrossEntropy
{
    private readonly unsafe struct ForwardTiles(RowShape shape, float* logits, int* targets, float* losses, CrossEntropyOptions loss) : ITiles
    {
        public long Count => RowBlock.CountOf(shape);

        public long ScratchCount => 0;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            RowBlock block = new(shape, tile);
            for (long row = block.First; row < block.End; row++)
            {
                // The caller owns the targets: another thread may have changed them since they were checked. What is no class does not count.
                int target = targets[row];
                if (target != loss.IgnoreIndex && (uint)target < (uint)shape.Columns)
                {
                    float* z = logits + (row * shape.Columns);
                    float max = MaxSimd<TLanes>(z, shape.Columns);
                    float peak = float.IsNegativeInfinity(max) ? 0 : max, distance = 0;
                    float sum = SumSimd<TLanes>(z, shape.Columns, peak, &distance);
                    float smooth = loss.LabelSmoothing == 0 ? 0 : loss.LabelSmoothing * (distance / shape.Columns);
                    losses[row] = sum == 0 ? float.PositiveInfinity : MathF.Log(sum) - ((1 - loss.LabelSmoothing) * (z[target] - peak)) - smooth;
                }
            }
        }
    }

    /// <summary>The largest logit; it may miss a NaN, which the sum does not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe float MaxSimd<TLanes>(float* z, int columns)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes maxima = TLanes.Broadcast(float.NegativeInfinity), others = maxima;
        int i = 0;
        for (; i <= columns - (2 * TLanes.Count); i += 2 * TLanes.Count)
        {
            maxima = TLanes.Max(maxima, TLanes.Load(z + i));
            others = TLanes.Max(others, TLanes.Load(z + i + TLanes.Count));
        }

        float max = TLanes.MaxOf(TLanes.Max(maxima, others));
        for (; i < columns; i++)
        {
            max = max > z[i] ? max : z[i];
        }

        return max;
    }

    /// <summary>Σ e^(z − peak), and Σ (z − peak).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe float SumSimd<TLanes>(float* z, int columns, float peak, float* distance)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes peaks = TLanes.Broadcast(peak), sums = TLanes.Broadcast(0), distances = sums;
        int rest = columns % TLanes.Count;
        int whole = columns - rest;
        for (int i = 0; i < whole; i += TLanes.Count)
        {
            TLanes below = TLanes.Load(z + i) - peaks;
            sums += Exponential.Power(below);
            distances += below;
        }

        *distance = TLanes.SumOf(distances);
        for (int i = whole; i < columns; i++)
        {
            *distance += z[i] - peak;
        }

        if (rest > 0)
        {
            sums += Exponential.Power(Partial.Load<TLanes>(z + whole, rest, float.NegativeInfinity) - peaks);
        }

        return TLanes.SumOf(sums);
    }

    private readonly unsafe struct BackwardTiles(
        RowShape shape, float* logits, int* targets, float* lossesGradient, float* logitsGradient, float share, CrossEntropyOptions loss) : ITiles
    {
        public long Count => RowBlock.CountOf(shape);

        public long ScratchCount => 0;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            RowBlock block = new(shape, tile);
            for (long row = block.First; row < block.End; row++)
            {
                float* z = logits + (row * shape.Columns), dz = logitsGradient + (row * shape.Columns);
                int target = targets[row];
                bool counts = target != loss.IgnoreIndex && (uint)target < (uint)shape.Columns;
                float max = counts ? MaxSimd<TLanes>(z, shape.Columns) : float.NegativeInfinity;
                float slope = lossesGradient is null ? share : lossesGradient[row];
                float sum = counts ? WeightsSimd<TLanes>(z, dz, shape.Columns, float.IsNegativeInfinity(max) ? 0 : max) : 0;
                if (sum == 0)
                {
                    new Span<float>(dz, shape.Columns).Clear();
                }
                else
                {
                    FinishSimd<TLanes>(dz, shape.Columns, 1 / sum, loss.LabelSmoothing / shape.Columns, slope);
                    dz[target] -= (1 - loss.LabelSmoothing) * slope;
                }
            }
        }
    }

    /// <summary>weights = e^(z − peak), and their sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe float WeightsSimd<TLanes>(float* z, float* weights, int columns, float peak)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes peaks = TLanes.Broadcast(peak), sums = TLanes.Broadcast(0);
        int rest = columns % TLanes.Count;
        int whole = columns - rest;
        for (int i = 0; i < whole; i += TLanes.Count)
        {
            TLanes weight = Exponential.Power(TLanes.Load(z + i) - peaks);
            TLanes.Store(weights + i, weight);
            sums += weight;
        }

        if (rest > 0)
        {
            TLanes weight = Exponential.Power(Partial.Load<TLanes>(z + whole, rest, float.NegativeInfinity) - peaks);
            Partial.Store(weights + whole, rest, weight);
            sums += weight;
        }

        return TLanes.SumOf(sums);
    }

    /// <summary>weights = (weights · share − smooth) · slope</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe void FinishSimd<TLanes>(float* weights, int columns, float share, float smooth, float slope)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes shares = TLanes.Broadcast(share), smooths = TLanes.Broadcast(smooth), slopes = TLanes.Broadcast(slope);
        int i = 0;
        for (; i <= columns - TLanes.Count; i += TLanes.Count)
        {
            TLanes.Store(weights + i, ((TLanes.Load(weights + i) * shares) - smooths) * slopes);
        }

        for (; i < columns; i++)
        {
            weights[i] = ((weights[i] * share) - smooth) * slope;
        }
    }
}
