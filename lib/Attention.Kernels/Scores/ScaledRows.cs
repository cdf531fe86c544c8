using System.Runtime.CompilerServices;

namespace Attention.Kernels;

/// <summary>Rows times one number: what the scale of a score costs, when it is not multiplied into every score.</summary>
internal readonly unsafe struct ScaledRows(RowShape shape, float factor, float* source, float* destination) : ITiles
{
    private const double CostPerElement = 8;

    public long Count => RowBlock.CountOf(shape);

    public long ScratchCount => 0;

    /// <param name="shape">Of both.</param>
    /// <param name="factor">What to multiply by.</param>
    /// <param name="source">[Rows, Columns]</param>
    /// <param name="destination">[Rows, Columns]; may be the source.</param>
    /// <param name="options">Threads, cancellation.</param>
    internal static void Run(RowShape shape, float factor, float* source, float* destination, KernelOptions options) =>
        Tiled.Run(new ScaledRows(shape, factor, source, destination), options.ThreadsFor(CostPerElement * shape.Rows * shape.Columns), options);

    public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        RowBlock block = new(shape, tile);
        Multiply<TLanes>(factor, source + (block.First * shape.Columns), destination + (block.First * shape.Columns), (block.End - block.First) * shape.Columns);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Multiply<TLanes>(float factor, float* source, float* destination, long count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes factors = TLanes.Broadcast(factor);
        long i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            TLanes.Store(destination + i, factors * TLanes.Load(source + i));
        }

        for (; i < count; i++)
        {
            destination[i] = factor * source[i];
        }
    }
}
