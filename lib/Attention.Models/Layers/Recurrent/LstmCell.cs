namespace Attention.Models;

/// <summary>Long short-term memory: a cell that is added to, so that gradients pass through many steps; gates say what is written, kept and shown.</summary>
/// <remarks>
/// <c>i = σ(W_i x + U_i h)</c>, <c>f = σ(W_f x + U_f h)</c>, <c>g = tanh(W_g x + U_g h)</c>, <c>o = σ(W_o x + U_o h)</c>, each product with its bias; <c>c' = f ⊙ c + i ⊙ g</c>, <c>h' = o ⊙ tanh c'</c>.
/// Hochreiter and Schmidhuber 1997; the forget gate is Gers, Schmidhuber and Cummins 2000. Its bias begins at 1, so that the cell keeps what it holds until it learns to forget
/// (Jozefowicz, Zaremba and Sutskever 2015, § 5).
/// </remarks>
public sealed class LstmCell : RecurrentCell
{
    /// <summary>A cell of these widths.</summary>
    /// <param name="inputWidth">In: floats in a row of the input.</param>
    /// <param name="width">H: floats in a hidden state.</param>
    /// <param name="random">For the first weights.</param>
    /// <exception cref="ArgumentException">A width is less than 1.</exception>
    public LstmCell(int inputWidth, int width, RandomSource random)
        : base(inputWidth, width, 4, random) => InputBias.Values.Slice(width, width).Fill(1);

    /// <inheritdoc/>
    public override int StateParts => 2;

    private protected override Tensor Next(Tensor projected, Tensor recurrent, Tensor state) => Tensor.LstmStep(projected, recurrent, state.At(0, 1));
}
