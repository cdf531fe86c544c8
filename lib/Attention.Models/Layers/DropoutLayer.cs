namespace Attention.Models;

/// <summary>Sets a random share of the elements to 0 while training (Srivastava et al. 2014); otherwise it does nothing.</summary>
public sealed class DropoutLayer : Module
{
    private readonly RandomSource _random;

    /// <summary>A layer that drops this share.</summary>
    /// <param name="rate">From 0 to below 1.</param>
    /// <param name="random">The layer takes a source of its own from it.</param>
    /// <exception cref="ArgumentException">The rate is out of range.</exception>
    public DropoutLayer(float rate, RandomSource random)
    {
        Rate = rate >= 0 && rate < 1 ? rate : throw new ArgumentException(FormattableString.Invariant($"rate: expected at least 0 and less than 1, got {rate}"));
        _random = Source("random", random);
    }

    /// <summary>The share that is dropped.</summary>
    public float Rate { get; }

    /// <summary>Some elements dropped, the others grown by 1 / (1 − rate); or x itself.</summary>
    /// <param name="x">[...]</param>
    public Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return IsTraining && Rate > 0 ? x.Dropout(Rate, _random) : x;
    }
}
