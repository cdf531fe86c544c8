using System.Runtime.CompilerServices;

namespace Attention.Kernels;

public static partial class CosineScore
{
    private const double CostPerElement = 32; // three passes, and divisions

    /// <summary>The directions of vectors, divided by the temperature.</summary>
    private static unsafe void Normalise(int rows, int width, float temperature, float* vectors, float* directions, KernelOptions options) =>
        Tiled.Run(new NormaliseTiles(new(rows, width), temperature, vectors, directions), options.ThreadsFor(CostPerElement * rows * width), options);

    /// <summary>Turns gradients of directions into gradients of the vectors, in place.</summary>
    private static unsafe void ProjectGradient(int rows, int width, float temperature, float* vectors, float* directions, float* gradient, KernelOptions options) =>
        Tiled.Run(new ProjectTiles(new(rows, width), temperature, vectors, directions, gradient), options.ThreadsFor(CostPerElement * rows * width), options);

    private readonly unsafe struct NormaliseTiles(RowShape shape, float temperature, float* vectors, float* directions) : ITiles
    {
        public long Count => RowBlock.CountOf(shape);

        public long ScratchCount => 0;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            RowBlock block = new(shape, tile);
            for (long row = block.First; row < block.End; row++)
            {
                float* vector = vectors + (row * shape.Columns), direction = directions + (row * shape.Columns);
                float largest = Largest<TLanes>(vector, shape.Columns);
                if (largest == 0)
                {
                    new Span<float>(direction, shape.Columns).Clear();
                }
                else
                {
                    RowLanes.Divide<TLanes>(vector, largest, direction, shape.Columns);
                    float root = MathF.Sqrt(RowLanes.Dot<TLanes>(direction, direction, shape.Columns));
                    RowLanes.Divide<TLanes>(direction, root, direction, shape.Columns);
                    if (temperature != 1)
                    {
                        RowLanes.Divide<TLanes>(direction, temperature, direction, shape.Columns);
                    }
                }
            }
        }
    }

    private readonly unsafe struct ProjectTiles(RowShape shape, float temperature, float* vectors, float* directions, float* gradient) : ITiles
    {
        public long Count => RowBlock.CountOf(shape);

        public long ScratchCount => 0;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            RowBlock block = new(shape, tile);
            int width = shape.Columns;
            for (long row = block.First; row < block.End; row++)
            {
                float* vector = vectors + (row * width), direction = directions + (row * width), slopes = gradient + (row * width);
                float largest = Largest<TLanes>(vector, width);
                if (largest == 0)
                {
                    new Span<float>(slopes, width).Clear();
                    continue;
                }

                RowLanes.AddScaled<TLanes>(-RowLanes.Dot<TLanes>(slopes, direction, width), direction, slopes, width);

                // The product with the direction, and not the sum of squares again: |v| = v·v̂, in factors that cannot overflow.
                RowLanes.Divide<TLanes>(slopes, largest, slopes, width);
                RowLanes.Divide<TLanes>(slopes, Ratio<TLanes>(vector, largest, direction, width), slopes, width);
                if (temperature != 1)
                {
                    RowLanes.Divide<TLanes>(slopes, temperature, slopes, width);
                }
            }
        }
    }

    /// <summary>|v| / largest, from v / largest · v̂.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe float Ratio<TLanes>(float* vector, float largest, float* direction, int count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes sums = TLanes.Broadcast(0), divisor = TLanes.Broadcast(largest);
        int i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            sums = TLanes.MultiplyAdd(TLanes.Load(vector + i) / divisor, TLanes.Load(direction + i), sums);
        }

        float sum = TLanes.SumOf(sums);
        for (; i < count; i++)
        {
            sum += vector[i] / largest * direction[i];
        }

        return sum;
    }

    /// <summary>The largest absolute value; NaN where a value is no number or infinite, for such a vector has no direction.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe float Largest<TLanes>(float* values, int count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes zero = TLanes.Broadcast(0), largest = zero, nothing = zero; // 0, but for 0 · NaN and 0 · ∞
        int i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            TLanes value = TLanes.Load(values + i);
            largest = TLanes.Max(largest, TLanes.Abs(value));
            nothing = TLanes.MultiplyAdd(value, zero, nothing);
        }

        float result = TLanes.MaxOf(largest) + TLanes.SumOf(nothing);
        for (; i < count; i++)
        {
            result = MathF.Max(result, MathF.Abs(values[i])) + (0 * values[i]);
        }

        return result;
    }
}
