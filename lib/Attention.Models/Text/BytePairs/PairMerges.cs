namespace Attention.Models;

/// <summary>Which pairs of pieces become one, and which pairs go first.</summary>
internal sealed class PairMerges
{
    private readonly Dictionary<(int Left, int Right), (int Rank, int Merged)> _ranks;

    /// <param name="merges">Pairs and what they become, the first to merge first.</param>
    internal PairMerges(IReadOnlyList<(int Left, int Right, int Merged)> merges)
    {
        _ranks = new(merges.Count);
        for (int rank = 0; rank < merges.Count; rank++)
        {
            _ranks.Add((merges[rank].Left, merges[rank].Right), (rank, merges[rank].Merged));
        }
    }

    /// <summary>Merges neighbours until no pair is left that could: every occurrence of the first pair from left to right, then of the first that there is now, and so on.</summary>
    /// <remarks>
    /// What <c>bpe</c> of GPT-2's <c>encoder.py</c> computes, in n log n steps rather than n²: the pairs wait in a queue ordered by rank and place. Pairs that come about while one rank is
    /// at work wait until it is done, which matters only for lists in which a pair stands before the merge that makes one of its halves.
    /// </remarks>
    /// <param name="pieces">Overwritten by the merged pieces.</param>
    /// <returns>How many there are now.</returns>
    internal int Apply(Span<int> pieces)
    {
        int count = pieces.Length;
        int[] next = new int[count], previous = new int[count];
        PriorityQueue<(int At, int Left, int Right), (int Rank, int At)> queue = new();
        for (int i = 0; i < count; i++)
        {
            (next[i], previous[i]) = (i + 1, i - 1);
            if (i + 1 < count)
            {
                Enqueue(queue, i, pieces[i], pieces[i + 1]);
            }
        }

        List<int> changed = [];
        int rank = -1;
        while (true)
        {
            bool waiting = queue.TryPeek(out var pair, out var priority);
            if (changed.Count > 0 && !(waiting && priority.Rank == rank))
            {
                EnqueueAround(queue, changed, pieces, next, previous);
                changed.Clear();
                continue;
            }

            if (!waiting)
            {
                break;
            }

            queue.Dequeue();
            int right = next[pair.At];
            if (pieces[pair.At] == pair.Left && right < pieces.Length && pieces[right] == pair.Right)
            {
                rank = priority.Rank;
                pieces[pair.At] = _ranks[(pair.Left, pair.Right)].Merged;
                pieces[right] = -1;
                next[pair.At] = next[right];
                if (next[right] < pieces.Length)
                {
                    previous[next[right]] = pair.At;
                }

                changed.Add(pair.At);
            }
        }

        count = 0;
        for (int i = 0; i < pieces.Length; i = next[i])
        {
            pieces[count++] = pieces[i];
        }

        return count;
    }

    private void EnqueueAround(PriorityQueue<(int At, int Left, int Right), (int Rank, int At)> queue, List<int> changed, ReadOnlySpan<int> pieces, int[] next, int[] previous)
    {
        foreach (int at in changed)
        {
            if (previous[at] >= 0)
            {
                Enqueue(queue, previous[at], pieces[previous[at]], pieces[at]);
            }

            if (next[at] < pieces.Length)
            {
                Enqueue(queue, at, pieces[at], pieces[next[at]]);
            }
        }
    }

    private void Enqueue(PriorityQueue<(int At, int Left, int Right), (int Rank, int At)> queue, int at, int left, int right)
    {
        if (_ranks.TryGetValue((left, right), out var merge))
        {
            queue.Enqueue((at, left, right), (merge.Rank, at));
        }
    }
}
