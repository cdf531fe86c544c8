using System.Runtime.CompilerServices;

namespace Attention.Kernels;

public static partial class GumbelSoftmax
{
    /// <summary>The choice is null where only the weights are asked for.</summary>
    private readonly unsafe struct ForwardTiles(RowShape shape, float* scores, float temperature, ulong seed, float* weights, float* choice) : ITiles
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
                float* noisy = weights + first;
                AddNoise<TLanes>(scores + first, shape.Columns, seed, (ulong)first, noisy);
                int best = choice is null ? -1 : RowChoice.Largest<TLanes>(noisy, shape.Columns).Column;
                float sum = Softmax.Exponentials<TLanes>(noisy, noisy, shape.Columns, temperature);
                Softmax.Scale<TLanes>(noisy, noisy, shape.Columns, sum == 0 ? 0 : 1 / sum);
                if (choice is not null)
                {
                    Span<float> chosen = new(choice + first, shape.Columns);
                    chosen.Fill(float.IsNaN(sum) ? sum : 0);
                    if (best >= 0 && !float.IsNaN(sum))
                    {
                        chosen[best] = 1;
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe void AddNoise<TLanes>(float* scores, int columns, ulong seed, ulong counter, float* noisy)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes zero = TLanes.Broadcast(0);
        int i = 0;
        for (; i <= columns - TLanes.Count; i += TLanes.Count)
        {
            TLanes exponential = zero - Elementary.Log(CounterRandom.Uniform<TLanes>(seed, counter + (uint)i));
            TLanes.Store(noisy + i, TLanes.Load(scores + i) - Elementary.Log(exponential));
        }

        if (i < columns)
        {
            TLanes exponential = zero - Elementary.Log(CounterRandom.Uniform<TLanes>(seed, counter + (uint)i));
            Partial.Store(noisy + i, columns - i, Partial.Load<TLanes>(scores + i, columns - i, 0) - Elementary.Log(exponential));
        }
    }
}
