namespace Attention.Models;

/// <summary>The first values of a parameter.</summary>
/// <param name="random">Where chance comes from.</param>
/// <param name="shape">[Out, In], or for convolutions [Out, In, ...]; a vector, where the rule does not look at the fans.</param>
public delegate Tensor Initializer(RandomSource random, Shape shape);

/// <summary>How parameters begin, from the papers. The fans of a weight [Out, In, ...] are In and Out times the size of the rest.</summary>
public static class Initializers
{
    /// <summary>Zeros: the usual bias.</summary>
    public static Initializer Zeros { get; } = (_, shape) => Tensor.Zeros(shape);

    /// <summary>Ones: the usual gain.</summary>
    public static Initializer Ones { get; } = (_, shape) => Tensor.Ones(shape);

    /// <summary>Uniform between ±gain · √(6 / (fanIn + fanOut)): the variance stays through layers that are near linear.</summary>
    /// <remarks>Glorot and Bengio 2010, eq. 16.</remarks>
    public static Initializer XavierUniform(float gain = 1) => (random, shape) =>
    {
        (double fanIn, double fanOut) = Fans("XavierUniform", shape);
        return Symmetric(random, gain * Math.Sqrt(6 / (fanIn + fanOut)), shape);
    };

    /// <summary>Normal with the deviation gain · √(2 / (fanIn + fanOut)).</summary>
    /// <remarks>Glorot and Bengio 2010, eq. 12.</remarks>
    public static Initializer XavierNormal(float gain = 1) => (random, shape) =>
    {
        (double fanIn, double fanOut) = Fans("XavierNormal", shape);
        return Tensor.Normal(random, (float)(gain * Math.Sqrt(2 / (fanIn + fanOut))), shape);
    };

    /// <summary>Uniform between ±gain · √(3 / fanIn); with the gain √2, the usual one, the variance stays through layers with ReLU.</summary>
    /// <remarks>He et al. 2015, eq. 10.</remarks>
    public static Initializer KaimingUniform(float gain = 1.41421356f) =>
        (random, shape) => Symmetric(random, gain * Math.Sqrt(3 / Fans("KaimingUniform", shape).In), shape);

    /// <summary>Normal with the deviation gain / √fanIn; with the gain √2, the usual one, the variance stays through layers with ReLU.</summary>
    /// <remarks>He et al. 2015, eq. 10.</remarks>
    public static Initializer KaimingNormal(float gain = 1.41421356f) =>
        (random, shape) => Tensor.Normal(random, (float)(gain / Math.Sqrt(Fans("KaimingNormal", shape).In)), shape);

    /// <summary>Normal; GPT-2 has the deviation 0.02 (Radford et al. 2019, § 2.3, after Radford et al. 2018, § 4.1).</summary>
    public static Initializer Normal(float deviation = 0.02f) => (random, shape) => Tensor.Normal(random, deviation, shape);

    /// <summary>Normal, drawn again where it is more than two deviations away: BERT's, with the deviation 0.02 (Devlin et al. 2019, the published code).</summary>
    public static Initializer TruncatedNormal(float deviation = 0.02f) => (random, shape) =>
    {
        Tensor tensor = Tensor.Zeros(shape);
        foreach (ref float value in tensor.Values)
        {
            double draw = random.NextNormal();
            while (Math.Abs(draw) > 2)
            {
                draw = random.NextNormal();
            }

            value = (float)(deviation * draw);
        }

        return tensor;
    };

    /// <summary>Uniform between ±bound: what recurrent layers begin with, the bound being 1 / √width.</summary>
    public static Initializer Uniform(float bound) => (random, shape) => Symmetric(random, bound, shape);

    private static Tensor Symmetric(RandomSource random, double bound, Shape shape) => Tensor.Uniform(random, (float)-bound, (float)bound, shape);

    private static (double In, double Out) Fans(string rule, Shape shape)
    {
        if (shape.Rank < 2)
        {
            throw new ArgumentException($"{rule}: expected a weight [Out, In, ...], got {shape}");
        }

        double rest = shape.Product(2, shape.Rank);
        return (shape[1] * rest, shape[0] * rest);
    }
}
