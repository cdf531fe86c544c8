namespace Attention.Kernels;

/// <summary>What the mask does to a block of queries and one half of a key panel. Mostly nothing, and that is found out before any score is computed.</summary>
internal readonly ref struct BackwardMask
{
    private readonly Mask.Head _mask;
    private readonly int _firstQuery;
    private readonly int _firstKey;
    private readonly int _keys;

    /// <param name="mask">The mask of the head.</param>
    /// <param name="firstQuery">The block's first query.</param>
    /// <param name="queries">How many queries the block has.</param>
    /// <param name="firstKey">The half's first key.</param>
    /// <param name="keys">How many keys the half has.</param>
    internal BackwardMask(Mask.Head mask, int firstQuery, int queries, int firstKey, int keys)
    {
        _mask = mask;
        (_firstQuery, _firstKey, _keys) = (firstQuery, firstKey, keys);

        // Queries too early to see the first key see none; from a whole tile of eight rows on, so that the products stay whole.
        First = Math.Clamp(mask.FirstQuery(firstKey) - firstQuery, 0, queries) & ~7;
        Mask.Sight sight = keys > 0 && First < queries ? mask.Look(firstQuery + First, firstQuery + queries, firstKey, firstKey + keys) : default;
        Count = sight.Keys > 0 ? queries - First : 0;
        ChangesScores = mask.AddsToScores || sight.HidesSome || sight.Keys < keys;
    }

    /// <summary>The first row of the block that may see something.</summary>
    internal int First { get; }

    /// <summary>How many rows from there on; none when the block sees nothing of the half.</summary>
    internal int Count { get; }

    /// <summary>Every query of the block sees every key, and nothing is added to any score.</summary>
    internal bool SeesAll => First == 0 && Count > 0 && !ChangesScores;

    /// <summary>Some score is hidden, or something is added to it.</summary>
    internal bool ChangesScores { get; }

    /// <summary>Writes what is to be added to the scores, and −∞ where a key is hidden.</summary>
    /// <param name="bias">[Count, columns], from the first row on that may see something.</param>
    /// <param name="columns">Floats to write per row: the keys, and −∞ beyond them.</param>
    /// <param name="stride">From one row to the next.</param>
    internal unsafe void Write(float* bias, int columns, nint stride)
    {
        for (int i = First; i < First + Count; i++, bias += stride)
        {
            var row = new Span<float>(bias, columns);
            _mask.Write(_firstQuery + i, _firstKey, row[.._keys]);
            row[_keys..].Fill(float.NegativeInfinity);
        }
    }
}
