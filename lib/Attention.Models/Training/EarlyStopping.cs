using static System.FormattableString;

namespace Attention.Models;

/// <summary>Says when validation has stopped getting better (Prechelt 1998).</summary>
public sealed class EarlyStopping
{
    /// <summary>Stops after so many measurements without a better one.</summary>
    /// <param name="patience">How many may pass.</param>
    /// <param name="leastGain">By how much a measurement must fall below the best to count as better.</param>
    /// <exception cref="ArgumentException">The patience is less than 1, or the gain negative or no number.</exception>
    public EarlyStopping(int patience, double leastGain = 0)
    {
        Patience = patience >= 1 ? patience : throw new ArgumentException(Invariant($"{nameof(patience)}: expected at least 1, got {patience}"), nameof(patience));
        LeastGain = leastGain >= 0 ? leastGain : throw new ArgumentException(Invariant($"{nameof(leastGain)}: expected at least 0, got {leastGain}"), nameof(leastGain));
    }

    /// <summary>How many measurements may pass without a better one.</summary>
    public int Patience { get; }

    /// <summary>By how much a measurement must fall below the best to count as better.</summary>
    public double LeastGain { get; }

    /// <summary>The best measurement; +∞ before the first.</summary>
    public double Best { get; private set; } = double.PositiveInfinity;

    /// <summary>How many measurements were not better since.</summary>
    public int Waited { get; private set; }

    /// <summary>Whether training should stop.</summary>
    public bool ShouldStop => Waited >= Patience;

    /// <summary>Takes note of a measurement, such as the loss on held-out examples: smaller is better. NaN is never better.</summary>
    /// <returns>Whether it is the best so far.</returns>
    public bool Observe(double value)
    {
        bool isBetter = value < Best - LeastGain || (double.IsPositiveInfinity(Best) && value < Best);
        (Best, Waited) = isBetter ? (value, 0) : (Best, Waited + 1);
        return isBetter;
    }

    /// <summary>Goes back to a stored state.</summary>
    internal void Restore(double best, int waited) => (Best, Waited) = (best, waited);
}
