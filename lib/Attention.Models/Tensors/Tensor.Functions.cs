namespace Attention.Models;

public sealed partial class Tensor
{
    /// <summary>e to the power of every element.</summary>
    public Tensor Exp()
    {
        Tensor y = Uninitialized(Shape);
        Kernels.Exponential.Forward(Values, y.Values, Compute.Options);
        return y.Recorded(
            "Exp",
            dy =>
            {
                using GradientTarget dx = GradientTarget.Of(this);
                Kernels.Exponential.Backward(y.Values, dy, dx.Values, Compute.Options);
            },
            this);
    }

    /// <summary>The natural logarithm of every element; −∞ at 0, and NaN below.</summary>
    public Tensor Log()
    {
        Tensor y = Uninitialized(Shape);
        Kernels.Logarithm.Forward(Values, y.Values, Compute.Options);
        return y.Recorded(
            "Log",
            dy =>
            {
                using GradientTarget dx = GradientTarget.Of(this);
                Kernels.Logarithm.Backward(Values, dy, dx.Values, Compute.Options);
            },
            this);
    }

    /// <summary>The square root of every element; NaN below 0.</summary>
    public Tensor Sqrt()
    {
        Tensor y = Uninitialized(Shape);
        Kernels.SquareRoot.Forward(Values, y.Values, Compute.Options);
        return y.Recorded(
            "Sqrt",
            dy =>
            {
                using GradientTarget dx = GradientTarget.Of(this);
                Kernels.SquareRoot.Backward(y.Values, dy, dx.Values, Compute.Options);
            },
            this);
    }

    /// <summary>The size of every element without its sign; at 0 the slope is taken to be 0.</summary>
    public Tensor Abs() => Pointwise<Functions.Abs>("Abs");

    /// <summary>The sine of every element, in radians.</summary>
    public Tensor Sin() => Pointwise<Functions.Sin>("Sin");

    /// <summary>The cosine of every element, in radians.</summary>
    public Tensor Cos() => Pointwise<Functions.Cos>("Cos");

    /// <summary>The hyperbolic tangent of every element: between −1 and 1.</summary>
    public Tensor Tanh()
    {
        Tensor y = Uninitialized(Shape);
        Kernels.Tanh.Forward(Values, y.Values, Compute.Options);
        return y.Recorded(
            "Tanh",
            dy =>
            {
                using GradientTarget dx = GradientTarget.Of(this);
                Kernels.Tanh.Backward(y.Values, dy, dx.Values, Compute.Options);
            },
            this);
    }

    /// <summary>1 / (1 + e^−x) of every element: between 0 and 1.</summary>
    public Tensor Sigmoid()
    {
        Tensor y = Uninitialized(Shape);
        Kernels.Sigmoid.Forward(Values, y.Values, Compute.Options);
        return y.Recorded(
            "Sigmoid",
            dy =>
            {
                using GradientTarget dx = GradientTarget.Of(this);
                Kernels.Sigmoid.Backward(y.Values, dy, dx.Values, Compute.Options);
            },
            this);
    }

    /// <summary>ln(1 + e^x) of every element: a smooth max(x, 0) (Dugas et al. 2001).</summary>
    public Tensor Softplus()
    {
        Tensor y = Uninitialized(Shape);
        Kernels.Softplus.Forward(Values, y.Values, Compute.Options);
        return y.Recorded(
            "Softplus",
            dy =>
            {
                using GradientTarget dx = GradientTarget.Of(this);
                Kernels.Softplus.Backward(Values, dy, dx.Values, Compute.Options);
            },
            this);
    }

    /// <summary>Every element to a power.</summary>
    /// <param name="exponent">Any number. At x = 0 the slope is what the formula p · x^(p − 1) says; that of x⁰ = 1 is 0.</param>
    public Tensor Power(float exponent)
    {
        if (exponent == 2)
        {
            return Squared();
        }

        Tensor y = Uninitialized(Shape);
        ReadOnlySpan<float> x = Values;
        Span<float> result = y.Values;
        for (int i = 0; i < x.Length; i++)
        {
            result[i] = MathF.Pow(x[i], exponent);
        }

        return y.Recorded(
            "Power",
            dy =>
            {
                using GradientTarget target = GradientTarget.Of(this);
                ReadOnlySpan<float> from = Values;
                Span<float> dx = target.Values;
                for (int i = 0; i < dx.Length; i++)
                {
                    dx[i] = dy[i] * exponent * (exponent == 0 ? 1 : MathF.Pow(from[i], exponent - 1));
                }
            },
            this);
    }

    /// <summary>The usual power, which is a product.</summary>
    private Tensor Squared()
    {
        Tensor y = Uninitialized(Shape);
        Kernels.Multiplication.Forward(Values, Values, y.Values, Compute.Options);
        return y.Recorded(
            "Power",
            dy =>
            {
                using GradientTarget dx = GradientTarget.Of(this);
                if (dx.IsWanted)
                {
                    Kernels.Multiplication.Forward(dy, Values, dx.Values, Compute.Options);
                    Kernels.Scaling.Forward(dx.Values, 2, dx.Values, Compute.Options);
                }
            },
            this);
    }

    /// <summary>max(x, 0) of every element (Nair and Hinton 2010).</summary>
    public Tensor Relu()
    {
        Tensor y = Uninitialized(Shape);
        Kernels.Relu.Forward(Values, y.Values, Compute.Options);
        return y.Recorded(
            "Relu",
            dy =>
            {
                using GradientTarget dx = GradientTarget.Of(this);
                Kernels.Relu.Backward(y.Values, dy, dx.Values, Compute.Options);
            },
            this);
    }

    /// <summary>x Φ(x) of every element, exact (Hendrycks and Gimpel 2016): what BERT has.</summary>
    public Tensor Gelu()
    {
        Tensor y = Uninitialized(Shape);
        Kernels.Gelu.Forward(Values, y.Values, Compute.Options);
        return y.Recorded(
            "Gelu",
            dy =>
            {
                using GradientTarget dx = GradientTarget.Of(this);
                Kernels.Gelu.Backward(Values, dy, dx.Values, Compute.Options);
            },
            this);
    }

    /// <summary>x Φ(x) of every element by its approximation with a tanh: what GPT-2 has.</summary>
    public Tensor GeluTanh()
    {
        Tensor y = Uninitialized(Shape);
        Kernels.Gelu.ForwardTanh(Values, y.Values, Compute.Options);
        return y.Recorded(
            "GeluTanh",
            dy =>
            {
                using GradientTarget dx = GradientTarget.Of(this);
                Kernels.Gelu.BackwardTanh(Values, dy, dx.Values, Compute.Options);
            },
            this);
    }

    /// <summary>x σ(x) of every element (Elfwing et al. 2018).</summary>
    public Tensor Silu()
    {
        Tensor y = Uninitialized(Shape);
        Kernels.Silu.Forward(Values, y.Values, Compute.Options);
        return y.Recorded(
            "Silu",
            dy =>
            {
                using GradientTarget dx = GradientTarget.Of(this);
                Kernels.Silu.Backward(Values, dy, dx.Values, Compute.Options);
            },
            this);
    }

    /// <summary>x σ(x) of every element times another's: the gated activation SwiGLU, in one step (Shazeer 2020, eq. 6).</summary>
    /// <param name="factor">Of the same shape.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public Tensor SiluTimes(Tensor factor)
    {
        ArgumentNullException.ThrowIfNull(factor);
        if (factor.Shape != Shape)
        {
            throw new ArgumentException($"SiluTimes: {Shape} and {factor.Shape} differ");
        }

        Tensor y = Uninitialized(Shape);
        Kernels.SwiGlu.Forward(Values, factor.Values, y.Values, Compute.Options);
        return y.Recorded(
            "SiluTimes",
            dy =>
            {
                using GradientTarget dx = GradientTarget.Of(this), df = GradientTarget.Of(factor);
                Kernels.SwiGlu.Backward(Values, factor.Values, dy, dx.Values, df.Values, Compute.Options);
            },
            this,
            factor);
    }

    private Tensor Pointwise<TFunction>(string name)
        where TFunction : struct, Functions.IFunction
    {
        Tensor y = Uninitialized(Shape);
        Functions.Forward<TFunction>(Values, y.Values);
        return y.Recorded(
            name,
            dy =>
            {
                using GradientTarget dx = GradientTarget.Of(this);
                Functions.Backward<TFunction>(Values, y.Values, dy, dx.Values);
            },
            this);
    }
}
