namespace Attention.Models;

/// <summary>Two linear layers and what bends the rows between them, for every position alike: <c>FFN(x) = f(x W₁ᵀ + b₁) W₂ᵀ + b₂</c> (Vaswani et al. 2017, eq. 2).</summary>
public sealed class FeedForward : Module
{
    private readonly Linear _inner;
    private readonly Linear _outer;
    private readonly Linear? _gate;
    private readonly DropoutLayer _dropout;
    private readonly Activation _activation;

    /// <summary>A feed-forward part of these widths.</summary>
    /// <param name="width">Floats in a row of the input and of the output.</param>
    /// <param name="innerWidth">Floats in a row between them; four times the width in most models.</param>
    /// <param name="random">For the first weights.</param>
    /// <param name="activation">f</param>
    /// <param name="dropout">The share of the inner row that is dropped in training.</param>
    /// <param name="isGated">Whether f(x W₁ᵀ) is multiplied by a second product x Vᵀ; with SiLU this is SwiGLU (Shazeer 2020, eq. 6).</param>
    /// <param name="hasBias">Whether the linear layers have biases.</param>
    /// <param name="initializer">How the weights begin; Xavier's uniform rule, when omitted.</param>
    public FeedForward(
        int width,
        int innerWidth,
        RandomSource random,
        Activation activation = Activation.Relu,
        float dropout = 0,
        bool isGated = false,
        bool hasBias = true,
        Initializer? initializer = null)
    {
        _activation = activation;
        _inner = Add("inner", new Linear(width, innerWidth, random, hasBias, initializer));
        _gate = isGated ? Add("gate", new Linear(width, innerWidth, random, hasBias, initializer)) : null;
        _outer = Add("outer", new Linear(innerWidth, width, random, hasBias, initializer));
        _dropout = Add("dropout", new DropoutLayer(dropout, random));
    }

    /// <summary>Every row through the layers.</summary>
    /// <param name="x">[..., Width]</param>
    /// <returns>[..., Width]</returns>
    public Tensor Forward(Tensor x)
    {
        Tensor inner = _inner.Forward(x);
        inner = _gate is null ? inner.Activate(_activation)
            : _activation == Activation.Silu ? inner.SiluTimes(_gate.Forward(x))
            : inner.Activate(_activation) * _gate.Forward(x);
        return _outer.Forward(_dropout.Forward(inner));
    }
}
