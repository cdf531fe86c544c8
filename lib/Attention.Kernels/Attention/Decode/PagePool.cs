using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Attention.Kernels;

/// <summary>Pages of keys and values, handed out to sequences as they grow: no sequence needs one long piece of memory, and what one gives back another takes (Kwon et al. 2023, § 4).</summary>
/// <remarks>
/// A page holds the same few tokens of all heads: keys [G, PageTokens, D], then values [G, PageTokens, Dv], unless these end the keys. Memory is allocated some pages at a time, as they are first needed,
/// and never moves. A pool may serve several caches of the same sizes; it and they are for one thread at a time, while any number of threads may attend to them.
/// </remarks>
public sealed unsafe class PagePool
{
    /// <summary>Floats that are allocated at once, where pages are small: 4 MB.</summary>
    private const int SlabCount = 1 << 20;

    private const int Alignment = 16; // floats in a cache line

    private readonly List<float[]> _slabs = []; // keeps the memory alive
    private readonly List<nint> _starts = [];
    private readonly List<int> _owners = [];
    private readonly Stack<int> _returned = new();
    private readonly int _keyCount;
    private readonly int _pageCount;

    /// <summary>An empty pool.</summary>
    /// <param name="keyHeads">G: key and value heads.</param>
    /// <param name="width">D: floats in a key.</param>
    /// <param name="valueWidth">Dv: floats in a value.</param>
    /// <param name="pageTokens">Tokens in a page.</param>
    /// <param name="maxPages">How many pages there may ever be.</param>
    /// <param name="valuesEndKeys">Whether a value is the end of its key, see <see cref="CacheShape.ValuesEndKeys"/>.</param>
    /// <exception cref="ArgumentException">A size is below one, or one page would be more than a buffer can hold.</exception>
    public PagePool(int keyHeads, int width, int valueWidth, int pageTokens, int maxPages, bool valuesEndKeys = false)
    {
        CacheShape shape = new(0, keyHeads, width, valueWidth) { ValuesEndKeys = valuesEndKeys };
        shape.Check();
        Guard.Positive(nameof(pageTokens), pageTokens);
        Guard.Positive(nameof(maxPages), maxPages);
        long keyCount = RoundUp(Guard.Count("page", keyHeads, pageTokens, width)), valueCount = RoundUp(Guard.Count("page", keyHeads, pageTokens, shape.OwnValueWidth));
        if (keyCount + valueCount + Alignment > Array.MaxLength)
        {
            throw new ArgumentException($"page: {keyHeads}×{pageTokens}×({width}+{shape.OwnValueWidth}) elements, more than the {Array.MaxLength} that one buffer can hold");
        }

        (KeyHeads, Width, ValueWidth, PageTokens, MaxPages, ValuesEndKeys) = (keyHeads, width, valueWidth, pageTokens, maxPages, valuesEndKeys);
        (_keyCount, _pageCount) = ((int)keyCount, (int)(keyCount + valueCount));
    }

    /// <summary>Tokens in a page.</summary>
    public int PageTokens { get; }

    /// <summary>How many pages there may ever be.</summary>
    public int MaxPages { get; }

    /// <summary>Pages that some sequence holds; one that several share counts once.</summary>
    public int UsedPages => _starts.Count - _returned.Count - _unused;

    internal int KeyHeads { get; }

    internal int Width { get; }

    internal int ValueWidth { get; }

    internal bool ValuesEndKeys { get; }

    /// <summary>From a value to the next of a page.</summary>
    internal int ValueStride => ValuesEndKeys ? Width : ValueWidth;

    internal int FreePages => MaxPages - UsedPages;

    private int _unused; // pages at the end of the newest slab that nobody has had yet

    /// <summary>A page of any content. Only while there are free ones.</summary>
    internal int Take()
    {
        if (!_returned.TryPop(out int page))
        {
            if (_unused == 0)
            {
                Grow();
            }

            page = _starts.Count - _unused--;
        }

        _owners[page] = 1;
        return page;
    }

    /// <summary>One holder more.</summary>
    internal int Share(int page)
    {
        _owners[page]++;
        return page;
    }

    internal bool IsShared(int page) => _owners[page] > 1;

    /// <summary>A page with what the first tokens of another have, of this pool or one of the same sizes.</summary>
    internal int TakeCopy(PagePool source, int page, int tokens)
    {
        int copy = Take();
        for (int head = 0; head < KeyHeads; head++)
        {
            new ReadOnlySpan<float>(source.Key(page, head), tokens * Width).CopyTo(new(Key(copy, head), tokens * Width));
            if (!ValuesEndKeys)
            {
                new ReadOnlySpan<float>(source.Value(page, head), tokens * ValueWidth).CopyTo(new(Value(copy, head), tokens * ValueWidth));
            }
        }

        return copy;
    }

    /// <summary>One holder less; without any, the page is free.</summary>
    internal void Return(int page)
    {
        if (--_owners[page] == 0)
        {
            _returned.Push(page);
        }
    }

    /// <summary>[PageTokens, D] of one head.</summary>
    internal float* Key(int page, int head) => (float*)CollectionsMarshal.AsSpan(_starts)[page] + ((long)head * PageTokens * Width);

    /// <summary>[PageTokens, Dv] of one head, with a stride of its own.</summary>
    internal float* Value(int page, int head) => ValuesEndKeys
        ? Key(page, head) + (Width - ValueWidth)
        : (float*)CollectionsMarshal.AsSpan(_starts)[page] + _keyCount + ((long)head * PageTokens * ValueWidth);

    private void Grow()
    {
        int pages = Math.Clamp(SlabCount / _pageCount, 1, MaxPages - _starts.Count);
        float[] slab = GC.AllocateUninitializedArray<float>((pages * _pageCount) + Alignment, pinned: true);
        nint start = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(slab));
        const nint LineBytes = Alignment * sizeof(float);
        start = (start + LineBytes - 1) / LineBytes * LineBytes;
        _slabs.Add(slab);
        for (int i = 0; i < pages; i++)
        {
            _starts.Add(start + ((nint)i * _pageCount * sizeof(float)));
            _owners.Add(0);
        }

        _unused = pages;
    }

    private static long RoundUp(int count) => ((long)count + Alignment - 1) / Alignment * Alignment;
}
