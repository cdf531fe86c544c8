namespace Attention.Kernels;

public sealed partial class KeyValueCache
{
    /// <summary>A cache of the same texts, or of some of them in another order, or several times: each goes on for itself, as the texts of a beam search do.</summary>
    /// <remarks>
    /// A paged cache shares its pages with its forks; whoever writes into a shared page first takes a copy of it from the pool, so nothing but the last page of a text is ever copied
    /// (Kwon et al. 2023, § 4.4). Where a window makes a cache write over its pages, those are copied when their turn comes. A page is free again when no cache holds it.
    /// A contiguous cache is copied as far as it is filled.
    /// </remarks>
    /// <param name="sequences">[S]; for each sequence of the fork which of this cache's it goes on from.</param>
    /// <returns>A cache of S sequences. Both are to be disposed of, and in any order.</returns>
    /// <exception cref="ArgumentException">There is no such sequence.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed of.</exception>
    public KeyValueCache Fork(ReadOnlySpan<int> sequences)
    {
        CheckAlive();
        foreach (int sequence in sequences)
        {
            CheckSequence(sequence);
        }

        CacheShape shape = Shape with { Sequences = sequences.Length };
        KeyValueCache fork = new(shape, _isPaged ? _pool : OwnPool(shape, _capacity), _capacity, _window, _isPaged);
        for (int i = 0; i < sequences.Length; i++)
        {
            int sequence = sequences[i];
            (fork._lengths[i], fork._oldest[i]) = (_lengths[sequence], _oldest[sequence]);
            foreach (int page in PagesOf(sequence))
            {
                fork._pages[i].Add(_isPaged ? _pool.Share(page) : fork._pool.TakeCopy(_pool, page, Math.Min(_lengths[sequence], _capacity)));
            }
        }

        return fork;
    }

    private static PagePool OwnPool(CacheShape shape, int capacity) =>
        new(shape.KeyHeads, shape.Width, shape.ValueWidth, capacity, Math.Max(1, shape.Sequences), shape.ValuesEndKeys);

    /// <summary>How many shared pages new tokens would write into; where they go round, all that are shared.</summary>
    private int SharedPages(int sequence, int tokens)
    {
        int first = tokens == 0 ? int.MaxValue : _window is null ? _lengths[sequence] / _pool.PageTokens : 0, shared = 0;
        ReadOnlySpan<int> pages = PagesOf(sequence);
        for (int i = first; i < pages.Length; i++)
        {
            shared += _pool.IsShared(pages[i]) ? 1 : 0;
        }

        return shared;
    }

    /// <summary>Makes sure that the page of a token is no other's, before it is written into.</summary>
    private void OwnPage(int sequence, int position)
    {
        int index = Slot(position, out _) / _pool.PageTokens, page = _pages[sequence][index];
        if (_pool.IsShared(page))
        {
            _pages[sequence][index] = _pool.TakeCopy(_pool, page, _pool.PageTokens);
            _pool.Return(page);
        }
    }
}
