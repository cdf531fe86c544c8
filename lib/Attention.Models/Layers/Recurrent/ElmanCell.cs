namespace Attention.Models;

/// <summary>The simple recurrent network: <c>h' = tanh(W x + b + U h + u)</c>.</summary>
/// <remarks>Elman 1990, with a tanh as PyTorch's RNN has it. Gradients through many steps are products of many factors: they vanish or explode (Bengio, Simard and Frasconi 1994).</remarks>
public sealed class ElmanCell : RecurrentCell
{
    /// <summary>A cell of these widths.</summary>
    /// <param name="inputWidth">In: floats in a row of the input.</param>
    /// <param name="width">H: floats in a hidden state.</param>
    /// <param name="random">For the first weights.</param>
    /// <exception cref="ArgumentException">A width is less than 1.</exception>
    public ElmanCell(int inputWidth, int width, RandomSource random)
        : base(inputWidth, width, 1, random)
    {
    }

    /// <inheritdoc/>
    public override int StateParts => 1;

    private protected override Tensor Next(Tensor projected, Tensor recurrent, Tensor state) => (projected + recurrent).Tanh().Reshape(state.Shape);
}
