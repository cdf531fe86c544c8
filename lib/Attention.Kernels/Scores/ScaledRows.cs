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
        RowLanes.Multiply<TLanes>(factor, source + (block.First * shape.Columns), destination + (block.First * shape.Columns), (block.End - block.First) * shape.Columns);
    }
}
