namespace Attention.Models;

/// <summary>Puts examples of similar length into the same batch, so that little of it is padding.</summary>
/// <remarks>
/// The examples are shuffled, sorted by length (equally long ones stay shuffled), cut into batches, and the batches are shuffled: each example is in exactly one batch. The same lengths, seed
/// and epoch give the same batches on every machine. Vaswani et al. 2017, section 5.1, batch sentence pairs by approximate length with about 25,000 tokens on each side.
/// </remarks>
public static class LengthBatches
{
    /// <summary>The batches of one epoch, as indices of examples.</summary>
    /// <param name="lengths">How long each example is.</param>
    /// <param name="batchSize">How many examples a batch has at most.</param>
    /// <param name="seed">Which shuffle.</param>
    /// <param name="epoch">Which pass over the examples; each shuffles anew.</param>
    /// <param name="maximumTokens">How many tokens a batch has at most, padding among them: its longest length times its examples. An example that is longer is a batch of its own.</param>
    public static IReadOnlyList<int[]> Of(IReadOnlyList<int> lengths, int batchSize, ulong seed, int epoch = 0, int maximumTokens = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(lengths);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumTokens, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        RandomSource random = new RandomSource(seed) { Position = (ulong)epoch }.Split();
        int[] order = [.. Enumerable.Range(0, lengths.Count)];
        random.Shuffle<int>(order);
        List<int[]> batches = [];
        List<int> batch = [];
        foreach (int example in order.OrderBy(example => lengths[example]))
        {
            // In rising order the newest example is the longest.
            if (batch.Count == batchSize || (batch.Count > 0 && (batch.Count + 1L) * lengths[example] > maximumTokens))
            {
                batches.Add([.. batch]);
                batch.Clear();
            }

            batch.Add(example);
        }

        if (batch.Count > 0)
        {
            batches.Add([.. batch]);
        }

        int[][] shuffled = [.. batches];
        random.Shuffle<int[]>(shuffled);
        return shuffled;
    }
}
