using System.Runtime.InteropServices;
using static System.FormattableString;

namespace Attention.Kernels;

/// <summary>The keys and values of sequences that are being continued, so that a new token computes only its own.</summary>
/// <remarks>
/// Contiguous: each sequence has one piece of memory, with room for so many tokens. Paged: each has a table of pages from a shared pool, and grows by a page at a time without moving
/// what it has (Kwon et al. 2023); <see cref="Fork"/> shares pages. With a window either keeps the newest tokens only: a new token takes the place of the oldest, and nothing is moved.
/// A cache is for one thread at a time, except that any number of threads may attend to it. What a paged cache holds goes back to its pool by <see cref="Reset(int)"/> or
/// <see cref="Dispose"/>: a paged cache that is dropped without either keeps its pages from the pool's other caches. A contiguous cache's memory is its own, and goes with it.
/// </remarks>
public sealed partial class KeyValueCache : IDisposable
{
    private readonly PagePool _pool;
    private readonly CacheWindow? _window;
    private readonly int _capacity;
    private readonly bool _isPaged;
    private readonly List<int>[] _pages;
    private readonly int[] _lengths;
    private readonly int[] _oldest;
    private bool _isDisposed;

    private KeyValueCache(CacheShape shape, PagePool pool, int capacity, CacheWindow? window, bool isPaged)
    {
        (Shape, _pool, _capacity, _window, _isPaged) = (shape, pool, capacity, window, isPaged);
        _pages = new List<int>[shape.Sequences];
        for (int sequence = 0; sequence < shape.Sequences; sequence++)
        {
            _pages[sequence] = [];
        }

        _lengths = new int[shape.Sequences];
        _oldest = new int[shape.Sequences];
    }

    /// <summary>The sizes.</summary>
    public CacheShape Shape { get; }

    /// <summary>What is kept, or null when nothing is ever forgotten.</summary>
    public CacheWindow? Window => _window;

    /// <summary>A cache with room for so many tokens per sequence, in one piece of memory each.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="capacity">Tokens that each sequence may have.</param>
    /// <exception cref="ArgumentException">A size is out of range, or one sequence would be more than a buffer can hold.</exception>
    public static KeyValueCache Contiguous(CacheShape shape, int capacity)
    {
        shape.Check();
        Guard.Positive(nameof(capacity), capacity);
        return new(shape, OwnPool(shape, capacity), capacity, null, isPaged: false);
    }

    /// <summary>A cache that forgets, in one piece of memory per sequence.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="window">What is kept; sequences may become as long as they like.</param>
    /// <exception cref="ArgumentException">A size is out of range, or one sequence would be more than a buffer can hold.</exception>
    public static KeyValueCache Contiguous(CacheShape shape, CacheWindow window)
    {
        shape.Check();
        window.Check();
        return new(shape, OwnPool(shape, window.Capacity), window.Capacity, window, isPaged: false);
    }

    /// <summary>A cache whose sequences grow by pages.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="pool">Where the pages come from; may serve other caches too.</param>
    /// <exception cref="ArgumentException">A size is out of range, or differs from the pool's.</exception>
    public static KeyValueCache Paged(CacheShape shape, PagePool pool) => Paged(shape, pool, int.MaxValue, null);

    /// <summary>A cache that forgets, of pages that are written over again and again.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="pool">Where the pages come from; may serve other caches too.</param>
    /// <param name="window">What is kept; sequences may become as long as they like.</param>
    /// <exception cref="ArgumentException">A size is out of range, or differs from the pool's.</exception>
    public static KeyValueCache Paged(CacheShape shape, PagePool pool, CacheWindow window)
    {
        window.Check();
        return Paged(shape, pool, window.Capacity, window);
    }

    /// <summary>Tokens of a sequence so far, forgotten ones included: the position of the next.</summary>
    /// <param name="sequence">From 0 to B − 1.</param>
    /// <exception cref="ArgumentException">There is no such sequence.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed of.</exception>
    public int Length(int sequence)
    {
        CheckSequence(sequence);
        return _lengths[sequence];
    }

    /// <summary>Whether a token is still there.</summary>
    /// <param name="sequence">From 0 to B − 1.</param>
    /// <param name="position">From 0 on; what lies outside the sequence is not there.</param>
    /// <exception cref="ArgumentException">There is no such sequence.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed of.</exception>
    public bool Holds(int sequence, int position)
    {
        CheckSequence(sequence);
        return position >= 0 && position < _lengths[sequence] && (position >= _oldest[sequence] || position < (_window?.Sinks ?? 0));
    }

    /// <summary>The key of a token, [D].</summary>
    /// <param name="sequence">From 0 to B − 1.</param>
    /// <param name="head">From 0 to G − 1.</param>
    /// <param name="position">From 0 on.</param>
    /// <exception cref="ArgumentException">The token is not in the cache.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed of.</exception>
    public unsafe ReadOnlySpan<float> Key(int sequence, int head, int position)
    {
        CheckToken(sequence, head, position);
        return new(KeyRun(sequence, head, position, out _), Shape.Width);
    }

    /// <summary>The value of a token, [Dv].</summary>
    /// <param name="sequence">From 0 to B − 1.</param>
    /// <param name="head">From 0 to G − 1.</param>
    /// <param name="position">From 0 on.</param>
    /// <exception cref="ArgumentException">The token is not in the cache.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed of.</exception>
    public unsafe ReadOnlySpan<float> Value(int sequence, int head, int position)
    {
        CheckToken(sequence, head, position);
        return new(ValueRun(sequence, head, position, out _), Shape.ValueWidth);
    }

    /// <summary>Forgets a sequence, and gives its pages back.</summary>
    /// <param name="sequence">From 0 to B − 1.</param>
    /// <exception cref="ArgumentException">There is no such sequence.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed of.</exception>
    public void Reset(int sequence)
    {
        CheckSequence(sequence);
        foreach (int page in CollectionsMarshal.AsSpan(_pages[sequence]))
        {
            _pool.Return(page);
        }

        _pages[sequence].Clear();
        (_lengths[sequence], _oldest[sequence]) = (0, 0);
    }

    /// <summary>Forgets every sequence, and gives all pages back.</summary>
    /// <exception cref="ObjectDisposedException">The cache was disposed of.</exception>
    public void Reset()
    {
        CheckAlive();
        for (int sequence = 0; sequence < Shape.Sequences; sequence++)
        {
            Reset(sequence);
        }
    }

    /// <summary>Takes the newest tokens of a sequence back, such as guesses that were wrong.</summary>
    /// <param name="sequence">From 0 to B − 1.</param>
    /// <param name="length">Tokens that remain.</param>
    /// <exception cref="ArgumentException">There is no such sequence, there are fewer tokens, or the next token would see one that has been forgotten.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed of.</exception>
    public void Truncate(int sequence, int length)
    {
        CheckSequence(sequence);
        Guard.NotNegative(nameof(length), length);
        if (length > _lengths[sequence])
        {
            throw new ArgumentException($"length: expected at most the {_lengths[sequence]} tokens that sequence {sequence} has, got {length}");
        }

        (int sinks, int oldest) = (_window?.Sinks ?? 0, _oldest[sequence]);
        if (length > sinks)
        {
            CheckReach(sequence, length);
        }

        (_lengths[sequence], _oldest[sequence]) = (length, length <= sinks ? 0 : oldest);
        List<int> pages = _pages[sequence];
        int needed = oldest > 0 && length > sinks ? pages.Count : PagesFor(length); // a ring that has come round uses all of its pages
        for (int i = pages.Count - 1; i >= needed; i--)
        {
            _pool.Return(pages[i]);
            pages.RemoveAt(i);
        }
    }

    /// <summary>Gives all pages back. Not while another thread attends to the cache; a second time does nothing.</summary>
    public void Dispose()
    {
        if (!_isDisposed)
        {
            Reset();
            _isDisposed = true;
        }
    }

    /// <summary>Refuses a cache that was disposed of: its pages are others' now.</summary>
    internal void CheckAlive() => ObjectDisposedException.ThrowIf(_isDisposed, this);

    private static KeyValueCache Paged(CacheShape shape, PagePool pool, int capacity, CacheWindow? window)
    {
        shape.Check();
        ArgumentNullException.ThrowIfNull(pool);
        if ((pool.KeyHeads, pool.Width, pool.ValueWidth) != (shape.KeyHeads, shape.Width, shape.ValueWidth))
        {
            throw new ArgumentException(
                $"pool: its pages are of {pool.KeyHeads} heads, {pool.Width} and {pool.ValueWidth} wide; the cache's of {shape.KeyHeads}, {shape.Width} and {shape.ValueWidth}");
        }

        if (pool.ValuesEndKeys != shape.ValuesEndKeys)
        {
            throw new ArgumentException($"pool: its values {(pool.ValuesEndKeys ? "end its keys" : "are kept beside its keys")}, and the cache's are the other way");
        }

        return new(shape, pool, capacity, window, isPaged: true);
    }

    private void CheckSequence(int sequence)
    {
        CheckAlive();
        if ((uint)sequence >= (uint)Shape.Sequences)
        {
            throw new ArgumentException(Invariant($"sequence: expected one of the cache's {Shape.Sequences}, from 0 on, got {sequence}"));
        }
    }

    private void CheckToken(int sequence, int head, int position)
    {
        CheckAlive();
        if ((uint)sequence >= (uint)Shape.Sequences || (uint)head >= (uint)Shape.KeyHeads || !Holds(sequence, position))
        {
            throw new ArgumentException(Invariant($"token: the cache holds no sequence {sequence}, head {head}, position {position}"));
        }
    }
}
