using static System.FormattableString;

namespace Attention.Kernels;

/// <summary>How Adam steps. What is not set has the usual value, in <c>default</c> too: learning rate 0.001, β₁ 0.9, β₂ 0.999, ε 1e-8 (Kingma and Ba 2015, algorithm 1), no weight decay.</summary>
public readonly record struct AdamOptions
{
    private readonly float? _learningRate, _epsilon;
    private readonly double? _beta1, _beta2;

    /// <summary>η, the length of a step; zero or more.</summary>
    public float LearningRate
    {
        get => _learningRate ?? 1e-3f;
        init => _learningRate = value;
    }

    /// <summary>β₁ from 0 to below 1: how much of the mean of the gradients a step keeps. In double precision, for 1 − β counts as well as β.</summary>
    public double Beta1
    {
        get => _beta1 ?? 0.9;
        init => _beta1 = value;
    }

    /// <summary>β₂ from 0 to below 1: how much of the mean of their squares a step keeps.</summary>
    public double Beta2
    {
        get => _beta2 ?? 0.999;
        init => _beta2 = value;
    }

    /// <summary>ε, added to the root of the mean square; zero or more.</summary>
    public float Epsilon
    {
        get => _epsilon ?? 1e-8f;
        init => _epsilon = value;
    }

    /// <summary>λ: each step first shrinks the parameters by η λ, apart from the gradient: AdamW. 0 is plain Adam.</summary>
    public float WeightDecay { get; init; }

    internal void Check()
    {
        Guard.NotNegative(nameof(LearningRate), LearningRate);
        Guard.NotNegative(nameof(Epsilon), Epsilon);
        Guard.NotNegative(nameof(WeightDecay), WeightDecay);
        CheckBeta(nameof(Beta1), Beta1);
        CheckBeta(nameof(Beta2), Beta2);
    }

    private static void CheckBeta(string name, double beta)
    {
        if (!(beta >= 0 && beta < 1))
        {
            throw new ArgumentException(Invariant($"{name}: expected at least 0 and less than 1, got {beta:R}"));
        }
    }
}
