using System.Runtime.InteropServices;

namespace Attention.Kernels;

public sealed unsafe partial class KeyValueCache
{
    /// <summary>The page table of one sequence.</summary>
    private ReadOnlySpan<int> PagesOf(int sequence) => CollectionsMarshal.AsSpan(_pages[sequence]);

    /// <summary>Where a token's key lies, and how many tokens, it included, follow each other from there.</summary>
    internal float* KeyRun(int sequence, int head, int position, out int run)
    {
        (int page, int place) = Math.DivRem(Slot(position, out int beforeTurn), _pool.PageTokens);
        run = Math.Min(_pool.PageTokens - place, beforeTurn);
        return _pool.Key(PagesOf(sequence)[page], head) + ((long)place * Shape.Width);
    }

    /// <summary>Where a token's value lies, and how many tokens, it included, follow each other from there.</summary>
    internal float* ValueRun(int sequence, int head, int position, out int run)
    {
        (int page, int place) = Math.DivRem(Slot(position, out int beforeTurn), _pool.PageTokens);
        run = Math.Min(_pool.PageTokens - place, beforeTurn);
        return _pool.Value(PagesOf(sequence)[page], head) + ((long)place * _pool.ValueStride);
    }

    /// <summary>From a value to the next of a run.</summary>
    internal int ValueStride => _pool.ValueStride;

    /// <summary>The first token after the sinks that a token at this position sees.</summary>
    internal int FirstSeen(int position) => _window is { } window && position >= window.Sinks ? Math.Max(window.Sinks, position - window.Window + 1) : 0;

    /// <summary>Refuses a token that would see what has been forgotten.</summary>
    internal void CheckReach(int sequence, int position)
    {
        if (FirstSeen(position) < _oldest[sequence])
        {
            throw new ArgumentException(
                $"sequence {sequence}: the token at position {position} sees back to {FirstSeen(position)}, and the oldest that is kept is {_oldest[sequence]}; the window has room for {_window!.Value.NewTokens} new tokens at a time");
        }
    }

    /// <summary>Refuses new tokens that are not there, or that would see what has been forgotten.</summary>
    internal void CheckQueries(int sequence, int queries)
    {
        (int length, int first) = (_lengths[sequence], _lengths[sequence] - queries);
        if (first < 0)
        {
            throw new ArgumentException($"sequence {sequence}: {queries} new tokens attend, and the cache holds {length}; append their keys and values first");
        }

        first = Math.Max(first, _window?.Sinks ?? 0);
        if (first < length)
        {
            CheckReach(sequence, first);
        }
    }

    /// <summary>Which place among the sequence's own a token has: the sinks have theirs for ever, and the others go round.</summary>
    private int Slot(int position, out int beforeTurn)
    {
        if (_window is not { } window || position < window.Sinks)
        {
            beforeTurn = (_window?.Sinks ?? int.MaxValue) - position;
            return position;
        }

        int place = (position - window.Sinks) % window.Recent;
        beforeTurn = window.Recent - place;
        return window.Sinks + place;
    }
}
