namespace Attention.Kernels;

/// <summary>The end of a row, where fewer floats are left than there are lanes. Nothing beyond them is read or written.</summary>
internal static unsafe class Partial
{
    /// <summary>The first lanes from memory, the others filled.</summary>
    internal static TLanes Load<TLanes>(float* source, int count, float fill)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float* lanes = stackalloc float[TLanes.Count];
        new Span<float>(lanes, TLanes.Count).Fill(fill);
        new ReadOnlySpan<float>(source, count).CopyTo(new Span<float>(lanes, count));
        return TLanes.Load(lanes);
    }

    /// <summary>Only the first lanes to memory.</summary>
    internal static void Store<TLanes>(float* destination, int count, TLanes value)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float* lanes = stackalloc float[TLanes.Count];
        TLanes.Store(lanes, value);
        new ReadOnlySpan<float>(lanes, count).CopyTo(new Span<float>(destination, count));
    }
}
