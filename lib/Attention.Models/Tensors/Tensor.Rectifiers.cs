namespace Attention.Models;

public sealed partial class Tensor
{
    /// <summary>x where it is positive, and slope · x elsewhere, so that no gradient ever dies (Maas et al. 2013, eq. 3).</summary>
    /// <param name="slope">Of the negative side.</param>
    public Tensor LeakyRelu(float slope = 0.01f) => Relu() - ((-this).Relu() * slope);

    /// <summary>x where it is positive, and <c>eˣ − 1</c> elsewhere (Clevert et al. 2016, eq. 16, with α = 1).</summary>
    // The exponent is never positive, so it overflows nowhere.
    public Tensor Elu() => Relu() + (-(-this).Relu()).Exp() - 1;

    /// <summary>Rows of length one: the dot product of two of them is the cosine of the angle between them.</summary>
    /// <param name="epsilon">Keeps the mean square of a row of zeros positive.</param>
    public Tensor UnitRows(float epsilon = 1e-8f) => RmsNorm(epsilon: epsilon) * (1 / MathF.Sqrt(Shape[-1]));
}
