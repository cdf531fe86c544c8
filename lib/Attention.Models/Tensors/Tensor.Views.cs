using Attention.Kernels;

namespace Attention.Models;

public sealed partial class Tensor
{
    /// <summary>The same numbers, in the same order, under another shape. Nothing is copied.</summary>
    /// <param name="shape">The sizes; one may be −1: as large as it has to be.</param>
    /// <exception cref="ArgumentException">The shape holds more or fewer numbers.</exception>
    public Tensor Reshape(params ReadOnlySpan<int> shape)
    {
        Tensor y = View(0, Completed(shape));
        return y.Recorded("Reshape", _ => PassGradient(y), this);
    }

    /// <summary>Two axes exchanged; copied.</summary>
    /// <exception cref="ArgumentException">There is no such axis.</exception>
    public Tensor Transpose(int first = -2, int second = -1)
    {
        (first, second) = (Shape.Axis(first, "Transpose"), Shape.Axis(second, "Transpose"));
        Span<int> order = stackalloc int[Rank];
        for (int axis = 0; axis < order.Length; axis++)
        {
            order[axis] = axis == first ? second : axis == second ? first : axis;
        }

        return Permuted("Transpose", order);
    }

    /// <summary>The axes in another order; copied.</summary>
    /// <param name="axes">For each axis of the result, which of this it is.</param>
    /// <exception cref="ArgumentException">An axis is missing or named twice.</exception>
    public Tensor Permute(params ReadOnlySpan<int> axes)
    {
        Span<int> order = stackalloc int[axes.Length];
        var seen = new HashSet<int>();
        for (int i = 0; i < axes.Length; i++)
        {
            order[i] = Shape.Axis(axes[i], "Permute");
            seen.Add(order[i]);
        }

        return axes.Length == Rank && seen.Count == Rank
            ? Permuted("Permute", order)
            : throw new ArgumentException($"Permute: {Shape} in the order {Shape.Text(axes)}: every axis has to stand there once");
    }

    /// <summary>Neighbouring elements of one axis. Of the first axis nothing is copied.</summary>
    /// <param name="axis">Which; −1 is the last.</param>
    /// <param name="from">The first element; counted from the end when negative.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="ArgumentException">There is no such axis, or not so many elements.</exception>
    public Tensor Slice(int axis, int from, int count)
    {
        axis = Shape.Axis(axis, "Slice");
        int size = Shape[axis], first = from < 0 ? from + size : from;
        if (first < 0 || count < 0 || first > size - count)
        {
            throw new ArgumentException($"Slice: axis {axis} of {Shape} has no {count} elements from {from} on");
        }

        int outer = Shape.Product(0, axis), inner = Shape.Product(axis + 1, Rank), run = count * inner;
        Shape shape = Shape.With(axis, count);
        if (outer == 1)
        {
            Tensor view = View(first * inner, shape);
            return view.Recorded("Slice", dy => AddToPart(dy, 1, first * inner, Count, run), this);
        }

        Tensor y = Uninitialized(shape);
        ReadOnlySpan<float> x = Values;
        Span<float> result = y.Values;
        for (int i = 0; i < outer; i++)
        {
            x.Slice(((i * size) + first) * inner, run).CopyTo(result.Slice(i * run, run));
        }

        return y.Recorded("Slice", dy => AddToPart(dy, outer, first * inner, size * inner, run), this);
    }

    /// <summary>One element of one axis, which the result does not have any more.</summary>
    /// <param name="axis">Which; −1 is the last.</param>
    /// <param name="index">Counted from the end when negative.</param>
    /// <exception cref="ArgumentException">There is no such axis or element.</exception>
    public Tensor At(int axis, int index)
    {
        axis = Shape.Axis(axis, "At");
        return Slice(axis, index, 1).Reshape(Shape.Without(axis));
    }

    /// <summary>Repeats what has size 1, or is missing, until the shape is this one; copied.</summary>
    /// <exception cref="ArgumentException">Another size differs.</exception>
    public Tensor Expand(params ReadOnlySpan<int> shape)
    {
        var target = Shape.Create(shape);
        if (Broadcast.Of("Expand", "to", Shape, target).Shape != target)
        {
            throw new ArgumentException($"Expand: {Shape} cannot become {target}");
        }

        Tensor y = Uninitialized(target);
        Broadcast.Repeat(Shape, Values, target, y.Values);
        return y.Recorded("Expand", dy => PassOrSum(y, dy), this);
    }

    private Tensor Permuted(string name, ReadOnlySpan<int> order)
    {
        int[] axes = order.ToArray();
        Tensor y = Uninitialized([.. axes.Select(axis => Shape[axis])]);
        Permutation.Forward(Shape, axes, Values, y.Values, Compute.Options);
        return y.Recorded(
            name,
            dy =>
            {
                using GradientTarget dx = GradientTarget.Of(this);
                Permutation.Backward(Shape, axes, dy, dx.Values, Compute.Options);
            },
            this);
    }

    /// <summary>Adds to <paramref name="outer"/> stretches of the gradient, <paramref name="step"/> floats apart, and leaves the rest.</summary>
    private void AddToPart(ReadOnlySpan<float> gradient, int outer, int first, int step, int run)
    {
        Span<float> sum = AccumulateGradient(out bool holds);
        if (!holds)
        {
            sum.Clear();
        }

        for (int i = 0; i < outer; i++)
        {
            Span<float> part = sum.Slice((i * step) + first, run);
            Arithmetic.Add(part, gradient.Slice(i * run, run), part);
        }
    }

    private Shape Completed(ReadOnlySpan<int> sizes)
    {
        int unknown = sizes.IndexOf(-1);
        Span<int> known = stackalloc int[sizes.Length];
        sizes.CopyTo(known);
        if (unknown >= 0)
        {
            known[unknown] = 1;
            int rest = Shape.Create(known).Elements;
            known[unknown] = rest > 0 && Count % rest == 0 ? Count / rest : throw NotReshaped(sizes);
        }

        var shape = Shape.Create(known);
        return shape.Elements == Count ? shape : throw NotReshaped(sizes);
    }

    private ArgumentException NotReshaped(ReadOnlySpan<int> sizes) => new($"Reshape: {Shape} holds {Count} numbers, which do not fit {Shape.Text(sizes)}");
}
