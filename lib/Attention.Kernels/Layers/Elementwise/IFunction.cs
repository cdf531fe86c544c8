namespace Attention.Kernels;

/// <summary>A function of one float, and its derivative: what an activation is. A struct without fields, so that every call is direct.</summary>
internal interface IFunction
{
    static abstract TLanes Of<TLanes>(TLanes x)
        where TLanes : unmanaged, ILanes<TLanes>;

    static abstract TLanes Derivative<TLanes>(TLanes x)
        where TLanes : unmanaged, ILanes<TLanes>;
}
