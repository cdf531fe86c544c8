namespace Attention.Models;

/// <summary>The gated recurrent unit: one gate says how much of the state a candidate sees, the other how much of the state it replaces.</summary>
/// <remarks>
/// <c>r = σ(W_r x + U_r h)</c>, <c>z = σ(W_z x + U_z h)</c>, <c>n = tanh(W_n x + r ⊙ (U_n h))</c>, <c>h' = (1 − z) ⊙ n + z ⊙ h</c>, each product with its bias.
/// Cho et al. 2014, § 2.3, where r stands before the product, U_n (r ⊙ h), and the two sides of z are exchanged (as z always may be); this is the variant of PyTorch and cuDNN.
/// </remarks>
public sealed class GruCell : RecurrentCell
{
    /// <summary>A cell of these widths.</summary>
    /// <param name="inputWidth">In: floats in a row of the input.</param>
    /// <param name="width">H: floats in a hidden state.</param>
    /// <param name="random">For the first weights.</param>
    /// <exception cref="ArgumentException">A width is less than 1.</exception>
    public GruCell(int inputWidth, int width, RandomSource random)
        : base(inputWidth, width, 3, random)
    {
    }

    /// <inheritdoc/>
    public override int StateParts => 1;

    private protected override Tensor Next(Tensor projected, Tensor recurrent, Tensor state) => Tensor.GruStep(projected, recurrent, Hidden(state));
}
