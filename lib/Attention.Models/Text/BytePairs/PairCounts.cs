namespace Attention.Models;

/// <summary>How often each pair of neighbours occurs in counted words, kept up to date while pairs merge.</summary>
/// <remarks>
/// All words stand one after another as linked lists of pieces, and every pair knows its places. A merge looks at the places of its pair alone, each of which adds two places at most, so that all
/// merges together look at no more than three places for each letter, however long a word is.
/// </remarks>
internal sealed class PairCounts
{
    private const int None = -1;

    private readonly List<int> _pieces = [], _next = [], _previous = [], _words = [];
    private readonly List<long> _wordCounts = [];
    private readonly Dictionary<(int Left, int Right), long> _counts = [];
    private readonly Dictionary<(int Left, int Right), List<int>> _places = [];
    private readonly PriorityQueue<((int Left, int Right) Pair, long Count), (long Count, int Left, int Right)> _queue = new();
    private readonly HashSet<(int Left, int Right)> _changed = [];

    /// <param name="words">Distinct words in pieces, and how often each occurs.</param>
    internal PairCounts(IEnumerable<(int[] Pieces, long Count)> words)
    {
        foreach ((int[] pieces, long count) in words)
        {
            int first = _pieces.Count;
            for (int i = 0; i < pieces.Length; i++)
            {
                _pieces.Add(pieces[i]);
                _previous.Add(i == 0 ? None : first + i - 1);
                _next.Add(i + 1 == pieces.Length ? None : first + i + 1);
                _words.Add(_wordCounts.Count);
            }

            _wordCounts.Add(count);
            for (int at = first; at + 1 < _pieces.Count; at++)
            {
                Add(at, count);
            }
        }

        EnqueueChanged();
    }

    /// <summary>How many places the merges have looked at so far: what they cost.</summary>
    internal long PlacesSeen { get; private set; }

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

        places.Sort();
        foreach (int at in places)
        {
            PlacesSeen++;
            int right = _next[at];
            if (_pieces[at] == pair.Left && right != None && _pieces[right] == pair.Right)
            {
                Join(at, right, merged);
            }
        }

        EnqueueChanged();
    }

    /// <summary>Puts one piece for two neighbours: the pairs around them and between them end, and new ones come about.</summary>
    private void Join(int at, int right, int merged)
    {
        long count = _wordCounts[_words[at]];
        int before = _previous[at], after = _next[right];
        Count(at, -count);
        Count(right, -count);
        Count(before, -count);
        (_pieces[at], _pieces[right], _next[at]) = (merged, None, after);
        if (after != None)
        {
            _previous[after] = at;
        }

        Add(before, count);
        Add(at, count);
    }

    private void Add(int at, long count)
    {
        if (Count(at, count) is { } pair)
        {
            if (!_places.TryGetValue(pair, out List<int>? places))
            {
                _places[pair] = places = [];
            }

            places.Add(at);
        }
    }

    /// <summary>Changes the count of the pair that begins here, if one does.</summary>
    private (int Left, int Right)? Count(int at, long change)
    {
        if (at == None || _next[at] == None)
        {
            return null;
        }

        (int Left, int Right) pair = (_pieces[at], _pieces[_next[at]]);
        _counts[pair] = _counts.GetValueOrDefault(pair) + change;
        _changed.Add(pair);
        return pair;
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
