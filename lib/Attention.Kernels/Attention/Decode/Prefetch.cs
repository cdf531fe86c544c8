using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Attention.Kernels;

/// <summary>Asks for memory before it is needed. Any address is allowed: what cannot be read is not.</summary>
internal static unsafe class Prefetch
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Line(float* address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(address);
        }
    }
}
