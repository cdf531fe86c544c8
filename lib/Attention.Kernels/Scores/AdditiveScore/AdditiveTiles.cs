using System.Runtime.CompilerServices;

namespace Attention.Kernels;

/// <summary>A tile is a block of queries against a block of keys. The keys lie in the lanes, so that no sum crosses them.</summary>
internal readonly unsafe struct AdditiveTiles(ScoreShape shape, float* queries, float* keys, float* vector, float* scores) : ITiles
{
    private const int Block = 64;

    public long Count => shape.Batch * QueryBlocks * KeyBlocks;

    public long ScratchCount => (shape.Hidden + 1L) * Block;

    private long QueryBlocks => (shape.Queries + Block - 1L) / Block;

    private long KeyBlocks => (shape.Keys + Block - 1L) / Block;

    public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int stride = Padded.Count(shape.Hidden);
        long batch = tile / (QueryBlocks * KeyBlocks), firstKey = tile % KeyBlocks * Block, firstQuery = tile / KeyBlocks % QueryBlocks * Block;
        int count = (int)Math.Min(Block, shape.Keys - firstKey);
        float* transposed = scratch, row = scratch + ((long)shape.Hidden * Block);
        Transpose.Scaled(count, shape.Hidden, keys + (((batch * shape.Keys) + firstKey) * stride), stride, transposed, Block, 1);
        for (long i = firstQuery; i < Math.Min(firstQuery + Block, shape.Queries); i++)
        {
            long queryRow = (batch * shape.Queries) + i;
            ScoreRow<TLanes>(queries + (queryRow * stride), transposed, vector, shape.Hidden, count, row);
            new ReadOnlySpan<float>(row, count).CopyTo(new Span<float>(scores + (queryRow * shape.Keys) + firstKey, count));
        }
    }

    /// <summary>Two registers of keys at a time: while one waits for its tanh, the other computes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void ScoreRow<TLanes>(float* query, float* keys, float* vector, int hidden, int count, float* scores)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int column = 0;
        for (; column + TLanes.Count < count; column += 2 * TLanes.Count)
        {
            TLanes sum = TLanes.Broadcast(0), sumNext = sum;
            float* key = keys + column;
            for (int a = 0; a < hidden; a++, key += Block)
            {
                TLanes x = TLanes.Broadcast(query[a]), weight = TLanes.Broadcast(vector[a]);
                sum = TLanes.MultiplyAdd(weight, Elementary.Tanh(x + TLanes.Load(key)), sum);
                sumNext = TLanes.MultiplyAdd(weight, Elementary.Tanh(x + TLanes.Load(key + TLanes.Count)), sumNext);
            }

            TLanes.Store(scores + column, sum);
            TLanes.Store(scores + column + TLanes.Count, sumNext);
        }

        if (column < count)
        {
            TLanes sum = TLanes.Broadcast(0);
            float* key = keys + column;
            for (int a = 0; a < hidden; a++, key += Block)
            {
                sum = TLanes.MultiplyAdd(TLanes.Broadcast(vector[a]), Elementary.Tanh(TLanes.Broadcast(query[a]) + TLanes.Load(key)), sum);
            }

            TLanes.Store(scores + column, sum);
        }
    }
}
