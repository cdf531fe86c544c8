using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Attention.Kernels;

/// <summary>
/// How a kernel that does little arithmetic gets by with the memory's speed. A store through the caches first reads the line that it is about to overwrite: half as
/// much traffic again. Where the result is larger than the caches, nothing is lost by writing past them.
/// </summary>
internal static unsafe class Streaming
{
    /// <summary>Floats from which on a result is written past the caches: 32 MB, what the last cache of the machines at hand holds.</summary>
    private const long Threshold = 1 << 23;

    /// <summary>Whether so large a result should be written past the caches. In place it should not: its lines have just been read.</summary>
    internal static bool Pays(long count, float* source, float* destination) =>
        count >= Threshold && source != destination && (nuint)destination % sizeof(float) == 0;

    /// <summary>How many floats stand before the first address that is aligned to a register.</summary>
    internal static int FloatsBeforeAligned<TLanes>(float* destination)
        where TLanes : unmanaged, ILanes<TLanes> => (int)(-((nint)destination / sizeof(float)) & (TLanes.Count - 1));

    /// <summary>What was written past the caches may be seen late by another thread: to be called before the tile is given back.</summary>
    internal static void Finish() => Interlocked.MemoryBarrier();

    /// <summary>Asks for a line that is read soon, while there is arithmetic to do. Any address will do, and none is touched.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Prefetch(float* address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch1(address);
        }
    }
}
