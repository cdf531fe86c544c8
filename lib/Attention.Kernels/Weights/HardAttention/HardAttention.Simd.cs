namespace Attention.Kernels;

public static partial class HardAttention
{
    /// <summary>With a seed the keys are drawn, and without one the highest scores are taken.</summary>
    private readonly unsafe struct ForwardTiles(HardAttentionShape shape, float* scores, float* value, int* chosen, float* output, ulong? seed) : ITiles
    {
        public long Count => RowBlock.CountOf(Queries(shape));

        public long ScratchCount => seed is null ? 0 : shape.Keys;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            RowBlock block = new(Queries(shape), tile);
            for (long query = block.First; query < block.End; query++)
            {
                (int key, bool isNumber) = seed is { } drawn ? Draw<TLanes>(query, drawn, scratch) : Highest<TLanes>(query);
                chosen[query] = key;
                Span<float> destination = new(output + (query * shape.ValueWidth), shape.ValueWidth);
                if (key < 0)
                {
                    destination.Fill(isNumber ? 0 : float.NaN);
                }
                else
                {
                    new ReadOnlySpan<float>(value + (((query / shape.Queries * shape.Keys) + key) * shape.ValueWidth), shape.ValueWidth).CopyTo(destination);
                }
            }
        }

        private (int Key, bool IsNumber) Highest<TLanes>(long query)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            (int key, bool isNumber) = RowChoice.Largest<TLanes>(scores + (query * shape.Keys), shape.Keys);
            return (isNumber ? key : -1, isNumber);
        }

        private (int Key, bool IsNumber) Draw<TLanes>(long query, ulong drawn, float* scratch)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            float sum = Softmax.Exponentials<TLanes>(scores + (query * shape.Keys), scratch, shape.Keys, 1);
            return float.IsNaN(sum) ? (-1, false) : (RowChoice.Reached<TLanes>(scratch, shape.Keys, (double)CounterRandom.Uniform(drawn, (ulong)query) * sum), true);
        }
    }

    /// <summary>A tile is some columns of one sequence's values: they collect from all of its queries, in their order.</summary>
    private readonly unsafe struct BackwardTiles(HardAttentionShape shape, int* chosen, float* outputGradient, float* valueGradient) : ITiles
    {
        private const int Columns = 64;

        private readonly long _tiles = ((long)shape.ValueWidth + Columns - 1) / Columns;

        public long Count => shape.Batch * _tiles;

        public long ScratchCount => 0;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            long batch = tile / _tiles, column = tile % _tiles * Columns;
            int count = (int)Math.Min(Columns, shape.ValueWidth - column);
            float* gradient = valueGradient + (batch * shape.Keys * shape.ValueWidth) + column;
            for (long key = 0; key < shape.Keys; key++)
            {
                new Span<float>(gradient + (key * shape.ValueWidth), count).Clear();
            }

            for (long query = batch * shape.Queries; query < (batch + 1) * shape.Queries && !cancellation.IsCancellationRequested; query++)
            {
                // The caller owns the choices: another thread may have changed them since they were checked.
                int key = chosen[query];
                if (key >= 0 && key < shape.Keys)
                {
                    PartialSums.AddTo<TLanes>(outputGradient + (query * shape.ValueWidth) + column, gradient + ((long)key * shape.ValueWidth), count);
                }
            }
        }
    }

    private readonly unsafe struct ReinforceTiles(HardAttentionShape shape, float* scores, int* chosen, float* loss, float* baseline, float* scoresGradient) : ITiles
    {
        public long Count => RowBlock.CountOf(Queries(shape));

        public long ScratchCount => 0;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            RowBlock block = new(Queries(shape), tile);
            for (long query = block.First; query < block.End; query++)
            {
                float* gradient = scoresGradient + (query * shape.Keys);
                int key = chosen[query];
                if (key < 0 || key >= shape.Keys)
                {
                    new Span<float>(gradient, shape.Keys).Clear();
                    continue;
                }

                float advantage = loss[query] - (baseline is null ? 0 : baseline[query]);
                float sum = Softmax.Exponentials<TLanes>(scores + (query * shape.Keys), gradient, shape.Keys, 1);
                Softmax.Scale<TLanes>(gradient, gradient, shape.Keys, sum == 0 ? 0 : -advantage / sum);
                gradient[key] += advantage;
            }
        }
    }

    /// <summary>Each query as a row of what it reads and writes.</summary>
    private static RowShape Queries(HardAttentionShape shape) =>
        new(shape.Batch * shape.Queries, (int)Math.Clamp((long)shape.Keys + shape.ValueWidth, 1, int.MaxValue));
}
