using System.Runtime.CompilerServices;

namespace Attention.Kernels;

/// <summary>What is known about each query before any key is looked at. Its gradient starts at zero.</summary>
internal readonly unsafe struct BackwardRowTiles(BackwardProblem problem) : ITiles
{
    private const double Log2E = 1.4426950408889634;

    public long Count => (long)problem.Shape.Batch * problem.Shape.Heads * problem.Plan.Blocks;

    public long ScratchCount => 0;

    public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        AttentionShape shape = problem.Shape;
        BackwardBuffers buffers = problem.Buffers;
        (long headRow, long block) = Math.DivRem(tile, problem.Plan.Blocks);
        (int batch, int head) = ((int)(headRow / shape.Heads), (int)(headRow % shape.Heads));
        int first = (int)block * problem.Plan.QueryRows;
        int end = Math.Min(shape.Queries, first + problem.Plan.QueryRows);
        float* output = buffers.Output.Head(batch, head), slope = buffers.OutputGradient.Head(batch, head);
        for (int i = first; i < end; i++)
        {
            // A row whose scores are all −∞ has weights of zero, not of −∞ − −∞.
            long row = (headRow * shape.Queries) + i;
            float sum = buffers.LogSumExp[row];
            problem.Exponents[row] = float.IsNegativeInfinity(sum) ? sum : (float)(-sum * Log2E);
            problem.Deltas[row] = Dot<TLanes>(output + (i * buffers.Output.Stride), slope + (i * buffers.OutputGradient.Stride), shape.ValueWidth);
        }

        float* gradient = buffers.QueryGradient.Head(batch, head);
        for (int i = first; i < end && buffers.WantsQueries; i++)
        {
            new Span<float>(gradient + (i * buffers.QueryGradient.Stride), shape.Width).Clear();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Dot<TLanes>(float* left, float* right, int count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes sums = TLanes.Broadcast(0);
        int i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            sums = TLanes.MultiplyAdd(TLanes.Load(left + i), TLanes.Load(right + i), sums);
        }

        float sum = TLanes.SumOf(sums);
        for (; i < count; i++)
        {
            sum += left[i] * right[i];
        }

        return sum;
    }
}
