namespace Attention.Models;

/// <summary>A linear layer: <c>y = x Wᵀ + b</c>.</summary>
public sealed class Linear : Module
{
    /// <summary>A layer of these widths.</summary>
    /// <param name="input">In: floats in a row of the input.</param>
    /// <param name="output">Out: floats in a row of the output.</param>
    /// <param name="random">For the first weights.</param>
    /// <param name="hasBias">Whether b is there; it begins at zero.</param>
    /// <param name="initializer">How the weight begins; Xavier's uniform rule, when omitted.</param>
    public Linear(int input, int output, RandomSource random, bool hasBias = true, Initializer? initializer = null)
    {
        Weight = Parameter("weight", (initializer ?? Initializers.XavierUniform())(random, [output, input]));
        Bias = hasBias ? Parameter("bias", Tensor.Zeros(output)) : null;
    }

    /// <summary>[Out, In]</summary>
    public Tensor Weight { get; }

    /// <summary>[Out]; null: none.</summary>
    public Tensor? Bias { get; }

    /// <summary>Every row through the layer.</summary>
    /// <param name="x">[..., In]</param>
    /// <returns>[..., Out]</returns>
    public Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.Linear(Weight, Bias);
    }
}
