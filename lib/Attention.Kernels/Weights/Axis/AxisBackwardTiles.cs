using System.Runtime.CompilerServices;

namespace Attention.Kernels;

/// <summary>The gradient of a function along an axis, in two passes over a block of lines, each row by row.</summary>
internal readonly unsafe struct AxisBackwardTiles<TFunction>(AxisShape shape, int threads, float* results, float* resultsGradient, float* scoresGradient, float temperature) : ITiles
    where TFunction : struct, IAxisFunction
{
    private readonly AxisBlocks _blocks = new(shape, threads);

    public long Count => _blocks.Count;

    /// <summary>The sum of each line.</summary>
    public long ScratchCount => _blocks.Lines;

    public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        long start = _blocks.Start(tile);
        int lines = _blocks.LinesOf(tile);
        new Span<float>(scratch, lines).Clear();
        for (long j = 0; j < shape.Length; j++)
        {
            long row = start + (j * shape.Inner);
            AddTerms<TLanes>(results + row, resultsGradient + row, lines, scratch);
        }

        for (long j = 0; j < shape.Length; j++)
        {
            long row = start + (j * shape.Inner);
            Gradients<TLanes>(results + row, resultsGradient + row, lines, scratch, scoresGradient + row, 1 / temperature);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void AddTerms<TLanes>(float* row, float* slopes, int lines, float* sums)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int i = 0;
        for (; i <= lines - TLanes.Count; i += TLanes.Count)
        {
            TLanes.Store(sums + i, TFunction.AddTerm(TLanes.Load(row + i), TLanes.Load(slopes + i), TLanes.Load(sums + i)));
        }

        for (; i < lines; i++)
        {
            Lanes1.Store(sums + i, TFunction.AddTerm(Lanes1.Load(row + i), Lanes1.Load(slopes + i), Lanes1.Load(sums + i)));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Gradients<TLanes>(float* row, float* slopes, int lines, float* sums, float* gradient, float sharpness)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes factor = TLanes.Broadcast(sharpness);
        int i = 0;
        for (; i <= lines - TLanes.Count; i += TLanes.Count)
        {
            TLanes.Store(gradient + i, TFunction.Gradient(TLanes.Load(row + i), TLanes.Load(slopes + i), TLanes.Load(sums + i)) * factor);
        }

        for (; i < lines; i++)
        {
            Lanes1.Store(gradient + i, TFunction.Gradient(Lanes1.Load(row + i), Lanes1.Load(slopes + i), Lanes1.Load(sums + i)) * Lanes1.Broadcast(sharpness));
        }
    }
}
