namespace Attention.Models;

public sealed partial class Tensor
{
    /// <summary>The sum, element by element; shapes broadcast.</summary>
    public static Tensor operator +(Tensor left, Tensor right) => Add(left, right);

    /// <summary>A number added to every element.</summary>
    public static Tensor operator +(Tensor left, float right) => Add(left, Scalar(right));

    /// <summary>A number added to every element.</summary>
    public static Tensor operator +(float left, Tensor right) => Add(Scalar(left), right);

    /// <summary>The difference, element by element; shapes broadcast.</summary>
    public static Tensor operator -(Tensor left, Tensor right) => Subtract(left, right);

    /// <summary>Every element less a number.</summary>
    public static Tensor operator -(Tensor left, float right) => Subtract(left, Scalar(right));

    /// <summary>A number less every element.</summary>
    public static Tensor operator -(float left, Tensor right) => Subtract(Scalar(left), right);

    /// <summary>The product, element by element (Hadamard); shapes broadcast. For matrices' product see <see cref="MatMul"/>.</summary>
    public static Tensor operator *(Tensor left, Tensor right) => Multiply(left, right);

    /// <summary>Every element times a number.</summary>
    public static Tensor operator *(Tensor left, float right)
    {
        ArgumentNullException.ThrowIfNull(left);
        return left.Scaled(right);
    }

    /// <summary>A number times every element.</summary>
    public static Tensor operator *(float left, Tensor right) => right * left;

    /// <summary>The quotient, element by element; shapes broadcast.</summary>
    public static Tensor operator /(Tensor left, Tensor right) => Divide(left, right);

    /// <summary>Every element over a number.</summary>
    public static Tensor operator /(Tensor left, float right) => Divide(left, Scalar(right));

    /// <summary>A number over every element.</summary>
    public static Tensor operator /(float left, Tensor right) => Divide(Scalar(left), right);

    /// <summary>Every element with the other sign.</summary>
    public static Tensor operator -(Tensor x) => x * -1;

    /// <summary>The sum, element by element; shapes broadcast.</summary>
    /// <exception cref="ArgumentException">The shapes do not go together.</exception>
    public static Tensor Add(Tensor left, Tensor right)
    {
        Tensor y = Elementwise<Arithmetic.Plus>("Add", "+", left, right);
        return y.Recorded(
            "Add",
            dy =>
            {
                left.PassOrSum(y, dy);
                right.PassOrSum(y, dy);
            },
            left,
            right);
    }

    /// <summary>The difference, element by element; shapes broadcast.</summary>
    /// <exception cref="ArgumentException">The shapes do not go together.</exception>
    public static Tensor Subtract(Tensor left, Tensor right)
    {
        Tensor y = Elementwise<Arithmetic.Minus>("Subtract", "−", left, right);
        return y.Recorded(
            "Subtract",
            dy =>
            {
                left.PassOrSum(y, dy);
                using GradientTarget target = GradientTarget.Of(right);
                if (target.IsWanted)
                {
                    Broadcast.SumTo(y.Shape, dy, right.Shape, target.Values);
                    Arithmetic.Scale(target.Values, -1, target.Values);
                }
            },
            left,
            right);
    }

    /// <summary>The product, element by element; shapes broadcast. <c>da = dy · b</c>, <c>db = dy · a</c>, each summed over what was repeated.</summary>
    /// <exception cref="ArgumentException">The shapes do not go together.</exception>
    public static Tensor Multiply(Tensor left, Tensor right)
    {
        Tensor y = Elementwise<Arithmetic.Times>("Multiply", "×", left, right);
        return y.Recorded(
            "Multiply",
            dy =>
            {
                left.TakeProduct<Arithmetic.Times>(y.Shape, dy, right, 1);
                right.TakeProduct<Arithmetic.Times>(y.Shape, dy, left, 1);
            },
            left,
            right);
    }

    /// <summary>The quotient, element by element; shapes broadcast. <c>da = dy / b</c>, <c>db = −dy · y / b</c>, each summed over what was repeated.</summary>
    /// <exception cref="ArgumentException">The shapes do not go together.</exception>
    public static Tensor Divide(Tensor left, Tensor right)
    {
        Tensor y = Elementwise<Arithmetic.Over>("Divide", "/", left, right);
        return y.Recorded(
            "Divide",
            dy =>
            {
                left.TakeProduct<Arithmetic.Over>(y.Shape, dy, right, 1);
                if (right.RequiresGradient)
                {
                    Storage product = StoragePool.Rent(y.Count);
                    Span<float> dyTimesY = product.Span(0, y.Count);
                    Arithmetic.Times.All(dy, y.Values, dyTimesY);
                    right.TakeProduct<Arithmetic.Over>(y.Shape, dyTimesY, right, -1);
                    StoragePool.Return(product);
                }
            },
            left,
            right);
    }

    private static Tensor Elementwise<TBinary>(string operation, string sign, Tensor left, Tensor right)
        where TBinary : struct, IBinary
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        Broadcast plan = Broadcast.Of(operation, sign, left.Shape, right.Shape);
        Tensor y = Uninitialized(plan.Shape);
        plan.Run<TBinary>(left.Values, right.Values, y.Values);
        return y;
    }

    private Tensor Scaled(float factor)
    {
        Tensor y = Uninitialized(Shape);
        Arithmetic.Scale(Values, factor, y.Values);
        return y.Recorded(
            "Scale",
            dy =>
            {
                using GradientTarget dx = GradientTarget.Of(this);
                Arithmetic.Scale(dy, factor, dx.Values);
            },
            this);
    }

    /// <summary>The result's gradient is this one's too, summed over what was repeated.</summary>
    private void PassOrSum(Tensor result, ReadOnlySpan<float> gradient)
    {
        if (Shape == result.Shape)
        {
            PassGradient(result);
            return;
        }

        using GradientTarget target = GradientTarget.Of(this);
        if (target.IsWanted)
        {
            Broadcast.SumTo(result.Shape, gradient, Shape, target.Values);
        }
    }

    /// <summary>Takes sign · gradient ∘ other as this one's gradient, summed over what was repeated.</summary>
    private void TakeProduct<TBinary>(Shape result, ReadOnlySpan<float> gradient, Tensor other, float sign)
        where TBinary : struct, IBinary
    {
        using GradientTarget target = GradientTarget.Of(this);
        if (!target.IsWanted)
        {
            return;
        }

        Broadcast plan = Broadcast.Of("Backward", "×", result, other.Shape);
        if (Shape == result)
        {
            plan.Run<TBinary>(gradient, other.Values, target.Values);
        }
        else
        {
            Storage product = StoragePool.Rent(gradient.Length);
            plan.Run<TBinary>(gradient, other.Values, product.Span(0, gradient.Length));
            Broadcast.SumTo(result, product.Span(0, gradient.Length), Shape, target.Values);
            StoragePool.Return(product);
        }

        if (sign != 1)
        {
            Arithmetic.Scale(target.Values, sign, target.Values);
        }
    }
}
