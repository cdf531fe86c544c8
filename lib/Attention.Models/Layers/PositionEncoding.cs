namespace Attention.Models;

/// <summary>Adds to every row what tells its position.</summary>
public abstract class PositionEncoding : Module
{
    /// <summary>How many positions there are, from 0 on.</summary>
    public int Positions => Table.Shape[0];

    /// <summary>[Positions, Width]; what is added.</summary>
    public abstract Tensor Table { get; }

    /// <summary>Every row with its position's row added.</summary>
    /// <param name="x">[..., Length, Width]</param>
    /// <param name="firstPosition">The position of each sequence's first row.</param>
    /// <exception cref="ArgumentException">The sequence reaches further than the positions.</exception>
    public Tensor Forward(Tensor x, int firstPosition = 0)
    {
        ArgumentNullException.ThrowIfNull(x);
        int length = x.Shape[-2];
        return firstPosition >= 0 && firstPosition <= Positions - length
            ? x + Table.Slice(0, firstPosition, length)
            : throw new ArgumentException($"positions: {firstPosition}+{length} = {(long)firstPosition + length}, and there are {Positions}");
    }
}

/// <summary>Sines and cosines of wavelengths from 2π to 2π · 10000; nothing is learned (Vaswani et al. 2017, § 3.5).</summary>
public sealed class SinusoidalEncoding : PositionEncoding
{
    /// <summary>For so many positions of rows of this width.</summary>
    public SinusoidalEncoding(int positions, int width) => Table = Tensor.Of(Kernels.SinusoidalPositions.Rows(positions, width)).ToLasting();

    /// <inheritdoc/>
    public override Tensor Table { get; }
}

/// <summary>A learned row for every position (Gehring et al. 2017, § 3.1): BERT and GPT.</summary>
public sealed class PositionEmbedding : PositionEncoding
{
    /// <summary>For so many positions of rows of this width.</summary>
    /// <param name="positions">How many.</param>
    /// <param name="width">Floats in a row.</param>
    /// <param name="random">For the first rows.</param>
    /// <param name="initializer">How the table begins; normal with the deviation 0.02, when omitted.</param>
    public PositionEmbedding(int positions, int width, RandomSource random, Initializer? initializer = null) =>
        Table = Parameter("weight", (initializer ?? Initializers.Normal())(random, [positions, width]));

    /// <inheritdoc/>
    public override Tensor Table { get; }
}
