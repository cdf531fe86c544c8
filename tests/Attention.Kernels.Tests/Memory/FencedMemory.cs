using System.Buffers;
using System.Runtime.InteropServices;

namespace Attention.Kernels.Tests;

/// <summary>The side of a buffer that touches the page nobody may touch.</summary>
public enum Fence
{
    /// <summary>Reading or writing one element past the end ends the process.</summary>
    End,

    /// <summary>Reading or writing one element before the start ends the process.</summary>
    Start,
}

/// <summary>
/// A buffer that touches an inaccessible page on one side and canaries on the other, so that no overrun goes unseen:
/// <code>
///  Fence.End      | forbidden | canaries ... [ buffer ]| forbidden |
///  Fence.Start    | forbidden |[ buffer ] ... canaries | forbidden |
/// </code>
/// Its start is aligned to an element and to nothing larger under <see cref="Fence.End"/>, whenever its length is not a multiple of a vector.
/// </summary>
internal sealed unsafe class FencedMemory<T> : MemoryManager<T>
    where T : unmanaged
{
    private const byte Canary = 0xA5;

    private readonly int length;
    private readonly nint mapped;
    private readonly nint room;
    private readonly byte* start;
    private byte* pages;

    public FencedMemory(int length, Fence fence)
    {
        this.length = length;
        nint bytes = (nint)length * sizeof(T);
        room = Math.Max(1, (bytes + Pages.Size - 1) / Pages.Size) * Pages.Size;
        mapped = room + (2 * Pages.Size);
        pages = Pages.Reserve(mapped);
        new Span<byte>(pages + Pages.Size, (int)room).Fill(Canary);
        Pages.Forbid(pages, Pages.Size);
        Pages.Forbid(pages + Pages.Size + room, Pages.Size);
        start = fence == Fence.End ? pages + Pages.Size + room - bytes : pages + Pages.Size;
    }

    public Span<T> Span => GetSpan();

    public override Span<T> GetSpan()
    {
        ObjectDisposedException.ThrowIf(pages is null, this);
        return new(start, length);
    }

    /// <summary>True as long as nobody wrote between the buffer and the farther forbidden page.</summary>
    public bool CanariesAlive
    {
        get
        {
            ObjectDisposedException.ThrowIf(pages is null, this);
            byte* first = pages + Pages.Size;
            byte* end = start + ((nint)length * sizeof(T));
            return AllCanaries(first, start) && AllCanaries(end, first + room);
        }
    }

    public override MemoryHandle Pin(int elementIndex = 0) => new(start + ((nint)elementIndex * sizeof(T)));

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
        if (pages is not null)
        {
            Pages.Release(pages, mapped);
            pages = null;
        }
    }

    private static bool AllCanaries(byte* from, byte* to) => !MemoryMarshal.CreateSpan(ref *from, (int)(to - from)).ContainsAnyExcept(Canary);
}
