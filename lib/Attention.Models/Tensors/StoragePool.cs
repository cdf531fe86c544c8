using System.Numerics;

namespace Attention.Models;

/// <summary>Storages that wait to be used again, on shelves by size. Four shelves to an octave: at most a fifth of a storage lies idle.</summary>
internal static class StoragePool
{
    private const int Smallest = 64;

    private static readonly Lock Door = new();
    private static readonly List<Storage>[] Shelves = [.. Enumerable.Range(0, 112).Select(_ => new List<Storage>())];

    /// <summary>For tests: what comes back is filled with NaN, so that whoever still reads it is found out.</summary>
    internal static bool IsPoisoned { get; set; }

    /// <summary>A storage of at least so many floats, of any content.</summary>
    internal static Storage Rent(int count)
    {
        (int sizeClass, int capacity) = ClassOf(count);
        lock (Door)
        {
            List<Storage> shelf = Shelves[sizeClass];
            if (shelf.Count > 0)
            {
                Storage storage = shelf[^1];
                shelf.RemoveAt(shelf.Count - 1);
                return storage;
            }
        }

        return Storage.Pooled(capacity, sizeClass);
    }

    internal static void Return(Storage storage)
    {
        storage.Expire();
        if (IsPoisoned)
        {
            storage.Span(0, storage.Capacity).Fill(float.NaN);
        }

        lock (Door)
        {
            Shelves[storage.SizeClass].Add(storage);
        }
    }

    internal static void Clear()
    {
        lock (Door)
        {
            foreach (List<Storage> shelf in Shelves)
            {
                shelf.Clear();
            }
        }
    }

    /// <summary>The shelf of the smallest size that suffices, and that size.</summary>
    private static (int Class, int Capacity) ClassOf(int count)
    {
        if (count <= Smallest)
        {
            return (0, Smallest);
        }

        int octave = BitOperations.Log2((uint)(count - 1)) - BitOperations.Log2(Smallest);
        int step = (Smallest << octave) / 4;
        int steps = ((count - 1) / step) - 3; // 1 to 4: from five quarters of the octave's start to its end
        return ((octave * 4) + steps, (int)Math.Min((long)(steps + 4) * step, Array.MaxLength - 16));
    }
}
