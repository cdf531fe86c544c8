using System.Runtime.InteropServices;

namespace Attention.Kernels;

/// <summary>Aligned native memory that a kernel writes while it runs. Blocks are kept for the next call, one per processor, so that a steady state allocates nothing.</summary>
internal sealed unsafe class Scratch
{
    private const nuint Alignment = 64;

    private static readonly Pool<Scratch> Blocks = new();

    private float* _start;
    private nuint _count;

    ~Scratch() => NativeMemory.AlignedFree(_start);

    internal float* Start => _start;

    /// <summary>A block of at least so many floats, of any content, whose start is aligned to a cache line.</summary>
    internal static Scratch Rent(long count)
    {
        Scratch block = Blocks.Rent() ?? new Scratch();
        block.Reserve(checked((nuint)count));
        return block;
    }

    internal static void Return(Scratch block) => Blocks.Return(block);

    private void Reserve(nuint count)
    {
        if (count > _count)
        {
            NativeMemory.AlignedFree(_start);
            _start = null;
            _count = 0;
            _start = (float*)NativeMemory.AlignedAlloc(checked(count * sizeof(float)), Alignment);
            _count = count;
        }
    }
}
