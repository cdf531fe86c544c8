using Attention.Kernels;

namespace Attention.Models;

public sealed partial class Tensor
{
    /// <summary>Tensors one behind the other along an axis.</summary>
    /// <param name="axis">Which; −1 is the last. The other sizes must be equal.</param>
    /// <param name="parts">At least one.</param>
    /// <exception cref="ArgumentException">There is none, or another size differs.</exception>
    public static Tensor Concat(int axis, params ReadOnlySpan<Tensor> parts)
    {
        if (parts.IsEmpty)
        {
            throw new ArgumentException("Concat: expected at least one tensor, got none");
        }

        Shape first = parts[0].Shape;
        axis = first.Axis(axis, "Concat");
        int size = 0;
        foreach (Tensor part in parts)
        {
            if (part.Rank != first.Rank || part.Shape.With(axis, 0) != first.With(axis, 0))
            {
                throw new ArgumentException($"Concat: {first} and {part.Shape} differ in another axis than {axis}");
            }

            size += part.Shape[axis];
        }

        Tensor y = Uninitialized(first.With(axis, size));
        int outer = first.Product(0, axis), step = size * first.Product(axis + 1, first.Rank), place = 0;
        var places = new int[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            int run = outer == 0 ? 0 : parts[i].Count / outer;
            CopyRuns(outer, run, parts[i].Values, run, y.Values[place..], step);
            (places[i], place) = (place, place + run);
        }

        Tensor[] inputs = parts.ToArray();
        return y.Recorded(
            "Concat",
            dy =>
            {
                for (int i = 0; i < inputs.Length; i++)
                {
                    using GradientTarget part = GradientTarget.Of(inputs[i]);
                    int run = outer == 0 ? 0 : inputs[i].Count / outer;
                    CopyRuns(part.IsWanted ? outer : 0, run, dy[places[i]..], step, part.Values, run);
                }
            },
            inputs);
    }

    /// <summary>Tensors of one shape beside each other along a new axis.</summary>
    /// <param name="axis">Where the new axis stands in the result; −1 is the last.</param>
    /// <param name="parts">At least one.</param>
    /// <exception cref="ArgumentException">There is none, or the shapes differ.</exception>
    public static Tensor Stack(int axis, params ReadOnlySpan<Tensor> parts)
    {
        if (parts.IsEmpty)
        {
            throw new ArgumentException("Stack: expected at least one tensor, got none");
        }

        Shape shape = parts[0].Shape;
        int place = axis < 0 ? axis + shape.Rank + 1 : axis;
        if (place < 0 || place > shape.Rank)
        {
            throw new ArgumentException($"Stack: a stack of {shape} has no axis {axis}");
        }

        var slices = new Tensor[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (parts[i].Shape != shape)
            {
                throw new ArgumentException($"Stack: {shape} and {parts[i].Shape} differ");
            }

            slices[i] = parts[i].Reshape([.. shape.Sizes[..place], 1, .. shape.Sizes[place..]]);
        }

        return Concat(place, slices);
    }

    /// <summary>Chosen elements of the first axis, in any order and as often as wanted.</summary>
    /// <param name="indices">Which; not copied, and to stay as they are until <see cref="Backward()"/>.</param>
    /// <returns>[indices, ...]</returns>
    /// <exception cref="ArgumentException">There is no axis, or no such element.</exception>
    public Tensor Select(ReadOnlyMemory<int> indices)
    {
        if (Rank == 0)
        {
            throw new ArgumentException("Select: [] has no axis");
        }

        int rows = Shape[0], width = Shape.Product(1, Rank);
        CheckIndices("Select", indices.Span, rows);
        var shape = new EmbeddingShape(indices.Length, rows, width);
        Tensor y = Uninitialized(Shape.With(0, indices.Length));
        Kernels.Embedding.Forward(shape, indices.Span, Values, y.Values, Compute.Options);
        return y.Recorded(
            "Select",
            dy =>
            {
                using GradientTarget dx = GradientTarget.Of(this);
                Kernels.Embedding.Backward(shape, indices.Span, dy, dx.Values, Compute.Options);
            },
            this);
    }

    /// <summary>One element of each row: of the last axis, the one that its index names.</summary>
    /// <param name="indices">One per row, from 0 to the last axis's size − 1; not copied, and to stay as they are until <see cref="Backward()"/>.</param>
    /// <returns>[...]: the shape without its last axis.</returns>
    /// <exception cref="ArgumentException">There is no axis, or not one index per row, or no such element.</exception>
    public Tensor Pick(ReadOnlyMemory<int> indices)
    {
        int axis = Shape.Axis(-1, "Pick"), columns = Shape[-1];
        Tensor y = Uninitialized(Shape.Without(axis));
        if (indices.Length != y.Count)
        {
            throw new ArgumentException($"Pick: {Shape} has {y.Count} rows, got {indices.Length} indices");
        }

        CheckIndices("Pick", indices.Span, columns);
        ReadOnlySpan<float> x = Values;
        Span<float> picked = y.Values;
        for (int row = 0; row < picked.Length; row++)
        {
            picked[row] = x[(row * columns) + indices.Span[row]];
        }

        return y.Recorded(
            "Pick",
            dy =>
            {
                Span<float> dx = AccumulateGradient(out bool holds);
                if (!holds)
                {
                    dx.Clear();
                }

                for (int row = 0; row < dy.Length; row++)
                {
                    dx[(row * columns) + indices.Span[row]] += dy[row];
                }
            },
            this);
    }

    private static void CheckIndices(string operation, ReadOnlySpan<int> indices, int size)
    {
        for (int i = 0; i < indices.Length; i++)
        {
            if ((uint)indices[i] >= (uint)size)
            {
                throw new ArgumentException($"{operation}: index {i}: expected at least 0 and less than {size}, got {indices[i]}");
            }
        }
    }

    private static void CopyRuns(int count, int run, ReadOnlySpan<float> source, int sourceStep, Span<float> result, int resultStep)
    {
        for (int i = 0; i < count; i++)
        {
            source.Slice(i * sourceStep, run).CopyTo(result.Slice(i * resultStep, run));
        }
    }
}
