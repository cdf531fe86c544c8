namespace Attention.Kernels;

/// <summary>What <see cref="Elementwise"/> does to the elements that stand at the same place of up to three buffers. A struct without fields, so that every call is direct.</summary>
internal interface IMap
{
    /// <summary>How many buffers are read, one to three; an input beyond them holds the first.</summary>
    static abstract int Inputs { get; }

    /// <summary>One result per lane.</summary>
    /// <param name="first">From the first buffer.</param>
    /// <param name="second">From the second.</param>
    /// <param name="third">From the third.</param>
    /// <param name="factor">A number of the call, the same in every lane.</param>
    static abstract TLanes Of<TLanes>(TLanes first, TLanes second, TLanes third, TLanes factor)
        where TLanes : unmanaged, ILanes<TLanes>;
}
