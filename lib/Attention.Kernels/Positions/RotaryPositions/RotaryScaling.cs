using static System.FormattableString;

namespace Attention.Kernels;

/// <summary>How the angles are slowed down so that a model reads more positions than it was trained on. The default value changes nothing.</summary>
public readonly record struct RotaryScaling
{
    private readonly Way _way;
    private readonly double _factor;
    private readonly double _trained;
    private readonly double _slow;
    private readonly double _fast;

    private RotaryScaling(Way way, double factor, int trained = 0, double slow = 0, double fast = 0)
    {
        if (!(factor >= 1 && double.IsFinite(factor)))
        {
            throw new ArgumentException(Invariant($"{nameof(factor)}: expected a finite number of at least 1, got {factor}"));
        }

        if (way is Way.Yarn or Way.Llama3)
        {
            Guard.Positive(nameof(trained), trained);
            if (!(slow > 0 && fast > slow && double.IsFinite(fast)))
            {
                throw new ArgumentException(Invariant($"{nameof(slow)}, {nameof(fast)}: expected 0 < slow < fast, got {slow} and {fast}"));
            }
        }

        (_way, _factor, _trained, _slow, _fast) = (way, factor, trained, slow, fast);
    }

    private enum Way
    {
        None,
        Linear,
        Ntk,
        Yarn,
        Llama3,
    }

    /// <summary>The angles as they are.</summary>
    public static RotaryScaling None => default;

    /// <summary>What every cosine and sine is multiplied by: 1, and with YaRN <c>0.1 ln(factor) + 1</c>, which sharpens the softmax (Peng et al. 2023, § 3.4, eq. 22, where it is √(1/t)).</summary>
    public double Magnitude => _way == Way.Yarn ? (0.1 * Math.Log(_factor)) + 1 : 1;

    /// <summary>Position interpolation: all angles divided by the factor (Chen et al. 2023, eq. 4).</summary>
    /// <param name="factor">How many times longer the text may be; at least 1.</param>
    /// <exception cref="ArgumentException">The factor is below 1 or not finite.</exception>
    public static RotaryScaling Linear(double factor) => new(Way.Linear, factor);

    /// <summary>NTK-aware: the base grows to base · factor^(R/(R−2)), so that the fastest pair keeps its angle and the slowest has it divided by the factor (bloc97 2023; Peng et al. 2023, § 3.1, eq. 16).</summary>
    /// <param name="factor">How many times longer the text may be; at least 1.</param>
    /// <exception cref="ArgumentException">The factor is below 1 or not finite.</exception>
    public static RotaryScaling NtkAware(double factor) => new(Way.Ntk, factor);

    /// <summary>YaRN: slow pairs are interpolated, fast ones keep their angle, and a ramp lies between (Peng et al. 2023, § 3.2, eq. 20; with <see cref="Magnitude"/>, definition 3).</summary>
    /// <param name="factor">How many times longer the text may be; at least 1.</param>
    /// <param name="trained">Positions that the model was trained on.</param>
    /// <param name="slow">A pair that turns fewer times than this over the trained positions is interpolated; the article's α.</param>
    /// <param name="fast">A pair that turns more times than this keeps its angle; the article's β.</param>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    /// <remarks>The ramp is linear in the pair's index, between whole indices, as in the authors' code and the models trained with it; the article's eq. 18 makes it linear in the turns.</remarks>
    public static RotaryScaling Yarn(double factor, int trained, double slow = 1, double fast = 32) => new(Way.Yarn, factor, trained, slow, fast);

    /// <summary>Llama 3.1's: as YaRN, with a ramp linear in the turns, and no change of magnitude (Grattafiori et al. 2024, as in Meta's code).</summary>
    /// <param name="factor">How many times longer the text may be; at least 1.</param>
    /// <param name="trained">Positions that the model was trained on.</param>
    /// <param name="slow">A pair that turns fewer times than this over the trained positions is interpolated.</param>
    /// <param name="fast">A pair that turns more times than this keeps its angle.</param>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    public static RotaryScaling Llama3(double factor, int trained, double slow = 1, double fast = 4) => new(Way.Llama3, factor, trained, slow, fast);

    /// <summary>The angle by which a pair turns from one position to the next.</summary>
    /// <param name="pair">i, from 0 to R/2 − 1.</param>
    /// <param name="width">R: floats that turn.</param>
    /// <param name="base">The base of the angles without scaling.</param>
    internal double Frequency(int pair, int width, double @base)
    {
        double plain = Math.Pow(@base, -2.0 * pair / width);
        return _way switch
        {
            Way.Linear => plain / _factor,
            Way.Ntk => pair == 0 ? plain : plain * Math.Pow(_factor, -2.0 * pair / (width - 2)),
            Way.Yarn => Between(plain, YarnShare(pair, width, @base)),
            Way.Llama3 => Between(plain, Math.Clamp(((_trained * plain / (2 * Math.PI)) - _slow) / (_fast - _slow), 0, 1)),
            _ => plain,
        };
    }

    /// <summary>From the interpolated angle, share 0, to the plain one, share 1.</summary>
    private double Between(double plain, double share) => ((1 - share) * plain / _factor) + (share * plain);

    private double YarnShare(int pair, int width, double @base)
    {
        double first = Math.Max(Math.Floor(PairThatTurns(_fast, width, @base)), 0);
        double last = Math.Min(Math.Ceiling(PairThatTurns(_slow, width, @base)), width - 1);
        double ramp = first == last ? 0.001 : last - first; // a step, where there is no room for a ramp
        return 1 - Math.Clamp((pair - first) / ramp, 0, 1);
    }

    /// <summary>The index, not a whole one, of the pair that turns so many times over the trained positions.</summary>
    private double PairThatTurns(double turns, int width, double @base) => width * Math.Log(_trained / (turns * 2 * Math.PI)) / (2 * Math.Log(@base));
}
