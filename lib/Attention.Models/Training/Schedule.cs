using static System.FormattableString;

namespace Attention.Models;

/// <summary>The learning rate as a function of the step.</summary>
/// <remarks>Steps are counted from 1, as in the papers: the first step that changes a parameter is step 1.</remarks>
public sealed class Schedule
{
    private readonly Func<long, double> _rate;
    private readonly string _text;

    private Schedule(string text, Func<long, double> rate) => (_text, _rate) = (text, rate);

    /// <summary>The same rate at every step.</summary>
    /// <param name="rate">η</param>
    public static implicit operator Schedule(double rate) => Constant(rate);

    /// <summary>The same rate at every step.</summary>
    /// <param name="rate">η</param>
    /// <exception cref="ArgumentException">The rate is negative or no number.</exception>
    public static Schedule Constant(double rate)
    {
        CheckRate(nameof(rate), rate);
        return new(Invariant($"constant {rate}"), _ => rate);
    }

    /// <summary>The Transformer's: up in a straight line, then down as 1/√step: <c>scale · width^−0.5 · min(step^−0.5, step · warmUp^−1.5)</c> (Vaswani et al. 2017, eq. 3).</summary>
    /// <param name="width">d_model</param>
    /// <param name="warmUp">How many steps it rises; 4000 in the paper.</param>
    /// <param name="scale">Multiplies all rates; 1 in the paper.</param>
    /// <exception cref="ArgumentException">A size is less than 1, or the scale is negative or no number.</exception>
    public static Schedule Transformer(int width, int warmUp = 4000, double scale = 1)
    {
        CheckSteps(nameof(width), width, 1);
        CheckSteps(nameof(warmUp), warmUp, 1);
        CheckRate(nameof(scale), scale);
        double factor = scale / Math.Sqrt(width), slope = Math.Pow(warmUp, -1.5);
        return new(Invariant($"Transformer, width {width}, warm-up {warmUp}"), step => factor * Math.Min(1 / Math.Sqrt(step), step * slope));
    }

    /// <summary>Up in a straight line, then down along half a cosine: <c>floor + (peak − floor) (1 + cos(π t)) / 2</c>, t from 0 to 1 (Loshchilov and Hutter 2017, eq. 5, one period).</summary>
    /// <param name="peak">The highest rate.</param>
    /// <param name="steps">How many steps there are; after them the rate stays at the floor.</param>
    /// <param name="warmUp">How many of them it rises.</param>
    /// <param name="floor">The rate at the end.</param>
    /// <exception cref="ArgumentException">A rate is negative or no number, or the warm-up is not shorter than the whole.</exception>
    public static Schedule Cosine(double peak, long steps, long warmUp = 0, double floor = 0)
    {
        CheckRate(nameof(floor), floor);
        return Falling("cosine", peak, steps, warmUp, t => floor + ((peak - floor) * (1 + Math.Cos(Math.PI * t)) / 2));
    }

    /// <summary>Up in a straight line, then down in a straight line to zero, as BERT was trained (Devlin et al. 2019, § A.2).</summary>
    /// <param name="peak">The highest rate.</param>
    /// <param name="steps">How many steps there are; after them the rate is zero.</param>
    /// <param name="warmUp">How many of them it rises.</param>
    /// <exception cref="ArgumentException">The rate is negative or no number, or the warm-up is not shorter than the whole.</exception>
    public static Schedule Linear(double peak, long steps, long warmUp = 0) => Falling("linear", peak, steps, warmUp, t => peak * (1 - t));

    /// <summary>The rate at a step.</summary>
    /// <param name="step">From 1.</param>
    /// <exception cref="ArgumentException">The step is less than 1.</exception>
    public float At(long step)
    {
        CheckSteps(nameof(step), step, 1);
        return (float)_rate(step);
    }

    /// <summary>Its kind and its numbers.</summary>
    public override string ToString() => _text;

    private static Schedule Falling(string kind, double peak, long steps, long warmUp, Func<double, double> fall)
    {
        CheckRate(nameof(peak), peak);
        CheckSteps(nameof(warmUp), warmUp, 0);
        CheckSteps(nameof(steps), steps, warmUp + 1);
        return new(
            Invariant($"{kind}, peak {peak}, {steps} steps, warm-up {warmUp}"),
            step => step <= warmUp ? peak * step / warmUp : fall(Math.Min(1, (step - warmUp) / (double)(steps - warmUp))));
    }

    private static void CheckRate(string name, double rate)
    {
        if (!(rate >= 0 && float.IsFinite((float)rate)))
        {
            throw new ArgumentException(Invariant($"{name}: expected a finite number of at least 0, got {rate}"), name);
        }
    }

    private static void CheckSteps(string name, long value, long least)
    {
        if (value < least)
        {
            throw new ArgumentException(Invariant($"{name}: expected at least {least}, got {value}"), name);
        }
    }
}
