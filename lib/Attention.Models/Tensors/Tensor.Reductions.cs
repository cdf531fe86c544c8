using Attention.Kernels;

namespace Attention.Models;

public sealed partial class Tensor
{
    /// <summary>The sum of all numbers.</summary>
    /// <returns>[]</returns>
    public Tensor Sum() => Total("Sum", 1);

    /// <summary>The mean of all numbers; NaN when there is none.</summary>
    /// <returns>[]</returns>
    public Tensor Mean() => Total("Mean", 1f / Count);

    /// <summary>The sums along an axis.</summary>
    /// <param name="axis">Which; −1 is the last.</param>
    /// <param name="keep">Whether the result keeps the axis, with size 1.</param>
    /// <exception cref="ArgumentException">There is no such axis.</exception>
    public Tensor Sum(int axis, bool keep = false) => Total("Sum", axis, keep, isMean: false);

    /// <summary>The means along an axis; NaN where it has no element.</summary>
    /// <param name="axis">Which; −1 is the last.</param>
    /// <param name="keep">Whether the result keeps the axis, with size 1.</param>
    /// <exception cref="ArgumentException">There is no such axis.</exception>
    public Tensor Mean(int axis, bool keep = false) => Total("Mean", axis, keep, isMean: true);

    /// <summary>The largest numbers along an axis; a NaN is larger than any number. The gradient goes to the first of several.</summary>
    /// <param name="axis">Which; −1 is the last.</param>
    /// <param name="keep">Whether the result keeps the axis, with size 1.</param>
    /// <exception cref="ArgumentException">There is no such axis, or it has no element.</exception>
    public Tensor Max(int axis, bool keep = false)
    {
        AxisShape shape = AxisOf("Max", ref axis);
        Tensor y = Uninitialized(keep ? Shape.With(axis, 1) : Shape.Without(axis));
        int[] places = PlacesOfMax("Max", shape);
        ReadOnlySpan<float> x = Values;
        Span<float> result = y.Values;
        for (int i = 0; i < places.Length; i++)
        {
            result[i] = x[places[i]];
        }

        return y.Recorded(
            "Max",
            dy =>
            {
                Span<float> dx = AccumulateGradient(out bool holds);
                if (!holds)
                {
                    dx.Clear();
                }

                for (int i = 0; i < dy.Length; i++)
                {
                    dx[places[i]] += dy[i];
                }
            },
            this);
    }

    /// <summary>Where along an axis the largest number stands; the first of several.</summary>
    /// <param name="axis">Which; −1 is the last.</param>
    /// <returns>Row-major, one per number that Max would give.</returns>
    /// <exception cref="ArgumentException">There is no such axis, or it has no element.</exception>
    public int[] ArgMax(int axis = -1)
    {
        AxisShape shape = AxisOf("ArgMax", ref axis);
        int[] places = PlacesOfMax("ArgMax", shape);
        for (int i = 0; i < places.Length; i++)
        {
            places[i] = places[i] / shape.Inner % shape.Length;
        }

        return places;
    }

    private Tensor Total(string name, float factor)
    {
        Tensor y = Uninitialized([]);
        AxisSum.Forward(new(1, Count, 1), Values, y.Values, Compute.Options);
        y.Values[0] *= factor;
        return y.Recorded(
            name,
            dy =>
            {
                using GradientTarget dx = GradientTarget.Of(this);
                dx.Values.Fill(dy[0] * factor);
            },
            this);
    }

    private Tensor Total(string name, int axis, bool keep, bool isMean)
    {
        AxisShape shape = AxisOf(name, ref axis);
        float factor = isMean ? 1f / shape.Length : 1;
        Tensor y = Uninitialized(keep ? Shape.With(axis, 1) : Shape.Without(axis));
        AxisSum.Forward(shape, Values, y.Values, Compute.Options);
        Arithmetic.Scale(y.Values, factor, y.Values);
        return y.Recorded(
            name,
            dy =>
            {
                using GradientTarget dx = GradientTarget.Of(this);
                AxisSum.Backward(shape, dy, dx.Values, Compute.Options);
                if (factor != 1)
                {
                    Arithmetic.Scale(dx.Values, factor, dx.Values);
                }
            },
            this);
    }

    private AxisShape AxisOf(string operation, ref int axis)
    {
        axis = Shape.Axis(axis, operation);
        return new(Shape.Product(0, axis), Shape[axis], Shape.Product(axis + 1, Rank));
    }

    private int[] PlacesOfMax(string operation, AxisShape shape)
    {
        if (shape.Length == 0)
        {
            throw new ArgumentException($"{operation}: {Shape}: the axis has no element");
        }

        var places = new int[shape.Outer * shape.Inner];
        ReadOnlySpan<float> x = Values;
        for (int outer = 0, at = 0; outer < shape.Outer; outer++)
        {
            Span<int> best = places.AsSpan(outer * shape.Inner, shape.Inner);
            for (int j = 0; j < shape.Length; j++)
            {
                for (int i = 0; i < best.Length; i++, at++)
                {
                    best[i] = j == 0 || x[at] > x[best[i]] || (float.IsNaN(x[at]) && !float.IsNaN(x[best[i]])) ? at : best[i];
                }
            }
        }

        return places;
    }
}
