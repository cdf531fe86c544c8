using System.Globalization;
using static System.FormattableString;

namespace Attention.Kernels;

/// <summary>What every public door checks, once, before any arithmetic. The messages do the sums, so that the reader need not.</summary>
internal static class Guard
{
    /// <summary>How many elements a buffer of these sizes holds. Computed in 128 bits: four ints cannot overflow it.</summary>
    internal static int Count(string name, params ReadOnlySpan<int> sizes)
    {
        Int128 count = Product(sizes);
        if (count > Array.MaxLength)
        {
            throw new ArgumentException($"{name}: {Arithmetic(sizes, count)} elements, more than the {Array.MaxLength} that one buffer can hold");
        }

        return (int)count;
    }

    /// <summary>One size after another, where the sum is still a size.</summary>
    internal static int Sum(string name, int first, int second)
    {
        long sum = (long)first + second;
        return sum <= Array.MaxLength ? (int)sum : throw new ArgumentException($"{name}: {first}+{second} = {sum}, more than the {Array.MaxLength} that one buffer can hold");
    }

    /// <summary>The buffer's length is the product of its sizes.</summary>
    internal static void Length(string name, int actual, params ReadOnlySpan<int> sizes)
    {
        if (actual != Count(name, sizes))
        {
            throw new ArgumentException($"{name}: expected {Arithmetic(sizes, Product(sizes))} floats, got {actual}");
        }
    }

    /// <summary>The buffer's length is the product of its sizes, or the buffer is left out.</summary>
    internal static void LengthOrEmpty(string name, int actual, params ReadOnlySpan<int> sizes)
    {
        if (actual != 0)
        {
            Length(name, actual, sizes);
        }
    }

    /// <summary>So many whole numbers, each of which counts from 0 into something of the given size, or is the one that stands for nothing.</summary>
    internal static void Indices(string name, ReadOnlySpan<int> indices, int count, int size, int? nothing = null)
    {
        if (indices.Length != count)
        {
            throw new ArgumentException(Invariant($"{name}: expected {count} integers, got {indices.Length}"));
        }

        for (int i = 0; i < indices.Length; i++)
        {
            if ((uint)indices[i] >= (uint)size && indices[i] != nothing)
            {
                throw new ArgumentException(Invariant($"{name}[{i}]: expected at least 0 and less than {size}, got {indices[i]}"));
            }
        }
    }

    /// <summary>A finite number of at least zero.</summary>
    internal static void NotNegative(string name, float value)
    {
        if (!(value >= 0 && float.IsFinite(value)))
        {
            throw new ArgumentException(Invariant($"{name}: expected a finite number of zero or more, got {value:R}"));
        }
    }

    internal static void NotNegative(string name, int size)
    {
        if (size < 0)
        {
            throw new ArgumentException(Invariant($"{name}: expected zero or more, got {size}"));
        }
    }

    internal static void Positive(string name, int size)
    {
        if (size < 1)
        {
            throw new ArgumentException(Invariant($"{name}: expected at least 1, got {size}"));
        }
    }

    /// <summary>The result may be the input itself, element over element, or lie apart from it; half-way it would overwrite what is still to be read.</summary>
    internal static void SameOrApart(string resultName, ReadOnlySpan<float> result, string inputName, ReadOnlySpan<float> input)
    {
        if (result.Overlaps(input, out int offset) && offset != 0)
        {
            throw new ArgumentException($"{resultName}: overlaps {inputName}, shifted by {Math.Abs((long)offset)} floats; pass the same span to work in place, or one that lies apart");
        }
    }

    internal static void Apart(string resultName, ReadOnlySpan<float> result, string inputName, ReadOnlySpan<float> input)
    {
        if (result.Overlaps(input))
        {
            throw new ArgumentException($"{resultName}: must not overlap {inputName}");
        }
    }

    /// <summary>No result may share memory with an input or with another result: the door check of a kernel that does not work in place.</summary>
    internal static void Apart(Buffers results, Buffers inputs)
    {
        for (int i = 0; i < results.Count; i++)
        {
            for (int input = 0; input < inputs.Count; input++)
            {
                Apart(results[i], inputs[input]);
            }

            for (int other = 0; other < i; other++)
            {
                Apart(results[i], results[other]);
            }
        }

        static void Apart(Buffers.Named result, Buffers.Named other) => Guard.Apart(result.Name, result.Buffer, other.Name, other.Buffer);
    }

    private static Int128 Product(ReadOnlySpan<int> sizes)
    {
        Int128 product = 1;
        foreach (int size in sizes)
        {
            product *= size;
        }

        return product;
    }

    private static string Arithmetic(ReadOnlySpan<int> sizes, Int128 product)
    {
        string total = product.ToString(CultureInfo.InvariantCulture);
        return sizes.Length == 1 ? total : $"{string.Join('×', sizes.ToArray())} = {total}";
    }
}
