using System.Runtime.CompilerServices;

namespace Attention.Kernels;

public static partial class LogSoftmax
{
    private readonly unsafe struct ForwardTiles(RowShape shape, float* scores, float* logWeights, float temperature) : ITiles
    {
        public long Count => RowBlock.CountOf(shape);

        public long ScratchCount => 0;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            RowBlock block = new(shape, tile);
            for (long row = block.First; row < block.End; row++)
            {
                RowSimd<TLanes>(scores + (row * shape.Columns), logWeights + (row * shape.Columns), shape.Columns, temperature);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe void RowSimd<TLanes>(float* scores, float* logWeights, int columns, float temperature)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float max = Softmax.Peak<TLanes>(scores, columns);
        if (temperature != 1)
        {
            Softmax.Cool<TLanes>(scores, logWeights, columns, max, temperature);
            scores = logWeights;
            max = 0;
        }

        TLanes peak = TLanes.Broadcast(max), sums = TLanes.Broadcast(0);
        int whole = columns - (columns % TLanes.Count);
        for (int i = 0; i < whole; i += TLanes.Count)
        {
            sums += Exponential.Power(TLanes.Load(scores + i) - peak);
        }

        if (whole < columns)
        {
            sums += Exponential.Power(Partial.Load<TLanes>(scores + whole, columns - whole, float.NegativeInfinity) - peak);
        }

        // A row of −∞ has the sum 0, whose logarithm is −∞ and would be subtracted from −∞.
        float sum = TLanes.SumOf(sums), log = sum == 0 ? 0 : MathF.Log(sum);
        TLanes share = TLanes.Broadcast(log);
        for (int i = 0; i < whole; i += TLanes.Count)
        {
            TLanes.Store(logWeights + i, TLanes.Load(scores + i) - peak - share);
        }

        for (int i = whole; i < columns; i++)
        {
            logWeights[i] = scores[i] - max - log;
        }
    }

    private readonly unsafe struct BackwardTiles(RowShape shape, float* logWeights, float* logWeightsGradient, float* scoresGradient, float temperature) : ITiles
    {
        public long Count => RowBlock.CountOf(shape);

        public long ScratchCount => 0;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            RowBlock block = new(shape, tile);
            for (long row = block.First; row < block.End; row++)
            {
                long first = row * shape.Columns;
                BackwardRowSimd<TLanes>(logWeights + first, logWeightsGradient + first, scoresGradient + first, shape.Columns, 1 / temperature);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe void BackwardRowSimd<TLanes>(float* logWeights, float* logWeightsGradient, float* scoresGradient, int columns, float sharpness)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes zero = TLanes.Broadcast(0), lowest = TLanes.Broadcast(-float.MaxValue), factor = TLanes.Broadcast(sharpness), sums = zero;
        int whole = columns - (columns % TLanes.Count);
        for (int i = 0; i < whole; i += TLanes.Count)
        {
            sums += TLanes.WhereLess(TLanes.Load(logWeights + i), lowest, zero, TLanes.Load(logWeightsGradient + i));
        }

        TLanes y = TLanes.Broadcast(float.NegativeInfinity), dy = zero; // what fills the last register takes no part
        if (whole < columns)
        {
            y = Partial.Load<TLanes>(logWeights + whole, columns - whole, float.NegativeInfinity);
            dy = Partial.Load<TLanes>(logWeightsGradient + whole, columns - whole, 0);
            sums += TLanes.WhereLess(y, lowest, zero, dy);
        }

        TLanes sum = TLanes.Broadcast(TLanes.SumOf(sums));
        for (int i = 0; i < whole; i += TLanes.Count)
        {
            TLanes log = TLanes.Load(logWeights + i);
            TLanes gradient = (TLanes.Load(logWeightsGradient + i) - (Exponential.Power(log) * sum)) * factor;
            TLanes.Store(scoresGradient + i, TLanes.WhereLess(log, lowest, zero, gradient));
        }

        if (whole < columns)
        {
            Partial.Store(scoresGradient + whole, columns - whole, TLanes.WhereLess(y, lowest, zero, (dy - (Exponential.Power(y) * sum)) * factor));
        }
    }
}
