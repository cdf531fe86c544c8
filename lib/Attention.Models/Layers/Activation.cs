namespace Attention.Models;

/// <summary>What bends the rows between two linear layers.</summary>
public enum Activation
{
    /// <summary>max(x, 0) (Nair and Hinton 2010): the Transformer of 2017.</summary>
    Relu,

    /// <summary>x Φ(x), exact (Hendrycks and Gimpel 2016): BERT.</summary>
    Gelu,

    /// <summary>x Φ(x) by its approximation with a tanh: GPT-2.</summary>
    GeluTanh,

    /// <summary>x σ(x) (Elfwing et al. 2018): with a gate, what Llama has.</summary>
    Silu,

    /// <summary>tanh x</summary>
    Tanh,

    /// <summary>σ(x) = 1 / (1 + e^−x)</summary>
    Sigmoid,
}

/// <summary>Activations by name.</summary>
public static class Activations
{
    /// <summary>Every element through the activation.</summary>
    /// <exception cref="ArgumentException">There is no such activation.</exception>
    public static Tensor Activate(this Tensor x, Activation activation)
    {
        ArgumentNullException.ThrowIfNull(x);
        return activation switch
        {
            Activation.Relu => x.Relu(),
            Activation.Gelu => x.Gelu(),
            Activation.GeluTanh => x.GeluTanh(),
            Activation.Silu => x.Silu(),
            Activation.Tanh => x.Tanh(),
            Activation.Sigmoid => x.Sigmoid(),
            _ => throw new ArgumentException($"activation: there is none of the number {(int)activation}"),
        };
    }
}
