using System.Runtime.InteropServices;

namespace Attention.Kernels;

/// <summary>Aligned native memory that a kernel writes while it runs. Blocks are kept for the next call, so that a steady state allocates nothing.</summary>
internal sealed unsafe class Scratch
{
    private const nuint Alignment = 64;

    /// <summary>Floats in the largest block that is kept, 16 MB. Usual shapes need a thirtieth of it; what an extreme width needed is given back.</summary>
    private const nuint KeptCount = 1 << 22;

    private static readonly Pool<Scratch> Blocks = new();

    private static long _allocated;

    private float* _start;
    private nuint _count;

    ~Scratch() => Free();

    /// <summary>Bytes that all blocks together were ever given, as the collector counts its own: what kernels need beyond their buffers can be read off it. Steady states leave it alone.</summary>
    internal static long AllocatedBytes => Volatile.Read(ref _allocated);

    internal float* Start => _start;

    /// <summary>A block of at least so many floats, of any content, whose start is aligned to a cache line.</summary>
    internal static Scratch Rent(long count)
    {
        Scratch block = Blocks.Rent() ?? new Scratch();
        block.Reserve(checked((nuint)count));
        return block;
    }

    internal static void Return(Scratch block)
    {
        if (block._count > KeptCount)
        {
            block.Free();
        }

        Blocks.Return(block);
    }

    private void Reserve(nuint count)
    {
        if (count > _count)
        {
            Free();
            _start = (float*)NativeMemory.AlignedAlloc(checked(count * sizeof(float)), Alignment);
            _count = count;
            Interlocked.Add(ref _allocated, checked((long)count * sizeof(float)));
        }
    }

    private void Free()
    {
        NativeMemory.AlignedFree(_start);
        _start = null;
        _count = 0;
    }
}
