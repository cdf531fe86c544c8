namespace Attention.Kernels;

/// <summary>A row-major array seen from one of its axes: everything before it, its length, and everything after it. Element j of a line is <c>Inner</c> floats from element j + 1.</summary>
/// <param name="Outer">The product of the sizes before the axis; 1 when it is the first.</param>
/// <param name="Length">The axis itself; zero is allowed.</param>
/// <param name="Inner">The product of the sizes after the axis; 1 when it is the last.</param>
public readonly record struct AxisShape(int Outer, int Length, int Inner)
{
    /// <summary>Refuses negative sizes.</summary>
    internal void Check()
    {
        Guard.NotNegative(nameof(Outer), Outer);
        Guard.NotNegative(nameof(Length), Length);
        Guard.NotNegative(nameof(Inner), Inner);
    }

    /// <summary>How many lines run along the axis; none when they hold nothing.</summary>
    internal int Lines => Length == 0 ? 0 : Outer * Inner;

    /// <summary>Two arrays of this shape.</summary>
    internal void Check(string firstName, ReadOnlySpan<float> first, string secondName, ReadOnlySpan<float> second)
    {
        Check();
        Guard.Length(firstName, first.Length, Outer, Length, Inner);
        Guard.Length(secondName, second.Length, Outer, Length, Inner);
    }

    /// <summary>An array of this shape, and the result, which may be the same.</summary>
    internal void CheckMap(string name, ReadOnlySpan<float> array, string resultName, ReadOnlySpan<float> result)
    {
        Check(name, array, resultName, result);
        Guard.SameOrApart(resultName, result, name, array);
    }

    /// <summary>An array of this shape, and a slice across the axis.</summary>
    internal void CheckBroadcast(string name, ReadOnlySpan<float> array, string sliceName, ReadOnlySpan<float> slice)
    {
        Check();
        Guard.Length(name, array.Length, Outer, Length, Inner);
        Guard.Length(sliceName, slice.Length, Outer, Inner);
    }

    /// <summary>Where the slice across the axis holds what belongs to an element of the array.</summary>
    internal int SliceIndex(int element) => (element / Inner / Length * Inner) + (element % Inner);

    /// <summary>One line out of an array.</summary>
    internal void CopyLine(int line, ReadOnlySpan<float> array, Span<float> destination)
    {
        int first = Start(line);
        for (int j = 0; j < Length; j++)
        {
            destination[j] = array[first + (j * Inner)];
        }
    }

    /// <summary>One line into an array.</summary>
    internal void CopyLineBack(int line, ReadOnlySpan<float> source, Span<float> array)
    {
        int first = Start(line);
        for (int j = 0; j < Length; j++)
        {
            array[first + (j * Inner)] = source[j];
        }
    }

    private int Start(int line) => (line / Inner * Length * Inner) + (line % Inner);
}
