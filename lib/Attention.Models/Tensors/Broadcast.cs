using System.Numerics;
using Attention.Kernels;

namespace Attention.Models;

/// <summary>Two shapes seen as one: axes are aligned at the last, and where a size is 1 or missing, what there is is repeated.</summary>
/// <remarks>Neighbouring axes along which both operands go on alike are one axis here, so that usual cases are one or two loops.</remarks>
internal readonly ref struct Broadcast
{
    private readonly int[] _sizes;
    private readonly int[] _left;
    private readonly int[] _right;

    private Broadcast(Shape shape, int[] sizes, int[] left, int[] right)
    {
        (Shape, _sizes, _left, _right) = (shape, sizes, left, right);
    }

    /// <summary>The shape of the result.</summary>
    internal Shape Shape { get; }

    /// <summary>How two shapes go together.</summary>
    /// <exception cref="ArgumentException">They do not.</exception>
    internal static Broadcast Of(string operation, string sign, Shape left, Shape right)
    {
        int rank = Math.Max(left.Rank, right.Rank);
        int[] shape = new int[rank];
        for (int axis = -1; axis >= -rank; axis--)
        {
            int l = -axis <= left.Rank ? left[axis] : 1, r = -axis <= right.Rank ? right[axis] : 1;
            shape[rank + axis] = l == r || r == 1 ? l
                : l == 1 ? r
                : throw new ArgumentException($"{operation}: {left} {sign} {right}: at axis {axis} the sizes {l} and {r} differ, and neither is 1");
        }

        Shape result = [.. shape];
        return Coalesced(result, left, right);
    }

    /// <summary>Applies a function to every pair.</summary>
    internal void Run<TBinary>(ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> result)
        where TBinary : struct, IBinary
    {
        if (result.Length == left.Length && SliceOf(_right) is { } slice && TBinary.Along(slice, left, right, result))
        {
            return;
        }

        if (TBinary.IsCommutative && result.Length == right.Length && SliceOf(_left) is { } other && TBinary.Along(other, right, left, result))
        {
            return;
        }

        int last = _sizes.Length - 1, run = _sizes[last];
        if (last == 0 && _left[0] == 1 && _right[0] == 1)
        {
            TBinary.All(left, right, result);
            return;
        }

        Counter at = new(_sizes.AsSpan(0, last));
        for (int i = 0; i < result.Length; i += run)
        {
            int l = at.Offset(_left), r = at.Offset(_right);
            Span<float> y = result.Slice(i, run);
            if (_right[last] == 0)
            {
                if (_left[last] == 0)
                {
                    y.Fill(TBinary.Of(left[l], right[r]));
                }
                else
                {
                    Arithmetic.RunRight<TBinary>(left.Slice(l, run), right[r], y);
                }
            }
            else if (_left[last] == 0)
            {
                Arithmetic.RunLeft<TBinary>(left[l], right.Slice(r, run), y);
            }
            else
            {
                Arithmetic.Run<TBinary>(left.Slice(l, run), right.Slice(r, run), y);
            }

            at.Next();
        }
    }

    /// <summary>Sums what was repeated: the gradient of an operand from that of the result.</summary>
    /// <param name="from">The shape of the result.</param>
    /// <param name="gradient">As many as the result's shape holds.</param>
    /// <param name="to">The shape of the operand.</param>
    /// <param name="sums">As many as the operand's shape holds; overwritten.</param>
    internal static void SumTo(Shape from, ReadOnlySpan<float> gradient, Shape to, Span<float> sums)
    {
        Broadcast plan = Coalesced(from, to, from);
        if (plan.SliceOf(plan._left) is { } slice)
        {
            AxisSum.Forward(slice, gradient, sums, Compute.Options);
            return;
        }

        int last = plan._sizes.Length - 1, run = plan._sizes[last];
        Counter at = new(plan._sizes.AsSpan(0, last));
        sums.Clear();
        for (int i = 0; i < gradient.Length; i += run)
        {
            int target = at.Offset(plan._left);
            ReadOnlySpan<float> terms = gradient.Slice(i, run);
            if (plan._left[last] == 0)
            {
                foreach (float term in terms)
                {
                    sums[target] += term;
                }
            }
            else
            {
                Arithmetic.Run<Arithmetic.Plus>(sums.Slice(target, run), terms, sums.Slice(target, run));
            }

            at.Next();
        }
    }

    /// <summary>Repeats an operand until it has the result's shape: the gradient of a sum.</summary>
    internal static void Repeat(Shape from, ReadOnlySpan<float> x, Shape to, Span<float> y)
    {
        Broadcast plan = Coalesced(to, from, []);
        if (plan.SliceOf(plan._left) is { } slice)
        {
            AxisSum.Backward(slice, x, y, Compute.Options);
        }
        else
        {
            plan.Run<First>(x, [0], y);
        }
    }

    /// <summary>The axis along which an operand is one slice that is repeated; null where it is repeated along none or several.</summary>
    private AxisShape? SliceOf(int[] steps)
    {
        int axis = Array.IndexOf(steps, 0);
        if (axis < 0 || Array.LastIndexOf(steps, 0) != axis)
        {
            return null;
        }

        int outer = 1, inner = 1;
        for (int i = 0; i < _sizes.Length; i++)
        {
            outer *= i < axis ? _sizes[i] : 1;
            inner *= i > axis ? _sizes[i] : 1;
        }

        return new(outer, _sizes[axis], inner);
    }

    private static Broadcast Coalesced(Shape shape, Shape left, Shape right)
    {
        var sizes = new List<int>();
        List<int> lefts = [], rights = [];
        int leftStep = 1, rightStep = 1;
        for (int axis = -1; axis >= -shape.Rank; axis--)
        {
            int size = shape[axis], l = -axis <= left.Rank ? left[axis] : 1, r = -axis <= right.Rank ? right[axis] : 1;
            if (size == 1)
            {
                continue;
            }

            (int leftHere, int rightHere) = (l == 1 ? 0 : leftStep, r == 1 ? 0 : rightStep);
            if (sizes.Count > 0 && leftHere == lefts[^1] * sizes[^1] && rightHere == rights[^1] * sizes[^1])
            {
                sizes[^1] *= size; // the axis before goes on where this one ended
            }
            else
            {
                sizes.Add(size);
                lefts.Add(leftHere);
                rights.Add(rightHere);
            }

            (leftStep, rightStep) = (leftStep * l, rightStep * r);
        }

        if (sizes.Count == 0)
        {
            return new(shape, [1], [1], [1]);
        }

        sizes.Reverse();
        lefts.Reverse();
        rights.Reverse();
        return new(shape, [.. sizes], [.. lefts], [.. rights]);
    }

    private readonly struct First : IBinary
    {
        public static Vector<float> Of(Vector<float> left, Vector<float> right) => left;

        public static float Of(float left, float right) => left;

        public static void All(ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> result) => left.CopyTo(result);
    }

    /// <summary>Counts through all places of some axes.</summary>
    private ref struct Counter(ReadOnlySpan<int> sizes)
    {
        private readonly ReadOnlySpan<int> _sizes = sizes;
        private readonly int[] _place = new int[sizes.Length];

        internal readonly int Offset(ReadOnlySpan<int> steps)
        {
            int offset = 0;
            for (int axis = 0; axis < _place.Length; axis++)
            {
                offset += _place[axis] * steps[axis];
            }

            return offset;
        }

        internal readonly void Next()
        {
            for (int axis = _sizes.Length - 1; axis >= 0; axis--)
            {
                if (++_place[axis] < _sizes[axis])
                {
                    return;
                }

                _place[axis] = 0;
            }
        }
    }
}
