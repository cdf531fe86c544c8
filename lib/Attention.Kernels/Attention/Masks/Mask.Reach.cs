using static System.FormattableString;

namespace Attention.Kernels;

public readonly partial struct Mask
{
    internal readonly ref partial struct Head
    {
        /// <summary>Scores are changed, or keys are hidden for another reason than their place: ranges alone do not say what a query sees.</summary>
        internal bool IsMoreThanRanges => AddsToScores || !_visible.IsEmpty || !_blocks.IsEmpty;

        /// <summary>Which keys some neighbouring queries see, by their place alone.</summary>
        internal Reach ReachOf(int firstQuery, int lastQuery)
        {
            int sinkEnd = SinkEnd(lastQuery), start = Math.Max(WindowStart(firstQuery), sinkEnd);
            int allSinkEnd = SinkEnd(firstQuery), allStart = Math.Max(WindowStart(lastQuery), allSinkEnd);
            return new(_first, sinkEnd, start, Math.Max(RangeEnd(lastQuery), start), allSinkEnd, allStart, Math.Max(RangeEnd(firstQuery), allStart));
        }
    }

    /// <summary>Two ranges of keys that follow each other: the sinks, and what is near. Some query sees each of these keys, unless the ranges of different queries leave a gap.</summary>
    /// <param name="First">The first sink.</param>
    /// <param name="SinkEnd">The key after the last sink.</param>
    /// <param name="Start">The first key after the sinks that some query sees.</param>
    /// <param name="End">The key after the last.</param>
    /// <param name="AllSinkEnd">The key after the last sink that all queries see; all see all before it.</param>
    /// <param name="AllStart">The first key after those that all queries see.</param>
    /// <param name="AllEnd">The key after the last that all queries see.</param>
    internal readonly record struct Reach(int First, int SinkEnd, int Start, int End, int AllSinkEnd, int AllStart, int AllEnd)
    {
        /// <summary>How many keys, this one included, follow each other that all queries see.</summary>
        internal int SeenByAll(int key) => key >= AllStart ? Math.Max(0, AllEnd - key) : key >= First ? Math.Max(0, AllSinkEnd - key) : 0;

        /// <summary>Whether the key is in one of the ranges.</summary>
        internal bool Contains(int key) => (key >= First && key < SinkEnd) || (key >= Start && key < End);
    }

    /// <summary>Refuses what new tokens of sequences of different lengths cannot have.</summary>
    /// <param name="shape">How many sequences attend, and their heads.</param>
    /// <param name="cache">What they attend to.</param>
    /// <param name="sequences">Which sequences of the cache they are; empty: all.</param>
    internal void CheckCached(AttentionShape shape, KeyValueCache cache, ReadOnlySpan<int> sequences)
    {
        string? refused = Ends.IsGiven ? "key lengths: it knows the length of each sequence"
            : Pattern.IsGiven ? "visible pattern: that is as wide as one sequence, and these differ in length"
            : Grid.Layout.IsGiven ? "block layout: that is as wide as one sequence, and these differ in length"
            : Added.IsGiven ? "bias: that is as wide as one sequence, and these differ in length; slopes and relative biases go by the distance"
            : null;
        if (refused is not null)
        {
            throw new ArgumentException($"mask: attention to a cache takes no {refused}");
        }

        if (Slopes.IsGiven)
        {
            CheckSlopes(shape);
        }

        if (Relative.Table.IsGiven)
        {
            Guard.Length("table", Relative.Table.Length, shape.Heads, Relative.Buckets.Count);
        }

        if (Near.IsGiven && cache.Window is { } kept)
        {
            throw new ArgumentException($"mask: the cache has a window of {kept.Window} tokens already, and takes no other");
        }

        CheckCachedStarts(shape.Batch, cache, sequences);
    }

    /// <summary>The mask of new tokens that attend to a cache: they see themselves and what came before, as far back as the cache goes.</summary>
    internal Mask ForCache(CacheWindow? kept) => kept is { } window ? this & Causal & Window(window.Window - 1, 0, window.Sinks) : this & Causal;

    private void CheckCachedStarts(int count, KeyValueCache cache, ReadOnlySpan<int> sequences)
    {
        if (!Starts.IsGiven)
        {
            return;
        }

        if (cache.Window is { Sinks: > 0 } window)
        {
            throw new ArgumentException($"mask: attention to a cache that keeps {window.Sinks} sinks takes no key starts: what it keeps would be padding; append the text alone");
        }

        if (Starts.Length != count)
        {
            throw new ArgumentException($"key starts: expected S = {count} of them, got {Starts.Length}");
        }

        ReadOnlySpan<int> starts = Starts.Span;
        for (int s = 0; s < starts.Length; s++)
        {
            int length = cache.Length(sequences.IsEmpty ? s : sequences[s]);
            if (starts[s] < 0 || starts[s] > length)
            {
                throw new ArgumentException(Invariant($"key starts: expected 0 to the {length} tokens of the sequence, got {starts[s]} for sequence {s}"));
            }
        }
    }
}
