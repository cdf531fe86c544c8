using System.Globalization;
using System.Text;

namespace Attention.Models;

/// <summary>Numbers in rows, matrices and so on up: floats, row-major, with gradients. What is computed from tensors remembers how, so that <see cref="Backward()"/> can tell what moved it.</summary>
/// <remarks>
/// Operations are methods and operators that return new tensors; they never change the ones they read. Shapes are written as lists, axes are counted from 0 or, from the end, from −1.
/// Where an operation says that shapes broadcast, axes are aligned at the last, and a size of 1 or a missing axis is repeated.
/// </remarks>
/// <example>
/// A step down the slope of a small loss:
/// <code>
/// Tensor weight = Tensor.Of(new float[,] { { 1, 2 }, { 3, 4 } }).WithGradient("weight");
/// Tensor x = Tensor.Of([5, 6], 1, 2);
/// Tensor loss = (x.MatMul(weight) - 20).Power(2).Mean();
/// loss.Backward();
/// Console.WriteLine(loss.Value); // prints 102.5
/// Console.WriteLine(weight.Gradient); // prints weight.gradient [2, 2] [[15, 70], [18, 84]]
/// Console.WriteLine(Graph.Of(x.MatMul(weight).Sum()));
/// // prints %1 = input [1, 2]
/// // prints %2 = weight [2, 2], learned
/// // prints %3 = MatMul(%1, %2) [1, 2]
/// // prints %4 = Sum(%3) []
/// </code>
/// </example>
public sealed partial class Tensor
{
    private readonly int _generation;

    private Tensor(Storage storage, int start, Shape shape)
    {
        (Storage, Start, Shape) = (storage, start, shape);
        _generation = storage.Generation;
        Count = shape.Elements;
    }

    /// <summary>The sizes of the axes.</summary>
    public Shape Shape { get; }

    /// <summary>How many axes there are.</summary>
    public int Rank => Shape.Rank;

    /// <summary>How many numbers there are.</summary>
    public int Count { get; }

    /// <summary>What messages and graphs call it.</summary>
    public string? Name { get; set; }

    /// <summary>The numbers, row-major: to read, or to fill a tensor that nothing was computed from yet.</summary>
    /// <exception cref="ObjectDisposedException">The memory scope in which the tensor was computed has ended.</exception>
    public Span<float> Values
    {
        get
        {
            ThrowIfExpired();
            return Storage.Span(Start, Count);
        }
    }

    /// <summary>The number of a tensor that holds one, such as a loss.</summary>
    /// <exception cref="InvalidOperationException">There is not exactly one.</exception>
    public float Value => Count == 1 ? Values[0] : throw new InvalidOperationException($"Value: {Shape} holds {Count} numbers, not one");

    internal Storage Storage { get; }

    /// <summary>Where in the storage the numbers begin.</summary>
    internal int Start { get; }

    /// <summary>One number.</summary>
    /// <param name="indices">One per axis, from 0; −1 is the last.</param>
    /// <exception cref="ArgumentException">There are more or fewer than axes, or one is out of range.</exception>
    public float this[params ReadOnlySpan<int> indices]
    {
        get
        {
            if (indices.Length != Rank)
            {
                throw new ArgumentException($"Tensor: {Shape} needs {Rank} indices, got {Shape.Text(indices)}");
            }

            int at = 0;
            for (int axis = 0; axis < indices.Length; axis++)
            {
                int size = Shape[axis], index = indices[axis] < 0 ? indices[axis] + size : indices[axis];
                at = (uint)index < (uint)size ? (at * size) + index : throw new ArgumentException($"Tensor: {Shape} has no element {Shape.Text(indices)}");
            }

            return Values[at];
        }
    }

    /// <summary>A copy of the numbers, row-major.</summary>
    public float[] ToArray() => Values.ToArray();

    /// <summary>A copy of a matrix.</summary>
    /// <returns>[rows, columns]</returns>
    /// <exception cref="ArgumentException">There are not two axes.</exception>
    public float[,] ToMatrix()
    {
        (int rows, int columns) = Shape;
        var matrix = new float[rows, columns];
        Values.CopyTo(Floats(matrix));
        return matrix;
    }

    /// <summary>The shape, and the numbers if they are few.</summary>
    public override string ToString()
    {
        const int Shown = 64;
        var text = new StringBuilder(Name is null ? "" : $"{Name} ").Append(Shape.ToString());
        if (Count <= Shown)
        {
            text.Append(' ');
            Write(text, Values, Shape);
        }

        return text.ToString();
    }

    /// <summary>The numbers, for what keeps a reference to them.</summary>
    internal Memory<float> AsMemory()
    {
        ThrowIfExpired();
        return Storage.Memory(Start, Count);
    }

    /// <summary>A tensor of this shape, for an operation to fill: its content is arbitrary.</summary>
    internal static Tensor Uninitialized(Shape shape) => new(Memory.Allocate(shape.Elements), 0, shape);

    /// <summary>The same numbers under another shape, or some of them.</summary>
    private Tensor View(int start, Shape shape)
    {
        ThrowIfExpired();
        return new(Storage, Start + start, shape);
    }

    internal void ThrowIfExpired()
    {
        if (_generation != Storage.Generation)
        {
            string name = Name ?? Operation?.Name ?? "A tensor";
            throw new ObjectDisposedException(nameof(Tensor), $"{name} {Shape}: its memory scope has ended; copy the values before, or let the scope Keep the tensor");
        }
    }

    private static void Write(StringBuilder text, ReadOnlySpan<float> values, ReadOnlySpan<int> sizes)
    {
        if (sizes.IsEmpty)
        {
            text.Append(values[0].ToString("G6", CultureInfo.InvariantCulture));
            return;
        }

        text.Append('[');
        int length = sizes[0] == 0 ? 0 : values.Length / sizes[0];
        for (int i = 0; i < sizes[0]; i++)
        {
            text.Append(i == 0 ? "" : ", ");
            Write(text, values.Slice(i * length, length), sizes[1..]);
        }

        text.Append(']');
    }
}
