namespace Attention.Kernels;

public readonly partial struct Mask
{
    /// <summary>Floats in the bias; none when there is no bias.</summary>
    internal int BiasLength => Added.Length;

    /// <summary>Floats in the table of a relative bias; none when there is no table.</summary>
    internal int TableLength => Relative.Table.Length;

    /// <summary>How many buckets the table has per head.</summary>
    internal int Buckets => Relative.Buckets.Count;

    /// <summary>Which of the bias's matrices one head of one sequence has.</summary>
    internal long BiasMatrix(AttentionShape shape, int batch, int head)
    {
        long matrix = (long)shape.Queries * shape.Keys;
        return IsAddedPerHead ? head
            : Added.Length == matrix ? 0
            : Added.Length == matrix * shape.Batch ? batch
            : ((long)batch * shape.Heads) + head;
    }

    /// <summary>How many key heads further up the nearest one is whose query heads have a matrix of the bias in common with this one's; 0 when there is none.</summary>
    internal long HeadsApart(AttentionShape shape, int batch, int keyHead)
    {
        int group = shape.Heads / shape.KeyHeads;
        long matrix = BiasMatrix(shape, batch, keyHead * group);
        return keyHead > 0 && BiasMatrix(shape, batch, (keyHead * group) - 1) == matrix ? 1
            : batch > 0 && BiasMatrix(shape, batch - 1, shape.Heads - 1) == matrix ? keyHead + 1
            : batch > 0 && BiasMatrix(shape, batch - 1, keyHead * group) == matrix ? shape.KeyHeads
            : 0;
    }

    internal readonly ref partial struct Head
    {
        /// <summary>The bucket of the distance between a query and a key.</summary>
        internal int BucketOf(int query, int key) => _buckets.Of(key - query - _shift);
    }
}
