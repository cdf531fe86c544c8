using System.Runtime.InteropServices;

namespace Attention.Kernels.Tests;

/// <summary>
/// The fenced buffers of one call. Inputs are copies that must come back untouched; outputs start as a NaN that no kernel makes,
/// so that an element nobody wrote is found. <see cref="AssertIntact"/> checks both, and the canaries.
/// </summary>
internal sealed class Fences(Fence fence) : IDisposable
{
    /// <summary>A quiet NaN with a payload of its own: what an output holds before the call.</summary>
    public static readonly float Unwritten = BitConverter.Int32BitsToSingle(0x7FC0_BEEF);

    private readonly List<IDisposable> buffers = [];
    private readonly List<Action> checks = [];

    /// <summary>How many buffers there are.</summary>
    public int Count => buffers.Count;

    public Memory<T> Input<T>(ReadOnlySpan<T> values, string name)
        where T : unmanaged
    {
        FencedMemory<T> memory = Add<T>(values.Length, name);
        values.CopyTo(memory.Span);
        byte[] before = MemoryMarshal.AsBytes(values).ToArray();
        checks.Add(() => Assert.True(MemoryMarshal.AsBytes(memory.Span).SequenceEqual(before), $"{name}: an input was written to"));
        return memory.Memory;
    }

    public Memory<T> Input<T>(T[] values, string name)
        where T : unmanaged => Input((ReadOnlySpan<T>)values, name);

    public Memory<float> Output(int length, string name)
    {
        FencedMemory<float> memory = Add<float>(length, name);
        memory.Span.Fill(Unwritten);
        checks.Add(() =>
        {
            int index = MemoryMarshal.Cast<float, int>(memory.Span).IndexOf(BitConverter.SingleToInt32Bits(Unwritten));
            Assert.True(index < 0, $"{name}[{index}] of {length} was never written");
        });
        return memory.Memory;
    }

    /// <summary>A buffer that is read and overwritten: fenced, and free to change.</summary>
    public Memory<float> InPlace(ReadOnlySpan<float> values, string name)
    {
        FencedMemory<float> memory = Add<float>(values.Length, name);
        values.CopyTo(memory.Span);
        return memory.Memory;
    }

    public void AssertIntact() => checks.ForEach(check => check());

    public void Dispose() => buffers.ForEach(buffer => buffer.Dispose());

    private FencedMemory<T> Add<T>(int length, string name)
        where T : unmanaged
    {
        FencedMemory<T> memory = new(length, fence);
        buffers.Add(memory);
        checks.Add(() => Assert.True(memory.CanariesAlive, $"{name}: something wrote outside the {length} elements"));
        return memory;
    }
}
