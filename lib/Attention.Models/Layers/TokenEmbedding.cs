namespace Attention.Models;

/// <summary>A vector for every token of a vocabulary (Bengio et al. 2003, § 2).</summary>
public sealed class TokenEmbedding : Module
{
    /// <summary>A table of these sizes.</summary>
    /// <param name="vocabulary">How many tokens there are.</param>
    /// <param name="width">Floats in a vector.</param>
    /// <param name="random">For the first vectors.</param>
    /// <param name="initializer">How the table begins; normal with the deviation 0.02, when omitted.</param>
    public TokenEmbedding(int vocabulary, int width, RandomSource random, Initializer? initializer = null) =>
        Weight = Parameter("weight", (initializer ?? Initializers.Normal())(random, [vocabulary, width]));

    /// <summary>[Vocabulary, Width]</summary>
    public Tensor Weight { get; }

    /// <summary>The vector of every token.</summary>
    /// <param name="tokens">Each from 0 to Vocabulary − 1; not copied, and to stay as they are until the gradient is computed.</param>
    /// <param name="shape">How the tokens are laid out, such as [batch, length]; left out: [tokens].</param>
    /// <returns>[..., Width]</returns>
    public Tensor Forward(ReadOnlyMemory<int> tokens, params ReadOnlySpan<int> shape) => Tensor.Embedding(Weight, tokens, shape);

    /// <summary>Logits of every token, by the same vectors: an output layer whose weights are tied to the table (Press and Wolf 2017).</summary>
    /// <param name="x">[..., Width]</param>
    /// <returns>[..., Vocabulary]</returns>
    public Tensor Logits(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.Linear(Weight);
    }
}
