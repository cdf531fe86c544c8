namespace Attention.Models;

/// <summary>How often each pair of neighbours occurs in a list of counted words, kept up to date while pairs merge.</summary>
internal sealed class PairCounts
{
    private readonly List<(int[] Pieces, long Count)> _words;
    private readonly Dictionary<(int Left, int Right), long> _counts = [];
    private readonly Dictionary<(int Left, int Right), List<int>> _places = [];
    private readonly PriorityQueue<((int Left, int Right) Pair, long Count), (long Count, int Left, int Right)> _queue = new();
    private readonly HashSet<(int Left, int Right)> _changed = [];

    /// <param name="words">Distinct words in pieces, and how often each occurs.</param>
    internal PairCounts(IEnumerable<(int[] Pieces, long Count)> words)
    {
        _words = [.. words];
        for (int word = 0; word < _words.Count; word++)
        {
            Add(word, _words[word].Count);
        }

        EnqueueChanged();
    }

    /// <summary>The most frequent pair; of equally frequent ones that with the smaller left piece, then with the smaller right piece. It is not given again unless its count changes.</summary>
    internal bool TryTakeMostFrequent(long minimumCount, out (int Left, int Right) pair)
    {
        while (_queue.TryDequeue(out var candidate, out _))
        {
            // Whenever a count changed, the pair joined the queue anew: what stands there with another count is out of date.
            if (candidate.Count >= minimumCount && _counts.GetValueOrDefault(candidate.Pair) == candidate.Count)
            {
                pair = candidate.Pair;
                return true;
            }
        }

        pair = default;
        return false;
    }

    /// <summary>Puts one piece for every occurrence of the pair, from left to right.</summary>
    internal void Merge((int Left, int Right) pair, int merged)
    {
        if (!_places.Remove(pair, out List<int>? places))
        {
            return;
        }

        foreach (int word in places)
        {
            (int[] pieces, long count) = _words[word];
            int[] shorter = Merged(pieces, pair, merged);
            if (shorter.Length < pieces.Length)
            {
                Add(word, -count);
                _words[word] = (shorter, count);
                Add(word, count);
            }
        }

        EnqueueChanged();
    }

    /// <summary>The pieces with every occurrence of the pair, from left to right, put as one.</summary>
    private static int[] Merged(int[] pieces, (int Left, int Right) pair, int merged)
    {
        int[] shorter = new int[pieces.Length];
        int count = 0;
        for (int i = 0; i < pieces.Length; i++)
        {
            bool joins = i + 1 < pieces.Length && pieces[i] == pair.Left && pieces[i + 1] == pair.Right;
            shorter[count++] = joins ? merged : pieces[i];
            i += joins ? 1 : 0;
        }

        return shorter[..count];
    }

    private void Add(int word, long count)
    {
        int[] pieces = _words[word].Pieces;
        for (int i = 0; i + 1 < pieces.Length; i++)
        {
            (int Left, int Right) pair = (pieces[i], pieces[i + 1]);
            _counts[pair] = _counts.GetValueOrDefault(pair) + count;
            _changed.Add(pair);
            if (count > 0)
            {
                if (!_places.TryGetValue(pair, out List<int>? places))
                {
                    _places[pair] = places = [];
                }

                // The same word again says nothing new, nor does a word that had the pair before: the merge finds each by looking.
                if (places.Count == 0 || places[^1] != word)
                {
                    places.Add(word);
                }
            }
        }
    }

    private void EnqueueChanged()
    {
        foreach ((int Left, int Right) pair in _changed)
        {
            long count = _counts[pair];
            if (count > 0)
            {
                _queue.Enqueue((pair, count), (-count, pair.Left, pair.Right));
            }
            else
            {
                _counts.Remove(pair);
                _places.Remove(pair);
            }
        }

        _changed.Clear();
    }
}
