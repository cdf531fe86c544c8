namespace Attention.Kernels;

/// <summary>Where four keys, or four values, lie that are used together. They are far apart: memory is faster when it is read in four places at the same time.</summary>
internal readonly unsafe struct FourRows(float* first, float* second, float* third, float* fourth)
{
    internal readonly float* First = first;
    internal readonly float* Second = second;
    internal readonly float* Third = third;
    internal readonly float* Fourth = fourth;
}
