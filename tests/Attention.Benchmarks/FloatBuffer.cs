using System.Runtime.InteropServices;

namespace Attention.Benchmarks;

/// <summary>Floats that start a chosen distance past an aligned address.</summary>
internal sealed unsafe class FloatBuffer : IDisposable
{
    private readonly void* _memory;
    private readonly int _offset;
    private readonly int _count;

    internal FloatBuffer(int count, int offset)
    {
        _memory = NativeMemory.AlignedAlloc(((nuint)count + (nuint)offset + 1) * sizeof(float), 64);
        (_offset, _count) = (offset, count);
        Span.Clear();
    }

    internal Span<float> Span => new((float*)_memory + _offset, _count);

    /// <summary>A buffer of numbers with mean 0 and deviation 1, the same for the same seed.</summary>
    internal static FloatBuffer Normal(int count, int offset, int seed)
    {
        var buffer = new FloatBuffer(count, offset);
        var random = new Random(seed);
        foreach (ref float x in buffer.Span)
        {
            x = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        return buffer;
    }

    public void Dispose() => NativeMemory.AlignedFree(_memory);
}
