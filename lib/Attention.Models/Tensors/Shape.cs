using System.Numerics;
using System.Runtime.CompilerServices;

namespace Attention.Models;

/// <summary>The sizes of a tensor's axes, such as [2, 3]: written as a list, compared by value. The shape [] is that of a single number.</summary>
/// <remarks>An axis may be counted from the end: −1 is the last.</remarks>
[CollectionBuilder(typeof(Shape), nameof(Create))]
public readonly struct Shape : IEquatable<Shape>
{
    private readonly int[]? _sizes;

    private Shape(int[] sizes) => _sizes = sizes;

    /// <summary>How many axes there are.</summary>
    public int Rank => Sizes.Length;

    /// <summary>How many numbers a tensor of this shape holds: the product of the sizes, 1 for [].</summary>
    public int Elements => Product(0, Rank);

    /// <summary>The size of an axis; −1 is the last.</summary>
    public int this[int axis] => Sizes[Axis(axis, "Shape")];

    internal ReadOnlySpan<int> Sizes => _sizes;

    /// <summary>A shape of these sizes.</summary>
    /// <exception cref="ArgumentException">A size is negative, or the product is more than one array can hold.</exception>
    public static Shape Create(ReadOnlySpan<int> sizes)
    {
        long elements = 1;
        foreach (int size in sizes)
        {
            // Beyond 2^32 it is too much already, and stays so unless a later size is 0.
            elements = Math.Min(1L << 32, elements) * (size >= 0 ? size : throw new ArgumentException($"Shape: {Text(sizes)}: a size cannot be negative"));
        }

        return elements <= Array.MaxLength
            ? new(sizes.ToArray())
            : throw new ArgumentException($"Shape: {Text(sizes)}: {sizes.ToArray().Aggregate(BigInteger.One, (product, size) => product * size)} numbers, more than the {Array.MaxLength} that one tensor can hold");
    }

    /// <summary>The sizes, for what takes a list of them.</summary>
    public static implicit operator ReadOnlySpan<int>(Shape shape) => shape.Sizes;

    /// <summary>Whether all sizes are the same.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>Whether some size differs.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);

    /// <summary>The sizes, for what takes a list of them.</summary>
    public ReadOnlySpan<int> ToReadOnlySpan() => Sizes;

    /// <summary>One size after the other.</summary>
    public ReadOnlySpan<int>.Enumerator GetEnumerator() => Sizes.GetEnumerator();

    /// <summary>The two sizes of a matrix: <c>(int rows, int columns) = x.Shape</c>.</summary>
    /// <exception cref="ArgumentException">There are not two axes.</exception>
    public void Deconstruct(out int first, out int second)
    {
        Require(2);
        (first, second) = (Sizes[0], Sizes[1]);
    }

    /// <summary>The three sizes of a batch of matrices: <c>(int batch, int length, int width) = x.Shape</c>.</summary>
    /// <exception cref="ArgumentException">There are not three axes.</exception>
    public void Deconstruct(out int first, out int second, out int third)
    {
        Require(3);
        (first, second, third) = (Sizes[0], Sizes[1], Sizes[2]);
    }

    /// <summary>The four sizes of heads or images: <c>(int batch, int length, int heads, int width) = x.Shape</c>.</summary>
    /// <exception cref="ArgumentException">There are not four axes.</exception>
    public void Deconstruct(out int first, out int second, out int third, out int fourth)
    {
        Require(4);
        (first, second, third, fourth) = (Sizes[0], Sizes[1], Sizes[2], Sizes[3]);
    }

    /// <inheritdoc/>
    public bool Equals(Shape other) => Sizes.SequenceEqual(other.Sizes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (int size in Sizes)
        {
            hash.Add(size);
        }

        return hash.ToHashCode();
    }

    /// <summary>As in [2, 3].</summary>
    public override string ToString() => Text(Sizes);

    /// <summary>Whether these are the sizes.</summary>
    internal bool Is(params ReadOnlySpan<int> sizes) => Sizes.SequenceEqual(sizes);

    /// <summary>An axis counted from the start.</summary>
    internal int Axis(int axis, string operation) =>
        axis >= -Rank && axis < Rank
            ? axis < 0 ? axis + Rank : axis
            : throw new ArgumentException($"{operation}: {this} has no axis {axis}");

    /// <summary>The product of the sizes of neighbouring axes.</summary>
    internal int Product(int first, int end)
    {
        int product = 1;
        for (int axis = first; axis < end; axis++)
        {
            product *= Sizes[axis];
        }

        return product;
    }

    /// <summary>This shape with another size at one axis.</summary>
    internal Shape With(int axis, int size)
    {
        int[] sizes = Sizes.ToArray();
        sizes[axis] = size;
        return Create(sizes);
    }

    /// <summary>This shape without one axis.</summary>
    internal Shape Without(int axis) => [.. Sizes[..axis], .. Sizes[(axis + 1)..]];

    internal static string Text(ReadOnlySpan<int> sizes) => $"[{string.Join(", ", sizes.ToArray())}]";

    private void Require(int rank)
    {
        if (Rank != rank)
        {
            throw new ArgumentException($"Shape: expected {rank} axes, got {this}");
        }
    }
}
