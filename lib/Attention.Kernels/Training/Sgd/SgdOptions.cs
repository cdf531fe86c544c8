using static System.FormattableString;

namespace Attention.Kernels;

/// <summary>How stochastic gradient descent steps. What is not set has the usual value, in <c>default</c> too: learning rate 0.01, no momentum, no weight decay.</summary>
public readonly record struct SgdOptions
{
    private readonly float? _learningRate;

    /// <summary>η, what the gradient is multiplied with; zero or more.</summary>
    public float LearningRate
    {
        get => _learningRate ?? 0.01f;
        init => _learningRate = value;
    }

    /// <summary>μ from 0 to below 1: how much of its velocity a step keeps. 0: none, and no buffer for it.</summary>
    public float Momentum { get; init; }

    /// <summary>Whether to step along the velocity that the next step would have were the gradient the same (Nesterov 1983; Sutskever et al. 2013). Needs momentum.</summary>
    public bool Nesterov { get; init; }

    /// <summary>λ: λ times the parameters is added to the gradient, as the penalty ½ λ |θ|² would; zero or more.</summary>
    public float WeightDecay { get; init; }

    internal void Check()
    {
        Guard.NotNegative(nameof(LearningRate), LearningRate);
        Guard.NotNegative(nameof(WeightDecay), WeightDecay);
        if (!(Momentum >= 0 && Momentum < 1))
        {
            throw new ArgumentException(Invariant($"{nameof(Momentum)}: expected at least 0 and less than 1, got {Momentum:R}"));
        }

        if (Nesterov && Momentum == 0)
        {
            throw new ArgumentException($"{nameof(Nesterov)}: needs {nameof(Momentum)}, which is 0");
        }
    }
}
