namespace Attention.Kernels;

/// <summary>What the mask does to a block of queries and one half of a key panel. Mostly nothing, and that is found out before any score is computed.</summary>
internal readonly ref struct BackwardMask
{
    private readonly Mask.Head _mask;
    private readonly int _firstQuery;
    private readonly int _firstKey;

    /// <param name="mask">The mask of the head.</param>
    /// <param name="firstQuery">The block's first query.</param>
    /// <param name="queries">How many queries the block has.</param>
    /// <param name="firstKey">The half's first key.</param>
    /// <param name="keys">How many keys the half has.</param>
    internal BackwardMask(Mask.Head mask, int firstQuery, int queries, int firstKey, int keys)
    {
        _mask = mask;
        (_firstQuery, _firstKey, Keys) = (firstQuery, firstKey, keys);
        if (keys <= 0)
        {
            return;
        }

        // Queries too early to see the first key see none, and so do those that have left all keys behind; but rows are left out in whole tiles of eight.
        int lastKey = firstKey + keys - 1;
        First = Math.Clamp(mask.FirstQuery(firstKey) - firstQuery, 0, queries) & ~7;
        int end = Math.Clamp((Math.Max(mask.EndQuery(firstKey), mask.EndQuery(lastKey)) - firstQuery + 7) & ~7, First, queries);
        if (First == end || Look(First, end).Keys == 0)
        {
            return;
        }

        Count = end - First;
        int cut = Math.Clamp((mask.FirstQuery(lastKey) - firstQuery + 7) & ~7, First, end);
        Changed = mask.AddsToScores || (cut < end && Hides(cut, end)) ? Count : cut - First;
        SeesAll = Count == queries && !mask.AddsToScores && (Changed == 0 || !Hides(0, queries));
        Changed = SeesAll ? 0 : Changed;
    }

    /// <summary>How many keys there are.</summary>
    internal int Keys { get; }

    /// <summary>The first row of the block that may see something.</summary>
    internal int First { get; }

    /// <summary>How many rows from there on; none when the block sees nothing of the half.</summary>
    internal int Count { get; }

    /// <summary>How many of these rows, the first ones, have a score that is hidden or that something is added to.</summary>
    internal int Changed { get; }

    /// <summary>Every query of the block sees every key, and nothing is added to any score.</summary>
    internal bool SeesAll { get; }

    /// <summary>Writes what is to be added to the scores that change, and −∞ where a key is hidden.</summary>
    /// <param name="bias">[Changed, columns], from the first row on that may see something.</param>
    /// <param name="columns">Floats to write per row: the keys, and −∞ beyond them.</param>
    /// <param name="stride">From one row to the next.</param>
    internal unsafe void Write(float* bias, int columns, nint stride)
    {
        for (int i = First; i < First + Changed; i++, bias += stride)
        {
            var row = new Span<float>(bias, columns);
            _mask.Write(_firstQuery + i, _firstKey, row[..Keys]);
            row[Keys..].Fill(float.NegativeInfinity);
        }
    }

    private Mask.Sight Look(int first, int end) => _mask.Look(_firstQuery + first, _firstQuery + end, _firstKey, _firstKey + Keys);

    private bool Hides(int first, int end)
    {
        Mask.Sight sight = Look(first, end);
        return sight.HidesSome || sight.Keys < Keys;
    }
}
