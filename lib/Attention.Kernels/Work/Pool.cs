namespace Attention.Kernels;

/// <summary>Keeps up to one object per processor for the next who needs one. No locks, and nothing allocated on the way.</summary>
internal sealed class Pool<T>
    where T : class
{
    private readonly T?[] _kept = new T?[Environment.ProcessorCount];

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
    internal void Return(T item)
    {
        for (int i = 0; i < _kept.Length; i++)
        {
            if (Interlocked.CompareExchange(ref _kept[i], item, null) is null)
            {
                return;
            }
        }
    }
}
