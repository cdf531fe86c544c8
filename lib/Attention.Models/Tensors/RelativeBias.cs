using Attention.Kernels;

namespace Attention.Models;

/// <summary>A learned number per head and bucket of distances, added to each scaled score (Raffel et al. 2020, § 2.1).</summary>
/// <param name="Table">[Heads, Buckets]</param>
/// <param name="IsBidirectional">Whether half of the buckets is for keys after the query.</param>
/// <param name="MaxDistance">From this distance on, all keys of a side share their last bucket.</param>
public sealed record RelativeBias(Tensor Table, bool IsBidirectional = true, int MaxDistance = 128)
{
    internal Mask ToMask(int heads)
    {
        if (Table.Rank != 2 || Table.Shape[0] != heads)
        {
            throw new ArgumentException($"Attention: expected a table [{heads}, Buckets] of relative biases, got {Table.Shape}");
        }

        return Mask.RelativeBias(Table.AsMemory(), Table.Shape[1], IsBidirectional, MaxDistance);
    }
}
