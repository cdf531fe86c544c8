using System.Runtime.CompilerServices;

namespace Attention.Kernels;

internal readonly unsafe ref partial struct BackwardTile<TLanes>
{
    /// <summary>What was added to a score has the score's gradient.</summary>
    private void AddToBias(BackwardMask half, int head, int firstQuery, int firstColumn)
    {
        long row = ((_problem.Mask.BiasMatrix(_shape, _batch, head) * _shape.Queries) + firstQuery + half.First) * _shape.Keys;
        nint start = ((nint)half.First * _columns) + firstColumn;
        AddRows(half.Count, half.Keys, _slopes + start, _columns, _problem.Buffers.BiasGradient + row + _firstKey + firstColumn, _shape.Keys);
    }

    /// <summary>What was added by distance has the gradients of all scores at that distance: first each diagonal is summed, then the diagonals of each bucket.</summary>
    private void AddToTable(Mask.Head mask, BackwardMask half, int firstQuery, int firstColumn, int headOfGroup)
    {
        int count = half.Count + half.Keys - 1;
        if (half.Count > 0)
        {
            new Span<float>(_line, count).Clear();
            SumDiagonals(half.Count, half.Keys, _slopes + ((nint)half.First * _columns) + firstColumn);
        }

        float* buckets = _tableParts + ((nint)headOfGroup * _problem.Mask.Buckets);
        for (int u = 0; u < count && half.Count > 0; u++)
        {
            // The first diagonal is that of the last query and the first key.
            buckets[mask.BucketOf(firstQuery + half.First + half.Count - 1, _firstKey + firstColumn + u)] += _line[u];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void SumDiagonals(int rows, int keys, float* slopes)
    {
        for (int i = 0; i < rows; i++, slopes += _columns)
        {
            float* line = _line + (rows - 1 - i);
            int j = 0;
            for (; j <= keys - TLanes.Count; j += TLanes.Count)
            {
                TLanes.Store(line + j, TLanes.Load(line + j) + TLanes.Load(slopes + j));
            }

            for (; j < keys; j++)
            {
                line[j] += slopes[j];
            }
        }
    }
}
