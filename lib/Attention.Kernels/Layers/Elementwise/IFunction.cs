namespace Attention.Kernels;

/// <summary>A function of one float, and its derivative, computed from x or from y, whichever the kernel's backward is given: what an activation is. A struct without fields, so that every call is direct.</summary>
internal interface IFunction
{
    static abstract TLanes Of<TLanes>(TLanes x)
        where TLanes : unmanaged, ILanes<TLanes>;

    static abstract TLanes Derivative<TLanes>(TLanes given)
        where TLanes : unmanaged, ILanes<TLanes>;
}
