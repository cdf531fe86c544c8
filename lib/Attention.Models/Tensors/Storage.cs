using System.Runtime.InteropServices;

namespace Attention.Models;

/// <summary>The floats of one or several tensors. A pooled storage is used again and again: its generation tells who may still look at it.</summary>
internal sealed class Storage
{
    private const int Alignment = 64 / sizeof(float);

    private readonly float[] _floats;
    private readonly int _first;

    private Storage(float[] floats, int first, int count, int sizeClass)
    {
        (_floats, _first, Capacity, SizeClass) = (floats, first, count, sizeClass);
    }

    /// <summary>How many floats there is room for.</summary>
    internal int Capacity { get; }

    /// <summary>Which of the pool's shelves it belongs on; −1: on none.</summary>
    internal int SizeClass { get; }

    /// <summary>Counts how often it went back to the pool.</summary>
    internal int Generation { get; private set; }

    /// <summary>How many gradients share it. Whoever wants to change a shared one makes his own.</summary>
    internal int Owners { get; set; }

    /// <summary>The scope at whose end it goes back to the pool; null: the garbage collector, or the owners, care.</summary>
    internal MemoryScope? Scope { get; set; }

    /// <summary>Memory that the garbage collector cares for.</summary>
    internal static Storage Lasting(int count) => new(GC.AllocateUninitializedArray<float>(count), 0, count, -1);

    /// <summary>Memory for the pool: it stays where it is, and begins at a cache line.</summary>
    internal static Storage Pooled(int count, int sizeClass)
    {
        float[] floats = GC.AllocateUninitializedArray<float>(count + Alignment, pinned: true);
        nuint address = (nuint)Marshal.UnsafeAddrOfPinnedArrayElement(floats, 0);
        int first = (int)((64 - (address % 64)) % 64 / sizeof(float));
        return new(floats, first, count, sizeClass);
    }

    internal Span<float> Span(int start, int count) => _floats.AsSpan(_first + start, count);

    internal Memory<float> Memory(int start, int count) => _floats.AsMemory(_first + start, count);

    /// <summary>Nobody who knew it may look at it any more.</summary>
    internal void Expire()
    {
        Generation++;
        Owners = 0;
        Scope = null;
    }
}
