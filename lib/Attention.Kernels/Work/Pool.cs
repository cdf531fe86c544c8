namespace Attention.Kernels;

/// <summary>
/// Keeps some objects for the next who needs one: one per processor, and a few for kernels made of kernels, which hold one while their parts take theirs. No locks, and nothing allocated on the way.
/// </summary>
internal sealed class Pool<T>
    where T : class
{
    private const int Nested = 2;

    private readonly T?[] _kept = new T?[Environment.ProcessorCount + Nested];

    internal T? Rent()
    {
        for (int i = 0; i < _kept.Length; i++)
        {
            if (Interlocked.Exchange(ref _kept[i], null) is { } item)
            {
                return item;
            }
        }

        return null;
    }

    /// <summary>What finds no place is left to the collector.</summary>
    /// <returns>Whether there was a place.</returns>
    internal bool Return(T item)
    {
        for (int i = 0; i < _kept.Length; i++)
        {
            if (Interlocked.CompareExchange(ref _kept[i], item, null) is null)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes this very object back.</summary>
    /// <returns>Whether nobody has rented it.</returns>
    internal bool Remove(T item)
    {
        for (int i = 0; i < _kept.Length; i++)
        {
            if (ReferenceEquals(Interlocked.CompareExchange(ref _kept[i], null, item), item))
            {
                return true;
            }
        }

        return false;
    }
}
